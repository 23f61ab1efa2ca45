import { Problem } from "../core/problem.ts";
import { databaseUnavailable } from "../db/failures.ts";

interface TurnstileParts {
  /** Events without a verdict; while there are more, further ones are refused. */
  readonly mostEvents: number;
  /** Whether what is under way waits too long already. */
  readonly isCongested: () => boolean;
}

/** Keeps memory bounded: counts what is under way, refuses what is too much, and knows when all is done. */
export interface Turnstile {
  /** Throws `Problem` 503 instead of beginning: `shutting_down`, `database_unavailable`. */
  pass<T>(events: number, work: () => Promise<T>): Promise<T>;
  /** Lets nobody in any more and waits for those within. */
  close(): Promise<void>;
}

export function createTurnstile({ mostEvents, isCongested }: TurnstileParts): Turnstile {
  const whenEmpty: (() => void)[] = [];
  let calls = 0;
  let eventsWithin = 0;
  let closed = false;

  function refuseIfFull(): void {
    if (closed) throw new Problem("shutting_down", 503, "Bellwether is stopping.", { retryAfterSeconds: 5 });
    if (eventsWithin > mostEvents || isCongested()) {
      throw databaseUnavailable("The database does not keep up with the events that come in.");
    }
  }

  return {
    async pass(events, work) {
      refuseIfFull();
      calls += 1;
      eventsWithin += events;
      try {
        return await work();
      } finally {
        eventsWithin -= events;
        calls -= 1;
        if (calls === 0) for (const empty of whenEmpty.splice(0)) empty();
      }
    },
    async close() {
      closed = true;
      if (calls > 0) await new Promise<void>((resolve) => void whenEmpty.push(resolve));
    },
  };
}
