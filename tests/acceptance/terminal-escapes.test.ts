import { expect, onTestFinished, test } from "vitest";
import { freshFolder, removeFolder, runProgram, startProgram } from "../support/program.ts";

const NAME = "a\u001b]0;title\u0007\u009b2J\u202eb\nunconverted × 9";
const OBEYED = /(?!\n)[\p{Cc}\u202a-\u202e]/u;

test("names in events reach the operator's terminal as text, never as its commands", { timeout: 90_000 }, async () => {
  const folder = await freshFolder();
  onTestFinished(() => removeFolder(folder));
  const settings = { DATA_DIR: folder };
  const program = await startProgram(settings);
  onTestFinished(async () => void (await program.stop()));
  const answer = await fetch(`${program.url}/api/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${program.adminKey}` },
    body: JSON.stringify({ events: [{ type: "revenue", event: "canceled", id: NAME, team_id: NAME }] }),
  });
  expect(await answer.json()).toMatchObject({ accepted: 1 });

  const listed = async () => (await runProgram("cli", ["data-quality"], settings)).stdout;
  await expect.poll(listed, { timeout: 60_000 }).toContain("unknown_subscription × 1");
  const stdout = await listed();
  expect(stdout).not.toMatch(OBEYED);
  expect(stdout).not.toMatch(/^unconverted/m);
  const data = await runProgram("cli", ["data-quality", "--json"], settings);
  expect(data.stdout).not.toMatch(OBEYED);
  expect(JSON.parse(data.stdout)).toMatchObject({ findings: [{ account: NAME }] });
  const missing = await runProgram("cli", ["import", `${NAME}.csv`], settings);
  expect([missing.code, missing.stderr]).toEqual([1, expect.not.stringMatching(OBEYED)]);
});
