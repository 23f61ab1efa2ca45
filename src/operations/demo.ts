import type { Config } from "../config.ts";
import { fillDemo } from "../demo/fill.ts";
import type { Foundation } from "../foundation.ts";
import { createProgress } from "../progress.ts";
import type { Rooms } from "../rooms.ts";

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
