import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AnswerFile, FileBytes } from "../../src/bot/answer-file.ts";
import { defineCommand, type Command } from "../../src/bot/command.ts";
import { FREE } from "../../src/bot/permission/need.ts";
import { Problem } from "../../src/core/problem.ts";

/** A file as whoever asked has it, and who else can see it. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly isPrivate: boolean;
}

export interface FileAnswer {
  /** All that the person reads. */
  readonly text: string;
  readonly isPrivate: boolean;
  /** What can be pressed. */
  readonly buttons: readonly string[];
  readonly files: readonly GivenFile[];
}

export interface FilesUnderTest {
  /** The most that is taken; null: there is no end. */
  readonly mostBytes: number | null;
  start(commands: readonly Command[]): Promise<void>;
  ask(path: readonly [string, string]): Promise<FileAnswer>;
  stop(): Promise<void>;
}

/** "first part of " "the file": in as many pieces as there are texts. */
function bytesOf(parts: readonly (string | Buffer | Error)[], onClose: () => void = () => {}): FileBytes {
  const left = [...parts];
  return {
    async next() {
      const part = left.shift();
      if (part instanceof Error) throw part;
      return part === undefined ? null : Buffer.from(part);
    },
    close: onClose,
  };
}

function fileOf(open: AnswerFile["open"], name = "rows.csv"): AnswerFile {
  return { name, mediaType: "text/csv", open, elsewhere: "Take it over HTTP." };
}

function rowsCommand(file: AnswerFile): Command {
  return defineCommand({
    path: ["metrics", "rows"],
    description: "rows",
    options: {},
    access: () => ({ ...FREE, file: "rows" }),
    run: async () => ({
      message: {
        title: "Rows",
        tone: "neutral",
        blocks: [
          { kind: "text", text: "One line a row." },
          { kind: "note", text: "the end" },
        ],
      },
      data: null,
      file,
    }),
  });
}

const MIXED = ["day,mrr\n", "2026-11-19,15000\n", Buffer.from([0xef, 0xbb, 0xbf, 0x00, 0xff]), "ü,\u{1F980}\r\n"];
const sha = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** What every platform has to do with a file that somebody asked for. */
export function describeFiles(name: string, start: () => Promise<FilesUnderTest>): void {
  describe(`a file in ${name}`, () => {
    let under: FilesUnderTest;
    beforeEach(async () => {
      under = await start();
    });
    afterEach(() => under.stop());

    async function answerWith(file: AnswerFile): Promise<FileAnswer> {
      await under.start([rowsCommand(file)]);
      return under.ask(["metrics", "rows"]);
    }

    test("comes whole, by its name, to whoever asked alone, and the answer says where it is", async () => {
      const answer = await answerWith(fileOf(async () => bytesOf(MIXED), "rows-2026-10-21-to-2026-11-19.csv"));
      const whole = Buffer.concat(MIXED.map((part) => Buffer.from(part)));
      expect(answer.files).toEqual([{ name: "rows-2026-10-21-to-2026-11-19.csv", bytes: whole, isPrivate: true }]);
      expect(answer).toMatchObject({ isPrivate: true, buttons: [] });
      for (const words of ["Rows", "One line a row.", "rows-2026-10-21-to-2026-11-19.csv", `${whole.length} bytes`])
        expect(answer.text).toContain(words);
    });

    test("of half a million rows has every one of them", async () => {
      const chunk = Buffer.from("2026-11-19T10:00:00Z,u1,/a,GET,200,5\n".repeat(1_000));
      const count = Math.floor((5 * 1024 ** 2) / chunk.length);
      const answer = await answerWith(fileOf(async () => bytesOf(Array.from({ length: count }, () => chunk))));
      const whole = Buffer.concat(Array.from({ length: count }, () => chunk));
      expect(answer.files.map(({ bytes }) => sha(bytes))).toEqual([sha(whole)]);
    });

    test("that is too large is said to be, with another way to it, and read no further", async () => {
      const most = under.mostBytes ?? 0;
      const part = Buffer.alloc(1024 ** 2, "x");
      let taken = 0;
      let closed = 0;
      const endless: FileBytes = {
        async next() {
          taken += 1;
          return taken > 40 ? null : part;
        },
        close: () => void (closed += 1),
      };
      const answer = await answerWith(fileOf(async () => endless));
      if (under.mostBytes === null) {
        expect(answer.files.map(({ bytes }) => bytes.length)).toEqual([40 * 1024 ** 2]);
        return;
      }
      expect(answer.files).toEqual([]);
      expect(answer.text).toContain(`larger than the ${most / 1024 ** 2} MiB`);
      expect(answer.text).toContain("Take it over HTTP.");
      expect({ closed, taken }).toEqual({ closed: 1, taken: most / 1024 ** 2 + 1 });
    });

    test("of exactly as much as is taken comes whole", async () => {
      const size = under.mostBytes ?? 1024 ** 2;
      const answer = await answerWith(fileOf(async () => bytesOf([Buffer.alloc(size, "x")])));
      expect(answer.files.map(({ bytes }) => bytes.length)).toEqual([size]);
    });

    test.each([
      ["at once", async () => Promise.reject(busy())],
      ["in the midst", async () => bytesOf(["day,mrr\n", busy()])],
    ])("that cannot be had, %s, is told with what to do, and none is left by halves", async (_, open) => {
      const answer = await answerWith(fileOf(open));
      expect(answer.files).toEqual([]);
      expect(answer.text).toContain("4 exports are under way");
      expect(answer.text).toContain("Try again when one of them is done.");
    });
  });
}

function busy(): Problem {
  return new Problem("too_many_exports", 503, "4 exports are under way, which is as many as run at once.", {
    next: "Try again when one of them is done.",
  });
}
