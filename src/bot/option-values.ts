import type { Command, Option } from "./command.ts";
import type { Subject } from "./permission/policy.ts";
import { readOption } from "./option-reading.ts";
import { wordList } from "./quotation.ts";

type Value = string | number | boolean | Subject | readonly Subject[] | null;
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
  return { values, faults: [...faults, ...bothGiven(command, given)] };
}

/** Of two options that mean the same, one goes. */
function bothGiven({ options }: Command, given: readonly Given[]): Fault[] {
  return given.flatMap(({ name, text }) => {
    const option = options[name];
    if (option?.kind !== "choice" || option.insteadOf === undefined || text === option.fallback) return [];
    const { insteadOf } = option;
    if (given.every((one) => one.name !== insteadOf)) return [];
    return [{ name, isMissing: false, complaint: `Give \`${insteadOf}\` or \`${name}\`, not both.` }];
  });
}

/** The value of an option that has no text: a flag is its presence, some choices have one for it; undefined when a value is required. */
function absentValue(option: Option, present: boolean): Value | undefined {
  switch (option.kind) {
    case "integer":
    case "text":
    case "date":
      return option.fallback;
    case "choice":
      return present ? option.bare : option.fallback;
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

function missing({ command, given, prefix }: Typed, name: string, option: Option): string {
  const metrics = given.filter((one) => command.options[one.name]?.kind === "metric").map(({ text }) => text);
  const alone = `${prefix}${command.path.join(" ")}`;
  const typed = [alone, ...metrics].join(" ");
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
    case "flag":
      return `\`${name}\` is \`yes\` or \`no\`; you wrote nothing.`;
    case "reference":
    case "references":
      return `\`${typed}\` needs a person, a group, a channel or \`everyone\`.`;
    case "metric":
      return `\`${typed}\` needs a metric: \`${typed} mrr\`. \`${prefix}metrics help\` lists all.`;
  }
}
