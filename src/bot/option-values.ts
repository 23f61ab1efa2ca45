import { LONGEST_WINDOW, type WindowWish } from "../core/window-wish.ts";
import type { Command, Option } from "./command.ts";
import type { Subject } from "./permission/policy.ts";
import { readOption } from "./option-reading.ts";
import { wordList } from "./quotation.ts";
import { readTyped, WINDOW_NAMES } from "./window-typing.ts";

type Value = string | number | boolean | Subject | readonly Subject[] | WindowWish | null;
export type GivenValues = Readonly<Record<string, Value>>;

/** One option as it was typed; `text` is null when nothing followed its name. */
export interface Given {
  readonly name: string;
  readonly text: string | null;
}

export interface Fault {
  /** Of the option. */
  readonly name: string;
  readonly isMissing: boolean;
  readonly complaint: string;
}

interface Reading {
  readonly values: GivenValues;
  readonly faults: readonly Fault[];
}

/** The values of all options, and every fault in what was given: with one of them the values are not whole. */
export function valuesOf(command: Command, given: readonly Given[], prefix: string): Reading {
  const values: Record<string, Value> = {};
  const faults: Fault[] = [];
  for (const [name, option] of Object.entries(command.options)) {
    if (option.kind === "window") {
      const reading = windowGiven(option, { command, given, prefix });
      if ("value" in reading) values[name] = reading.value;
      else faults.push(reading);
      continue;
    }
    const one = given.find((candidate) => candidate.name === name);
    const text = option.kind === "text" && one?.text?.trim() === "" ? null : (one?.text ?? null);
    if (text === null) {
      const isPresent = one !== undefined;
      const mayStandAlone = option.kind === "flag" || (option.kind === "choice" && option.bare !== undefined);
      const value = !isPresent || mayStandAlone || one.text !== null ? absentValue(option, isPresent) : undefined;
      if (value === undefined)
        faults.push({ name, isMissing: true, complaint: missing({ command, given, prefix }, name, option) });
      else values[name] = value;
    } else {
      const reading = readOption(name, option, text, `\`${prefix}metrics help\` lists all.`);
      if (reading.ok) values[name] = reading.value;
      else faults.push({ name, isMissing: false, complaint: reading.complaint });
    }
  }
  return { values, faults };
}

type WindowOption = Extract<Option, { kind: "window" }>;

/** Whatever was written under the names of a window. */
function windowGiven({ fallback }: WindowOption, typed: Typed) {
  const { given } = typed;
  const own = given.filter(({ name }) => WINDOW_NAMES.includes(name));
  const empty = own.find(({ text }) => text === null);
  if (empty !== undefined) return { name: empty.name, isMissing: true, complaint: missingWindow(typed, empty.name) };
  const reading = readTyped(
    own.map(({ name, text }) => ({ name, text: text ?? "" })),
    fallback,
  );
  return reading.ok ? { value: reading.value } : { ...reading, isMissing: false };
}

function missingWindow(typed: Typed, name: string): string {
  const line = lineOf(typed);
  if (name === "days") return `\`days\` needs a whole number from 1 to ${LONGEST_WINDOW}: \`${line} --days 30\`.`;
  return `\`${name}\` says which days are meant; you wrote nothing: \`${line} --${name} ${EXAMPLES[name] ?? '"last month"'}\`.`;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  month: "2026-10",
  quarter: "2026-Q3",
  year: "2026",
  from: "2026-10-01 --to 2026-10-31",
  to: "2026-10-31 --from 2026-10-01",
  period: "month",
};

/** The value of an option that has no text: a flag is its presence, some choices have one for it; undefined when a value is required. */
function absentValue(option: Option, present: boolean): Value | undefined {
  switch (option.kind) {
    case "integer":
    case "text":
    case "date":
      return option.fallback;
    case "choice":
      return present ? option.bare : option.fallback;
    case "window":
      return undefined;
    case "flag":
      return present;
    case "reference":
      return option.optional === true ? null : undefined;
    case "references":
      return present ? undefined : [];
    case "metric":
      return undefined;
  }
}

interface Typed {
  readonly command: Command;
  readonly given: readonly Given[];
  readonly prefix: string;
}

/** The command with its metric, to be typed on. */
function lineOf({ command, given, prefix }: Typed): string {
  const metrics = given.filter((one) => command.options[one.name]?.kind === "metric").map(({ text }) => text);
  return [`${prefix}${command.path.join(" ")}`, ...metrics].join(" ");
}

function missing({ command, given, prefix }: Typed, name: string, option: Option): string {
  const alone = `${prefix}${command.path.join(" ")}`;
  const typed = lineOf({ command, given, prefix });
  switch (option.kind) {
    case "integer":
      return `\`${name}\` needs a whole number from ${option.min} to ${option.max}: \`${typed} --${name} ${option.fallback ?? option.min}\`.`;
    case "choice": {
      const words = wordList(option.choices, "or");
      const isBefore = option.fallback === undefined && given.every((one) => one.name !== name);
      if (isBefore) return `\`${alone}\` needs one more word: ${words}.`;
      return `\`${name}\` must be ${words}; you wrote nothing.`;
    }
    case "text":
      if (option.missing !== undefined) return option.missing(prefix);
      return `\`${name}\` is what you want to say; you wrote nothing: \`${typed} --${name} "…"\`.`;
    case "date":
      return `\`${name}\` needs a day: \`${typed} --${name} ${option.fallback}\`.`;
    case "window":
      return missingWindow({ command, given, prefix }, name);
    case "flag":
      return `\`${name}\` is \`yes\` or \`no\`; you wrote nothing.`;
    case "reference":
    case "references":
      return `\`${typed}\` needs a person, a group, a channel or \`everyone\`.`;
    case "metric":
      return `\`${typed}\` needs a metric: \`${typed} mrr\`. \`${prefix}metrics help\` lists all.`;
  }
}
