import { expect, it } from "vitest";
import type { OperationParts } from "../../src/operations/operation.ts";
import { rollup } from "../../src/operations/rollup.ts";
import { Temporal } from "../../src/core/time.ts";
import { createTestWorld } from "../support/world.ts";

const NOW = "2026-11-20T03:00:00Z";

async function desk(isTerminal = false) {
  const world = await createTestWorld({ now: NOW, timeZone: "America/New_York" });
  let said = "";
  const { db, workspace, roller } = world;
  const clock = { now: () => Temporal.Instant.from(NOW) };
  const parts = {
    foundation: { db, workspace, clock },
    rooms: { roller },
    progress: { write: (text: string) => void (said += text), isTerminal },
  } as unknown as OperationParts;
  return { ...world, run: (...words: string[]) => rollup.run(words, parts), said: () => said };
}

it("works out what has changed, for the yesterday of the workspace's zone", async () => {
  const { run, post, reader } = await desk();
  await post([{ type: "signup", user_id: "u1", occurred_at: "2026-11-18T23:00:00Z" }]);
  const done = await run();
  expect(done).toMatchObject({ ok: true, data: { days: ["2026-11-18"], forced: false } });
  expect((await reader.daily(1)).days[0]).toMatchObject({ date: "2026-11-18", signups: 1 });
});

it("recomputes the N days that end with the given one when it must", async () => {
  const { run } = await desk();
  const done = await run("--date", "2026-03-09", "--days", "3", "--force");
  expect(done.data).toEqual({ days: ["2026-03-07", "2026-03-08", "2026-03-09"], forced: true });
});

it("draws a bar on a terminal and writes plain lines elsewhere", async () => {
  const [terminal, pipe] = [await desk(true), await desk()];
  for (const one of [terminal, pipe]) await one.run("--days", "4", "--force");
  expect(terminal.said()).toContain("\r\u001B[2K  Computing the numbers  ██████");
  expect(pipe.said()).not.toMatch(/[\r\u001B█]/);
  expect(pipe.said()).toContain("  Computing the numbers  50%  2026-11-16\n");
});

it.each([
  [["--date", "2026-11-21"], "`--date` must not be after today, 2026-11-19."],
  [["--date", "2026-02-30"], "`--date` must be a day such as 2026-11-19; you wrote `2026-02-30`."],
  [["--days", "0"], "`--days` must be a whole number from 1 to 3660; you wrote `0`."],
  [["--days", "many"], "you wrote `many`"],
  [["--date", "1990-01-01"], "within the last ten years"],
  [["--dates", "2026-11-01"], "`rollup` does not take `--dates`. Did you mean `--date`?"],
])("refuses %j with a sentence", async (words, complaint) => {
  const { run } = await desk();
  const done = await run(...words);
  expect(done.ok).toBe(false);
  expect(done.text).toContain(complaint);
});
