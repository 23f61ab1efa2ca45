import { CALLED } from "../../../core/called.ts";
import { sizeText, withWords, type AnswerFile } from "../../answer-file.ts";
import type { Message } from "../../message.ts";
import type { Platform } from "../../platform.ts";
import { writeAnswerFile } from "./file-writing.ts";
import { messageLines } from "./message-text.ts";
import { createStyle } from "./style.ts";

const NARROWEST = 60;
const WIDEST = 100;

interface TerminalParts {
  /** Takes text with its line ends. */
  readonly write: (text: string) => void;
  /** Width of the window; used between 60 and 100. */
  readonly columns: number;
  /** Whether colours may be used: the output is a terminal and NO_COLOR is not set. */
  readonly colour: boolean;
  /** What a command line shown to people begins with. */
  readonly prefix?: string;
}

export interface Terminal extends Platform {
  /** Writes the file to `path`, or under its own name, and answers what the person is told. Rejects with `Problem`. */
  give(answer: Given, path: string | null): Promise<Message>;
}

interface Given {
  readonly message: Message;
  readonly file: AnswerFile;
}

export function createTerminal({ write, columns, colour, prefix = CALLED.cli }: TerminalParts): Terminal {
  const width = Math.min(WIDEST, Math.max(NARROWEST, columns));
  return {
    name: "terminal",
    prefix,
    async show(message) {
      const lines = messageLines(message, { columns: width, style: createStyle(colour), prefix });
      write(`${lines.join("\n")}\n`);
    },
    async give({ message, file }, path) {
      const size = await writeAnswerFile(file, path ?? file.name);
      return withWords(message, `Written to \`${path ?? file.name}\` (${sizeText(size)}).`);
    },
  };
}
