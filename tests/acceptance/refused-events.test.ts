import { expect, onTestFinished, test } from "vitest";
import { freshFolder, removeFolder, runProgram, startProgram } from "../support/program.ts";

test("what was refused is listed without a value, and taken once its cause is fixed", { timeout: 90_000 }, async () => {
  const folder = await freshFolder();
  onTestFinished(() => removeFolder(folder));
  const settings = { DATA_DIR: folder };
  const program = await startProgram(settings);
  onTestFinished(async () => void (await program.stop()));
  expect((await runProgram("cli", ["refused", "list"], settings)).stdout).toContain("No event has been refused.");
  const old = {
    type: "error",
    id: "e-1",
    error_type: "Timeout",
    message: "a private word",
    occurred_at: "2020-01-01T00:00:00Z",
  };
  const wrong = { type: "nps", user_id: "u", score: 11 };
  const answer = await fetch(`${program.url}/api/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${program.adminKey}` },
    body: JSON.stringify({ events: [old, wrong] }),
  });
  expect(await answer.json()).toMatchObject({
    accepted: 0,
    rejected: [{ code: "too_old" }, { code: "invalid_field" }],
  });

  const listed = await runProgram("cli", ["refused", "list", "--json"], settings);
  const letters = JSON.parse(listed.stdout) as { id: string; code: string }[];
  expect(letters.map(({ code }) => code).sort()).toEqual(["invalid_field", "too_old"]);
  expect((await runProgram("cli", ["refused", "list"], settings)).stdout).not.toContain("a private word");

  const idOf = (code: string) => letters.find((letter) => letter.code === code)?.id ?? "";
  expect(await runProgram("cli", ["refused", "replay", idOf("too_old")], settings)).toMatchObject({
    code: 0,
    stderr: "",
  });
  expect((await runProgram("cli", ["refused", "replay", idOf("invalid_field")], settings)).code).toBe(1);
  expect((await runProgram("cli", ["refused", "list"], settings)).stdout).toContain("(taken since)");
});
