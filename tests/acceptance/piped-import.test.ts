import { expect, onTestFinished, test } from "vitest";
import { freshFolder, removeFolder, runProgram } from "../support/program.ts";

async function folderOfItsOwn() {
  const folder = await freshFolder();
  onTestFinished(() => removeFolder(folder));
  return { DATA_DIR: folder };
}

const signup = (user: string) =>
  `${JSON.stringify({ type: "signup", id: user, user_id: user, occurred_at: "2026-03-01T10:00:00Z" })}\n`;

test("history is piped into the import, which tells lines that are refused by their number; again, it is known", async () => {
  const settings = await folderOfItsOwn();
  const input = [signup("u1"), "\n", '{"type":"signup"}\n', signup("u2"), "no JSON\n", signup("u3").trimEnd()];
  const run = () => runProgram("cli", ["import", "-", "--json"], settings, { input });
  const first = await run();
  expect(first.code).toBe(1);
  expect(JSON.parse(first.stdout)).toMatchObject({ accepted: 3, duplicates: 0, refused: 2 });
  expect(first.stderr).toContain("line 3  ");
  expect(first.stderr).toContain("line 5  ");
  expect(JSON.parse((await run()).stdout)).toMatchObject({ accepted: 0, duplicates: 3, refused: 2 });
});

test("CSV is piped in with its format named", async () => {
  const settings = await folderOfItsOwn();
  const input = ["id,user_id,occurred_at\n", "a,u1,2026-03-01T10:00:00Z\n", "b,u2,2026-03-02T10:00:00Z\n"];
  const words = ["import", "-", "--format", "csv", "--type", "signup", "--json"];
  const { code, stdout } = await runProgram("cli", words, settings, { input });
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { accepted: 2, refused: 0 }]);
});

test("an empty pipe is no mistake", async () => {
  const settings = await folderOfItsOwn();
  const { code, stdout } = await runProgram("cli", ["import", "-", "--json"], settings);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { accepted: 0, refused: 0 }]);
});
