import { expect, onTestFinished, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import type { OperationParts } from "../../src/operations/operation.ts";
import { verify } from "../../src/operations/verify.ts";
import { request, worldOf } from "../golden/told.ts";
import { freshFolder, removeFolder, runProgram, startProgram } from "../support/program.ts";
import type { World } from "../support/world.ts";

const partsOf = (world: World, isTerminal: boolean, heard: string[]) =>
  ({
    foundation: { ...world, clock: { now: () => Temporal.Instant.from(world.now()) } },
    rooms: world,
    progress: { write: (text: string) => void heard.push(text), isTerminal },
  }) as unknown as OperationParts;

async function verified(world: World, words: readonly string[] = ["--days", "7"], isTerminal = false) {
  const heard: string[] = [];
  return { ...(await verify.run(words, partsOf(world, isTerminal, heard))), heard };
}

const oneRequest = () => worldOf([request("2026-06-12T10:00:00Z", { user_id: "u1" })]);

test("it says how many numbers of which days it compared, and that all are right", async () => {
  const { ok, text, data } = await verified(await oneRequest());
  expect(ok).toBe(true);
  expect(text).toMatch(
    /^Compared \d{3,} numbers of 2026-06-08 to 2026-06-14 \(UTC\): each of these 7 days, the window and the one before it\.\nEvery one is what the raw events say\.$/,
  );
  expect(data).toMatchObject({ ok: true, days: 7, left_out: 0, sealed_through: null, unsettled: 0, differences: [] });
});

test("differences are a table of metric, day, stored and recomputed, and the command is refused", async () => {
  const world = await oneRequest();
  await world.db.work.run((sql) => sql`delete from metric_values where metric = 'errors' or metric = 'dau'`);
  const { ok, text, data } = await verified(world);
  expect(ok).toBe(false);
  expect(text.split("\n").slice(1)).toEqual([
    "3 differ:",
    "metric      day                       stored  recomputed",
    "dau         2026-06-12                0       1",
    "stickiness  2026-06-12                0       100",
    "stickiness  2026-06-08 to 2026-06-14  0       33.333333333333336",
    "`rollup --days N --force` works these days out again; if a difference stays, please report it.",
  ]);
  expect(data).toMatchObject({
    ok: false,
    differences: [{ metric: "dau", when: "2026-06-12", stored: 0, recomputed: 1 }, {}, {}],
  });
});

test("progress is a bar on a terminal and plain lines elsewhere", async () => {
  const world = await oneRequest();
  const [piped, drawn] = [await verified(world), await verified(world, [], true)];
  expect(piped.heard.at(-1)).toBe("  Recounting  done\n");
  expect(piped.heard.join("")).not.toContain("\u001B");
  expect(piped.heard.length).toBeGreaterThan(5);
  expect(drawn.heard.join("")).toContain("\r\u001B[2K  Recounting  █");
});

test("without events there is nothing to be wrong", async () => {
  expect((await verified(await worldOf([]))).text).toContain(
    "There are no events yet, so there is nothing to be wrong.",
  );
});

test.each([
  ["--days", "0"],
  ["--days", "367"],
  ["--days", "1.5"],
  ["--days", ""],
  ["--days", "many"],
])("%s %s is refused with the range", async (...words) => {
  const { ok, text } = await verified(await worldOf([]), words);
  expect([ok, text]).toEqual([false, `\`--days\` must be a whole number from 1 to 366; you wrote \`${words[1]}\`.`]);
});

test("a word that it does not know is answered with how it is typed", async () => {
  expect((await verified(await worldOf([]), ["--all"])).text).toBe(
    "`verify` does not take `--all`. Usage:\n  npm run cli -- verify [--days N]",
  );
});

test("a service that is running can be verified from the terminal", async () => {
  const folder = await freshFolder();
  onTestFinished(() => removeFolder(folder));
  const settings = { DATA_DIR: folder };
  const program = await startProgram(settings);
  onTestFinished(() => program.kill());
  const at = Temporal.Now.instant().subtract({ hours: 48 }).toString();
  const events = Array.from({ length: 50 }, (_, n) => request(at, { user_id: `u${n % 7}`, duration_ms: n }));
  await fetch(`${program.url}/api/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${program.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ events }),
  });
  const { code, stdout } = await runProgram("cli", ["verify", "--days", "30", "--json"], settings);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, days: 30, differences: [] });
});
