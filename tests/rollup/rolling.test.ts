import { expect, test } from "vitest";
import type { Pass, PassOptions } from "../../src/metrics/rollup/roller.ts";
import { startRolling } from "../../src/metrics/rollup/rolling.ts";

const REST_MS = { restAtLeastMs: 1, restTimes: 0, restAtMostMs: 2 };

/** A roller that does what `passes` say, one after another, and tells when it is asked for more. */
function rollerOf(passes: readonly (() => Pass)[]) {
  let tell = (_options: PassOptions): void => {};
  const exhausted = new Promise<PassOptions>((resolve) => (tell = resolve));
  let done = 0;
  return {
    exhausted,
    async pass(options: PassOptions = {}): Promise<Pass> {
      const next = passes[done];
      done += 1;
      if (next) return next();
      tell(options);
      return { units: 0, failed: 0 };
    },
  };
}

function recordingLog() {
  const said: string[] = [];
  const say = (_fields: unknown, sentence?: string) => void said.push(sentence ?? String(_fields));
  return { said, log: { debug: say, info: say, warn: say, error: say } };
}

const away = (): Pass => {
  throw new Error("no connection");
};
const fine = (): Pass => ({ units: 1, failed: 0 });

test("passes go on after failures, which are said once until the rollup works again", async () => {
  const roller = rollerOf([fine, away, away, away, fine, away, fine]);
  const { said, log } = recordingLog();
  const stop = startRolling({ roller, log, ...REST_MS });
  await roller.exhausted;
  await stop();
  const [waits, works] = ["The rollup waits: a pass failed.", "The rollup works again."];
  expect(said).toEqual([waits, works, waits, works]);
});

test("stopping ends the rest at once and tells the pass under way", async () => {
  const roller = rollerOf([]);
  const stop = startRolling({ roller, log: recordingLog().log, restAtLeastMs: 3_600_000 });
  const { signal } = await roller.exhausted;
  expect(signal?.aborted).toBe(false);
  await stop();
  expect(signal?.aborted).toBe(true);
});

test("however long a pass took, the rest after it is no longer than the longest", async () => {
  const roller = rollerOf([fine, fine]);
  const stop = startRolling({ roller, log: recordingLog().log, ...REST_MS, restTimes: 1e12, longestRestMs: 1 });
  const { signal } = await roller.exhausted;
  await stop();
  expect(signal?.aborted).toBe(true);
});

test("a roller that was stopped does not run again", async () => {
  let passes = 0;
  const roller = { pass: async () => ({ units: (passes += 1), failed: 0 }) };
  const stop = startRolling({ roller, log: recordingLog().log, ...REST_MS });
  await stop();
  const before = passes;
  await stop();
  expect(passes).toBe(before);
});
