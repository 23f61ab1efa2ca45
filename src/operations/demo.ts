import { resolve } from "node:path";
import type { Config } from "../config.ts";
import { CALLED } from "../core/called.ts";
import { Problem } from "../core/problem.ts";
import { fillDemo } from "../demo/fill.ts";
import { readDemoState } from "../demo/store.ts";
import type { Foundation } from "../foundation.ts";
import { createProgress } from "../progress.ts";
import type { Rooms } from "../rooms.ts";
import { runningServices } from "../running.ts";
import type { Operation } from "./operation.ts";

interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
}

/** The demo has a database of its own beside the real one, and never touches DATABASE_URL. */
export function demoConfig(config: Config): Config {
  return { ...config, DATABASE_URL: undefined, DATA_DIR: `${config.DATA_DIR}-demo`, HOST: "127.0.0.1", ROLE: "all" };
}

interface Filling {
  readonly foundation: Pick<Foundation, "db" | "clock" | "workspace">;
  readonly rooms: Pick<Rooms, "intake" | "roller">;
  /** Hears how far it is, in a sentence without its full stop. */
  readonly tell?: (step: string) => void;
}

/** Of the whole time, what loading the events takes; the rest goes into the rollups. */
const LOADING_SHARE = 0.75;

export function demoStep(percent: number): string {
  return `Sample data is being generated, ${percent}%`;
}

/** Brings the sample data up to now, then their rollups. */
export async function prepareDemo(output: Output, { foundation, rooms, tell }: Filling): Promise<void> {
  const { db, clock, workspace } = foundation;
  const bar = createProgress("Sample data", output);
  let reached = 0;
  const update = (share: number, note: string) => {
    reached = Math.max(reached, Math.floor(share * 100));
    tell?.(demoStep(reached));
    bar.update(share, note);
  };
  update(0, "");
  const start = clock.now();
  const loaded = await fillDemo({
    db,
    intake: rooms.intake,
    clock,
    timeZone: workspace.timeZone,
    onProgress: (share, events) => update(share * LOADING_SHARE, `${events.toLocaleString("en-US")} events`),
  });
  if (loaded > 0) {
    let most = 1;
    await rooms.roller.drain((left) => {
      most = Math.max(most, left);
      const share = LOADING_SHARE + (1 - LOADING_SHARE) * (1 - left / most);
      update(Math.min(share, 0.99), `${loaded.toLocaleString("en-US")} events, computing the daily numbers`);
    });
  }
  const seconds = Math.round(clock.now().since(start).total("seconds"));
  bar.finish(loaded === 0 ? "ready" : `ready: ${loaded.toLocaleString("en-US")} events in ${seconds} s`);
}

interface Opening extends Filling {
  readonly dataDir: string;
}

/** For questions: fills a demo that nobody has filled yet, and leaves one that is filled as it is. */
export async function openDemo(output: Output, { foundation, rooms, dataDir }: Opening): Promise<void> {
  const running = (await runningServices()).find(({ data_dir }) => data_dir === resolve(dataDir));
  const step = running?.address == null ? null : await stepOf(running.address);
  if (step !== null)
    throw new Problem("demo_not_filled", 409, `${step}.`, { next: "Ask again when it is done, in a minute or two." });
  const state = await readDemoState(foundation.db);
  if (state === null) return prepareDemo(output, { foundation, rooms });
  if (state.filledUntil !== null) return;
  throw new Problem(
    "demo_not_filled",
    409,
    "The sample data is not complete: another command generates it, or that was cut short.",
    {
      next: `Wait until that command is done, or run \`${CALLED.demo}\`, which generates it again.`,
    },
  );
}

/** What a service that is generating the sample data says of itself; null when it is ready, or does not answer. */
async function stepOf(address: string): Promise<string | null> {
  try {
    const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(2_000) });
    const { reason } = (await answer.json()) as { readonly reason?: unknown };
    return typeof reason === "string" ? reason : null;
  } catch {
    return null;
  }
}

export const demoOperation: Operation = {
  name: "demo",
  usage: ["demo"],
  about: "generate a year of sample data, in a database of its own",
  startsNew: () => true,
  async run() {
    const text = `The sample data is ready. Ask it with \`--demo\`, as in \`${CALLED.cli}--demo metrics summary\`; \`${CALLED.demo}\` serves it.`;
    return { ok: true, text, data: { filled: true } };
  },
};
