import { Problem } from "../core/problem.ts";
import { createTurns } from "../core/turns.ts";

const MOST_WAITING = 20;

/** Pages are drawn one at a time, and others are let in between: a page of a year takes as long as a thousand events. */
export interface Drawing {
  /** Draws what was read. Throws `Problem` `busy` instead of reading when too many are under way. */
  draw<Read, Drawn>(read: () => Promise<Read>, drawn: (read: Read) => Drawn): Promise<Drawn>;
}

export function createDrawing(): Drawing {
  const turns = createTurns();
  let underWay = 0;
  return {
    async draw(read, drawn) {
      if (underWay >= MOST_WAITING) throw busy();
      underWay += 1;
      try {
        const numbers = await read();
        await turns.next();
        return drawn(numbers);
      } finally {
        underWay -= 1;
      }
    },
  };
}

function busy(): Problem {
  return new Problem("busy", 503, "Many people are looking at the numbers at once.", {
    next: "Load the page again in a few seconds.",
    retryAfterSeconds: 3,
  });
}
