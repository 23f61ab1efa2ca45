import { Problem } from "./core/problem.ts";
import { CALLED } from "./core/called.ts";

/** A command as it was typed, without what every command takes. */
export interface Line {
  readonly words: readonly string[];
  readonly json: boolean;
  readonly demo: boolean;
  /** File for the chart as PNG, or for what is exported. */
  readonly out: string | null;
  /** What is asked instead of running the command. */
  readonly asks: "help" | "version" | null;
}

const FLAGS = new Set(["--json", "--demo", "--help", "-h", "--version", "-V"]);

/** Throws `Problem` `no_file` when `--out` names none. */
export function readLine(argv: readonly string[]): Line {
  const words: string[] = [];
  let out: string | null = null;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    if (FLAGS.has(word)) continue;
    if (word === "--out") out = argv[(index += 1)] ?? "";
    else if (word.startsWith("--out=")) out = word.slice("--out=".length);
    else words.push(word);
  }
  if (out === "" || out?.startsWith("--") === true)
    throw new Problem("no_file", 400, "`--out` needs the name of a file.", {
      next: `Use \`${CALLED.cli}metrics show <metric> --out chart.png\`.`,
    });
  const helps = argv.includes("--help") || argv.includes("-h") || words.length === 0 || words[0] === "help";
  return {
    words: words[0] === "help" ? words.slice(1) : words,
    out,
    json: argv.includes("--json"),
    demo: argv.includes("--demo") || words[0] === "demo",
    asks: argv.includes("--version") || argv.includes("-V") ? "version" : helps ? "help" : null,
  };
}
