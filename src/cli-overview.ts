import type { Command } from "./bot/command.ts";
import { CALLED } from "./core/called.ts";
import type { Operation } from "./operations/operation.ts";

/** Columns of a terminal that nobody has widened. */
export const WIDTH = 80;
const NAME_WIDTH = 10;

interface OverviewParts {
  readonly operations: readonly Operation[];
  readonly version: string;
}

/** One screen of 24 lines: everything that can be typed, by name. */
export function overview(commands: readonly Command[], { operations, version }: OverviewParts): string {
  const subjects = [...new Set(commands.map(({ path }) => path[0] ?? ""))];
  const lines = [
    `Bellwether ${version}. Usage: ${CALLED.cli}<command>`,
    "",
    ...subjects.flatMap((subject) => row(subject, namesIn(subject, commands))),
    "",
    ...row("terminal", operations.flatMap(operationNames).join(", ")),
    "",
    "Start here:  metrics summary · metrics show mrr · keys create --scope ingest",
    `One command: ${CALLED.cli}help metrics show`,
    "Options:     --json prints data, --demo asks the sample data, --out FILE writes",
    "             the chart or the export into a file, --version",
  ];
  return `${lines.join("\n")}\n`;
}

function namesIn(subject: string, commands: readonly Command[]): string {
  const own = commands.filter(({ path }) => path[0] === subject);
  const names = own.map(({ path }) => path.slice(1).join(" ")).filter((name) => name !== "");
  return names.length === 0 ? (own[0]?.description.split(", ")[0] ?? "") : names.join(", ");
}

/** "keys create", "keys list": what is typed before anything that is somebody's own. */
function operationNames({ usage }: Operation): string[] {
  return usage.map((form) => {
    const words = form.split(" ");
    const own = words.findIndex((word) => !/^[a-z-]+$/.test(word) || word.startsWith("-"));
    return words.slice(0, own === -1 ? words.length : own).join(" ");
  });
}

function row(name: string, text: string): string[] {
  return wrapped(text, WIDTH - NAME_WIDTH - 2).map(
    (line, index) => `  ${(index === 0 ? name : "").padEnd(NAME_WIDTH)}${line}`,
  );
}

/** Lines of at most `width` characters, broken at blanks; a longer word stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
