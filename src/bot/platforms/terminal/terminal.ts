import type { Platform } from "../../platform.ts";
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

export function createTerminal({ write, columns, colour, prefix = "npm run cli -- " }: TerminalParts): Platform {
  const width = Math.min(WIDEST, Math.max(NARROWEST, columns));
  return {
    name: "terminal",
    prefix,
    async show(message) {
      const lines = messageLines(message, { columns: width, style: createStyle(colour), prefix });
      write(`${lines.join("\n")}\n`);
    },
  };
}
