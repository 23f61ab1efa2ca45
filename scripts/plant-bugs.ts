/**
 * Plants each known mistake into a copy of the sources, runs the tests that ought to notice, and prints which did as a
 * table. Ends with 1 when a mistake went unnoticed, or when its place in the sources is no longer there.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { PLANTED_BUGS, type PlantedBug } from "./planted-bugs.ts";

const SUITES = [
  ["golden tests", "tests/golden"],
  ["verify", "tests/verify/verify.test.ts"],
  ["random worlds", "tests/properties/random-worlds.test.ts"],
] as const;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

function copySources(): string {
  const copy = mkdtempSync(join(tmpdir(), "bw-planted-"));
  for (const file of execFileSync("git", ["ls-files"], { encoding: "utf8" }).trim().split("\n")) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(file, join(copy, file));
  }
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  // The suites start no built program, and a mistake may also be one of types.
  writeFileSync(join(copy, "tests/support/build.ts"), "export default function build(): void {}\n");
  return copy;
}

function plant({ name, edits }: PlantedBug, sources: string): string {
  return edits.reduce((text, { right, wrong }) => {
    if (text.split(right).length !== 2) throw new Error(`"${name}" has lost its place: ${right}`);
    return text.replace(right, () => wrong);
  }, sources);
}

/** The titles of the tests that failed, by suite. */
function failures(copy: string): Map<string, string[]> {
  const output = join(copy, "report.json");
  rmSync(output, { force: true });
  spawnSync("npx", ["vitest", "run", ...SUITES.map(([, path]) => path), "--reporter=json", `--outputFile=${output}`], {
    cwd: copy,
    env: { ...process.env, WORLDS: process.env["WORLDS"] ?? "25", SHRINK: "no" },
    stdio: "ignore",
  });
  const { testResults } = JSON.parse(readFileSync(output, "utf8")) as Report;
  const hasRun = (path: string) =>
    testResults.some(({ name, assertionResults }) => name.includes(path) && assertionResults.length > 0);
  if (!SUITES.every(([, path]) => hasRun(path))) throw new Error("The tests could not be run at all.");
  return new Map(
    SUITES.map(([suite, path]) => [
      suite,
      testResults
        .filter(({ name }) => name.includes(path))
        .flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === "failed"))
        .map(({ title }) => title),
    ]),
  );
}

function cell(failed: readonly string[], suite: string): string {
  const [first] = failed;
  if (first === undefined) return "–";
  if (suite === "random worlds") return "yes";
  return `${first}${failed.length > 1 ? ` (and ${failed.length - 1} more)` : ""}`;
}

const words = process.argv.slice(2);
const wanted = PLANTED_BUGS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const copy = copySources();
let unnoticed = 0;
try {
  console.log(`| mistake | ${SUITES.map(([suite]) => suite).join(" | ")} |\n|---|---|---|---|`);
  for (const bug of wanted) {
    const path = join(copy, bug.file);
    const right = readFileSync(path, "utf8");
    writeFileSync(path, plant(bug, right));
    const failed = failures(copy);
    writeFileSync(path, right);
    if ([...failed.values()].every((titles) => titles.length === 0)) unnoticed += 1;
    console.log(`| ${bug.name} | ${[...failed].map(([suite, titles]) => cell(titles, suite)).join(" | ")} |`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(unnoticed === 0 ? "Every mistake was noticed." : `${unnoticed} went unnoticed.`);
process.exitCode = unnoticed === 0 ? 0 : 1;
