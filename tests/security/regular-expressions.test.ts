import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { checkSync } from "recheck";
import { expect, test } from "vitest";
import { endpointPattern, routePattern } from "../../src/events/route-pattern.ts";

// In this process: no other program is needed.
process.env["RECHECK_SYNC_BACKEND"] = "pure";

/** Not linear in theory, with what bounds their input. */
const BOUNDED: Readonly<Record<string, string>> = {
  "^(\\S+)\\s+(\\d+\\s*\\w+|tomorrow)$": "an option of at most 100 characters of `/alert snooze`",
  "^([<>]|\\p{L}+)\\s*(.*)$": "a condition is cut to 200 characters first",
  "^([^\\d.,+−-]*)([+−-]?)(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d{1,15}(?:\\.\\d{1,6})?)\\s*(.*)$":
    "a condition is cut to 200 characters first",
  " \\(.*\\)$": "our own text: a formatted NPS",
  " \\([^)]*\\)$": "our own text: a formatted change",
  "^(.*) \\((.*)\\)$": "our own text: a formatted NPS",
  "0+$": "as many decimals as a rate has",
};

/** Patterns that are put together at run time, from text of ours. */
const ASSEMBLED: readonly string[] = ["src/api/api.ts"];

interface Found {
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
}

test("every regular expression is linear, or its input is bounded", { timeout: 300_000 }, () => {
  const expressions = sources().flatMap(regularExpressionsOf);
  expect(expressions.length).toBeGreaterThan(100);
  const unknown = [...new Map(expressions.map((one) => [`/${one.pattern}/${one.flags}`, one])).values()]
    .filter(({ pattern }) => BOUNDED[pattern] === undefined)
    .map((one) => ({ ...one, verdict: verdictOf(one) }))
    .filter(({ verdict }) => verdict !== "safe");
  expect(unknown).toEqual([]);
});

test("the list of bounded expressions holds no more than there are", () => {
  const patterns = new Set(
    sources()
      .flatMap(regularExpressionsOf)
      .map(({ pattern }) => pattern),
  );
  expect(Object.keys(BOUNDED).filter((pattern) => !patterns.has(pattern))).toEqual([]);
});

test("no regular expression is put together from anything else", () => {
  const assembling = sources().filter((file) => /new RegExp\(/.test(readFileSync(file, "utf8")));
  expect(assembling.filter((file) => !ASSEMBLED.includes(file))).toEqual([]);
});

test("the check finds what took cubic time", () => {
  expect(verdictOf({ file: "", pattern: "^[^@]+(@|%40)[^@]+\\.[^@]+$", flags: "i" })).toBe("vulnerable");
});

const HOSTILE: readonly string[] = [
  `x${"%40".repeat(20)}${".".repeat(137)}@`,
  "%",
  "a@",
  ";=",
  ":a",
  "{[<",
  "aA",
  "1-",
  "\u{1f600}",
  "://",
];

test.each(HOSTILE)("twice as much of %o costs at most twice the steps", (piece) => {
  const steps = (times: number) => stepsOf(`/${piece.repeat(times)}/${piece.repeat(times)}`);
  const [once, twice] = [steps(500), steps(1_000)];
  expect(twice).toBeLessThanOrEqual(2 * once + 100);
});

/** How many characters the templating looked at: every look goes through a method of the text. */
function stepsOf(path: string): number {
  const { charAt, indexOf, includes } = String.prototype;
  let steps = 0;
  const counted = <Arguments extends unknown[], Answer>(method: (...given: Arguments) => Answer) =>
    function (this: string, ...given: Arguments): Answer {
      steps += method === (charAt as unknown) ? 1 : this.length;
      return method.apply(this, given);
    };
  try {
    Object.assign(String.prototype, {
      charAt: counted(charAt),
      indexOf: counted(indexOf),
      includes: counted(includes),
    });
    routePattern(path);
    endpointPattern(path);
  } finally {
    Object.assign(String.prototype, { charAt, indexOf, includes });
  }
  return steps;
}

function sources(): string[] {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join("src", file))
    .sort();
}

function verdictOf({ pattern, flags }: Found): string {
  return checkSync(pattern, flags, { timeout: 60_000 }).status;
}

function regularExpressionsOf(file: string): Found[] {
  const found: Found[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("regex" in node && isRegex(node.regex)) found.push({ file, ...node.regex });
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(file, readFileSync(file, "utf8")).program);
  return found;
}

function isRegex(value: unknown): value is { pattern: string; flags: string } {
  return typeof value === "object" && value !== null && "pattern" in value && "flags" in value;
}
