import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AnswerFile } from "../../../src/bot/answer-file.ts";
import type { Command } from "../../../src/bot/command.ts";
import { OPERATOR_VISIT } from "../../../src/bot/permission/gate.ts";
import { createTerminal } from "../../../src/bot/platforms/terminal/terminal.ts";
import { runWords } from "../../../src/bot/run-command.ts";
import { Problem, sentenceOf } from "../../../src/core/problem.ts";
import { describeFiles } from "../file-contract.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bellwether-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file: AnswerFile = {
  name: "rows.csv",
  mediaType: "text/csv",
  async open() {
    const parts = [Buffer.from("day,mrr\n"), Buffer.from("2026-11-19,1\n")];
    return { next: async () => parts.shift() ?? null, close: () => {} };
  },
  elsewhere: "",
};
const message = { tone: "neutral", blocks: [] } as const;

function terminal() {
  return createTerminal({ write: () => {}, columns: 80, colour: false });
}

describeFiles("the terminal", async () => {
  let commands: readonly Command[] = [];
  return {
    mostBytes: null,
    async start(given) {
      commands = given;
    },
    async ask(path) {
      let text = "";
      const shown = createTerminal({ write: (more) => (text += more), columns: 80, colour: false });
      const outcome = await runWords(path, { commands, prefix: "", ...OPERATOR_VISIT });
      if (outcome.file === undefined) throw new Error("no file came");
      const given = { message: outcome.message, file: outcome.file };
      try {
        await shown.show(await shown.give(given, join(folder, outcome.file.name)));
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        text = sentenceOf(thrown);
      }
      const names = await readdir(folder);
      const files = names.map(async (name) => {
        const written = join(folder, name);
        return { name, bytes: await readFile(written), isPrivate: ((await stat(written)).mode & 0o077) === 0 };
      });
      return { text: text.replaceAll(/\s+/g, " "), isPrivate: true, buttons: [], files: await Promise.all(files) };
    },
    stop: async () => {},
  };
});

describe("a file written from the terminal", () => {
  test("never takes the place of another", async () => {
    const path = join(folder, "mine.csv");
    await writeFile(path, "mine");
    await expect(terminal().give({ message, file }, path)).rejects.toMatchObject({ code: "file_exists" });
    expect(await readFile(path, "utf8")).toBe("mine");
  });

  test("in a folder that does not exist is refused with what to do", async () => {
    await expect(terminal().give({ message, file }, join(folder, "none", "rows.csv"))).rejects.toMatchObject({
      code: "cannot_write",
      next: expect.stringContaining("--out"),
    });
  });
});
