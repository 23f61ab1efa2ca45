import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const SPECIFIERS = [
  /^(?:import|export|\}).*\bfrom "([^"]+)"/gm,
  /^import "([^"]+)"/gm,
  /\b(?:import|require)\(\s*"([^"]+)"/g,
];
const OTHER_WAYS = /\bimport\s*\((?!\s*["'`])|\bcreateRequire\b|\brequire\s*\((?!\s*["'`])|\beval\b|new Function/;

interface Source {
  readonly name: string;
  readonly text: string;
}

function sourcesIn(folder: string): Source[] {
  return readdirSync(folder).map((name) => ({
    name: `${folder}/${name}`,
    text: readFileSync(`${folder}/${name}`, "utf8"),
  }));
}

/** What the files bring in, by whatever way, that is not allowed. */
function broughtIn(sources: readonly Source[], isAllowed: (specifier: string) => boolean): string[] {
  return sources.flatMap(({ name, text }) => [
    ...SPECIFIERS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, specifier = ""]) => specifier)).filter(
      (specifier) => !isAllowed(specifier),
    ),
    ...(OTHER_WAYS.test(text) ? [`something unsaid in ${name}`] : []),
  ]);
}

const OWN_FILE = /^\.\/[a-z-]+\.ts$/;
const isOraclesOwn = (specifier: string): boolean => OWN_FILE.test(specifier) || specifier === "temporal-polyfill";
const isRecountsOwn = (specifier: string): boolean =>
  OWN_FILE.test(specifier) ||
  [
    "../catalogue.ts",
    "../../db/client.ts",
    "../../core/time.ts",
    "../../core/money.ts",
    "../../core/workspace.ts",
  ].includes(specifier);

const recounts = () =>
  sourcesIn("src/metrics/verify").filter(({ name }) =>
    /(-store|\/recount|\/span|\/subscription-replay)\.ts$/.test(name),
  );

test("the oracle brings in nothing but its own files and Temporal, not even at run time", () => {
  const sources = sourcesIn("tests/oracle");
  expect(sources.length).toBeGreaterThan(8);
  expect(broughtIn(sources, isOraclesOwn)).toEqual([]);
});

test("recounting by SQL brings in nothing of the rollup or the reader", () => {
  expect(recounts().length).toBeGreaterThan(8);
  expect(broughtIn(recounts(), isRecountsOwn)).toEqual([]);
});

test.each([
  'import { a } from "../../src/core/time.ts";',
  'export { a } from "../../dist/core/time.js";',
  'const a = await import("../../src/core/time.ts");',
  'const a = require("../../dist/core/time.js");',
  "const a = await import(somewhere);",
  'import "../../src/core/time.ts";',
  'import { createRequire } from "./node.ts";',
])("an oracle with `%s` would be noticed", (text) => {
  expect(broughtIn([{ name: "one", text }], isOraclesOwn)).not.toEqual([]);
});
