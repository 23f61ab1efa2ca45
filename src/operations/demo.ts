import type { Config } from "../config.ts";
import { Problem } from "../core/problem.ts";
import { fillDemo } from "../demo/fill.ts";
import { readDemoState } from "../demo/store.ts";
import type { Foundation } from "../foundation.ts";
import { createProgress } from "../progress.ts";
import type { Rooms } from "../rooms.ts";
import type { Operation } from "./operation.ts";

interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
}

/** The demo has a database of its own beside the real one, and never touches DATABASE_URL. */
export function demoConfig(config: Config): Config {
  return { ...config, DATABASE_URL: undefined, DATA_DIR: `${config.DATA_DIR}-demo`, HOST: "127.0.0.1", ROLE: "all" };
}

/** Brings the made-up year up to now, then its rollups. */
export function prepareDemo(output: Output) {
  return async ({ db, clock, workspace }: Foundation, { intake, roller }: Rooms): Promise<void> => {
    const filling = createProgress("Making up a year", output);
    const start = clock.now();
    const loaded = await fillDemo({
      db,
      intake,
      clock,
      timeZone: workspace.timeZone,
      onProgress: (share, events) => filling.update(share, `${events.toLocaleString("en-US")} events`),
    });
    if (loaded === 0) return;
    const seconds = Math.round(clock.now().since(start).total("seconds"));
    filling.finish(`${loaded.toLocaleString("en-US")} events in ${seconds} s`);
    const counting = createProgress("Working out the numbers", output);
    let most = 1;
    await roller.drain((left) => {
      most = Math.max(most, left);
      counting.update(1 - left / most, `${left.toLocaleString("en-US")} left`);
    });
    counting.finish("done");
  };
}

/** For questions: fills a demo that nobody has filled yet, and leaves one that is filled as it is. */
export async function openDemo(output: Output, foundation: Foundation, rooms: Rooms): Promise<void> {
  const state = await readDemoState(foundation.db);
  if (state === null) return prepareDemo(output)(foundation, rooms);
  if (state.filledUntil !== null) return;
  throw new Problem("demo_not_filled", 409, "The demo is being filled, or its filling was cut short.", {
    next: "Wait until it is done, or run `npm start -- --demo`, which begins it anew.",
  });
}

export const demoOperation: Operation = {
  name: "demo",
  usage: ["demo"],
  about: "fill a database of its own with a year of made-up data; `--demo` asks it",
  async run() {
    const text =
      "The demo is filled. Ask it with `--demo`, like `npm run cli -- --demo metrics summary`; `npm start -- --demo` serves it.";
    return { ok: true, text, data: { filled: true } };
  },
};
