import { readWindow, WINDOW_PARAMETERS, type WindowParts } from "../core/window-reading.ts";
import type { WindowWish } from "../core/window-wish.ts";
import { LONGEST_PHRASE, windowSaid } from "../core/window-words.ts";
import { quotation } from "./quotation.ts";
import type { TypedWord } from "./typed-words.ts";

/** The key of the option in a command that takes a window. */
export const WINDOW = "window";

/** Under which names a window is typed. `period` is the older word for so many days. */
export const WINDOW_NAMES: readonly string[] = [...WINDOW_PARAMETERS, "period", WINDOW];

const PERIOD_DAYS: ReadonlyMap<string, number> = new Map([
  ["week", 7],
  ["month", 30],
  ["quarter", 90],
  ["year", 365],
]);

/** What a platform that completes offers; whoever types may write any other. */
export const SUGGESTED_WINDOWS: readonly string[] = [
  "this month",
  "last month",
  "this quarter",
  "last quarter",
  "this year",
  "last year",
  "last week",
  "yesterday",
  "last 7 days",
  "last 90 days",
];

interface Piece {
  readonly text: string;
  /** How many words it takes. */
  readonly words: number;
}

/** The window that is said in the words from `index` on, in as many of them as make one; null when they say none. */
export function windowPhrase(words: readonly TypedWord[], index: number): Piece | null {
  return longest(words, index, (text) => windowSaid(text) !== null);
}

/** What follows `--month`: "October 2025" is one value, as "2025-10" is. */
export function windowValue(name: string, words: readonly TypedWord[], index: number): Piece | null {
  const single = words[index];
  if (single === undefined) return null;
  if (single.quoted) return { text: single.text, words: 1 };
  const isGood = (text: string) => readTyped([{ name, text }], 1).ok;
  return longest(words, index, isGood) ?? { text: single.text, words: 1 };
}

function longest(words: readonly TypedWord[], index: number, isGood: (text: string) => boolean): Piece | null {
  const run = words.slice(index, index + LONGEST_PHRASE);
  const end = run.findIndex(({ text }) => /^(?:--|[—–])/u.test(text) || text.includes("="));
  for (let count = end === -1 ? run.length : end; count > 0; count -= 1) {
    const text = run
      .slice(0, count)
      .map((word) => word.text)
      .join(" ");
    if (isGood(text)) return { text, words: count };
  }
  return null;
}

interface Given {
  readonly name: string;
  readonly text: string;
}

type Reading =
  | { readonly ok: true; readonly value: WindowWish }
  | { readonly ok: false; readonly name: string; readonly complaint: string };

/** The window of what was given under its names; `absent` days when nothing was. */
export function readTyped(typed: readonly Given[], absent: number): Reading {
  const given = typed.filter(({ name, text }) => name !== "period" || text.toLowerCase() !== "days");
  const [first] = given;
  const loose = given.find(({ name }) => name === "period" || name === WINDOW);
  if (loose !== undefined && given.length > 1) {
    const names = given.map(({ name }) => `\`${name}\``).join(" and ");
    return refuse(loose.name, `${names} contradict each other: give the window once, such as \`--month 2026-10\`.`);
  }
  if (loose?.name === "period") return readPeriod(loose.text);
  if (loose !== undefined) return readSaid(loose.text);
  const parts = Object.fromEntries(given.map(({ name, text }) => [name, plain(text)])) as WindowParts;
  const reading = readWindow(parts, { absent, words: true });
  return reading.ok ? reading : refuse(first?.name ?? WINDOW, reading.complaint);
}

function refuse(name: string, complaint: string): Extract<Reading, { ok: false }> {
  return { ok: false, name, complaint };
}

function readPeriod(text: string): Reading {
  const days = PERIOD_DAYS.get(text.toLowerCase());
  if (days !== undefined) return { ok: true, value: { kind: "days", days } };
  return refuse(
    "period",
    `\`period\` must be \`week\`, \`month\`, \`quarter\` or \`year\`; you wrote ${quotation(text)}.`,
  );
}

function readSaid(text: string): Reading {
  const value = windowSaid(plain(text));
  if (value !== null) return { ok: true, value };
  const reading = /^[-+]?\d+(?:[.,]\d+)?$/.test(text) ? readWindow({ days: text }, { absent: 1 }) : null;
  if (reading !== null && !reading.ok) return refuse(WINDOW, reading.complaint);
  return refuse(
    WINDOW,
    `${quotation(text)} is no window. Write \`7\`, \`last month\`, \`Q3 2025\`, \`October\`, \`2026-10\`, or \`2026-10-01 to 2026-10-31\`.`,
  );
}

/** Dashes as phones write them, in dates. */
function plain(text: string): string {
  return text.replaceAll(/(?<=\d)[‐‑‒–−](?=\d|q)/giu, "-");
}
