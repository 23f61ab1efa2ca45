import { usageOf, type Command, type Invocation, type Option } from "./command.ts";
import type { Subject } from "./permission/policy.ts";
import { readReference } from "./permission/reference.ts";
import { guess, metricNamed, readOption } from "./option-reading.ts";
import { quotation, wordList } from "./quotation.ts";
import type { TypedWord } from "./typed-words.ts";

type GivenValues = Readonly<Record<string, Value>>;
type Value = string | number | boolean | Subject | null;

type Parsed =
  | { readonly ok: true; readonly command: Command; readonly values: GivenValues }
  | { readonly ok: false; readonly complaint: string };

interface Refused {
  readonly ok: false;
  readonly complaint: string;
}

/** One option as it was typed; `text` is null when nothing followed its name. */
interface Given {
  readonly name: string;
  readonly text: string | null;
}

/**
 * Understands what was typed: `metrics summary 30`, `days=30`, `--days 30` and `--days=30` mean the same. A phone's
 * dash (`—days`) counts as two hyphens.
 */
export function parseCommand(
  words: readonly TypedWord[],
  commands: readonly Command[],
  { prefix }: Pick<Invocation, "prefix">,
): Parsed {
  const command = commandAt(words, commands);
  if (command === null) return refuseCommand(words, commands, prefix);
  const given = givenOptions(command, words.slice(command.path.length), prefix);
  if (!given.ok) return given;
  const repeated = given.options.find((one, index) => given.options.findIndex(({ name }) => name === one.name) < index);
  if (repeated !== undefined) return refuse(`\`${repeated.name}\` is given twice. Write it once.`);
  return valuesOf(command, given.options, prefix);
}

function refuse(complaint: string): Refused {
  return { ok: false, complaint };
}

function commandAt(words: readonly TypedWord[], commands: readonly Command[]): Command | null {
  const typed = (length: number) => words.slice(0, length).map(commandWord).join(" ");
  const named = commands.find((command) => command.path.join(" ") === typed(command.path.length));
  if (named !== undefined) return named;
  return words.length === 1
    ? (commands.find((command) => command.path.join(" ") === `${typed(1)} help`) ?? null)
    : null;
}

function commandWord(word: TypedWord, index: number): string {
  const text = word.text.toLowerCase();
  return index === 0 ? text.replace(/^\//, "") : text;
}

function helpLine(commands: readonly Command[], prefix: string): string {
  const help = commands.find((command) => command.path.at(-1) === "help");
  return help === undefined ? "" : `\`${prefix}${help.path.join(" ")}\` lists all.`;
}

function refuseCommand(words: readonly TypedWord[], commands: readonly Command[], prefix: string): Refused {
  const help = helpLine(commands, prefix);
  if (words.length === 0) return refuse(`Write a command. ${help}`);
  const [group = "", name] = words.map(commandWord);
  const siblings = commands.filter((command) => command.path[0] === group);
  if (siblings.length > 0 && name === undefined) {
    const usages = siblings.map((command) => `${prefix}${usageOf(command)}`);
    return refuse(`\`${prefix}${group}\` needs one more word: ${wordList(usages, "or")}.`);
  }
  const paths = (siblings.length > 0 ? siblings : commands).map((command) => command.path.join(" "));
  const typed = siblings.length > 0 ? `${group} ${name ?? ""}` : words.slice(0, 2).map(commandWord).join(" ");
  const metric = metricNamed(name ?? "") ?? metricNamed(group);
  const shows = commands.find((command) => Object.values(command.options)[0]?.kind === "metric");
  const next =
    metric !== null && shows !== undefined
      ? ` \`${metric}\` is a metric: \`${prefix}${shows.path.join(" ")} ${metric}\`.`
      : guess(typed, paths, (path) => `${prefix}${path}`);
  return refuse(`There is no command ${quotation(typed)}.${next} ${help}`.trim());
}

type GivenOptions = { readonly ok: true; readonly options: readonly Given[] } | Refused;

function givenOptions(command: Command, words: readonly TypedWord[], prefix: string): GivenOptions {
  const options: Given[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined || (word.text === "--" && !word.quoted)) continue;
    const named = word.quoted ? null : namedOption(word.text);
    if (named === null) {
      const name = positionOf(command, options, word);
      if (name === null) return refuse(`${quotation(word.text)} is one word too many. ${takes(command, prefix)}`);
      const isLast = command.options[name]?.kind === "text";
      const rest = isLast ? words.slice(index).map(({ text }) => text) : [word.text];
      options.push({ name, text: isFlag(command.options[name]) ? null : rest.join(" ") });
      if (isLast) break;
      continue;
    }
    const option = Object.hasOwn(command.options, named.name) ? command.options[named.name] : undefined;
    if (option === undefined) return refuseOption(command, named.typed, prefix);
    if (named.value !== null || isFlag(option)) {
      options.push({ name: named.name, text: named.value });
    } else {
      index += 1;
      options.push({ name: named.name, text: words[index]?.text ?? null });
    }
  }
  return { ok: true, options };
}

interface NamedOption {
  readonly name: string;
  /** As it was typed, for a complaint. */
  readonly typed: string;
  readonly value: string | null;
}

function namedOption(text: string): NamedOption | null {
  const dashed = /^(?:--|[—–])([^=]*)(?:=(.*))?$/su.exec(text) ?? /^-([\p{L}][^=]*)(?:=(.*))?$/su.exec(text);
  const match = dashed ?? /^([\p{L}][\p{L}\p{N}_-]*)=(.*)$/su.exec(text);
  if (match === null) return null;
  const typed = match[1] ?? "";
  return { name: typed.toLowerCase().replaceAll("_", "-"), typed, value: match[2] ?? null };
}

function isFlag(option: Option | undefined): boolean {
  return option?.kind === "flag";
}

/** The option that a bare word stands for: a flag by its name, else the next one that has no value yet. */
function positionOf(command: Command, given: readonly Given[], word: TypedWord): string | null {
  const free = Object.keys(command.options).filter((name) => given.every((one) => one.name !== name));
  const flag = free.find((name) => isFlag(command.options[name]) && name === word.text.toLowerCase());
  return flag ?? free.find((name) => takesWord(command.options[name], word)) ?? null;
}

/** A word that names nobody is not meant for an option that may be left out. */
function takesWord(option: Option | undefined, { text }: TypedWord): boolean {
  if (option?.kind === "reference" && option.optional === true) return readReference(text) !== null;
  return !isFlag(option);
}

function refuseOption(command: Command, typed: string, prefix: string): Refused {
  const near = guess(typed, Object.keys(command.options));
  return refuse(`There is no option ${quotation(typed)}.${near} ${takes(command, prefix)}`);
}

function takes(command: Command, prefix: string): string {
  const names = Object.keys(command.options);
  const typed = `\`${prefix}${command.path.join(" ")}\``;
  return names.length === 0 ? `${typed} stands alone.` : `${typed} takes ${wordList(names, "and")}.`;
}

function valuesOf(command: Command, given: readonly Given[], prefix: string): Parsed {
  const values: Record<string, Value> = {};
  for (const [name, option] of Object.entries(command.options)) {
    const one = given.find((candidate) => candidate.name === name);
    const text = one?.text ?? null;
    if (text === null) {
      const value = one === undefined || option.kind === "flag" ? absentValue(option, one !== undefined) : undefined;
      if (value === undefined) return refuse(missing(command, name, option, prefix));
      values[name] = value;
    } else {
      const reading = readOption(name, option, text, `\`${prefix}metrics help\` lists all.`);
      if (!reading.ok) return reading;
      values[name] = reading.value;
    }
  }
  return { ok: true, command, values };
}

/** The value of an option that has no text: a flag is its presence; undefined when a value is required. */
function absentValue(option: Option, present: boolean): Value | undefined {
  switch (option.kind) {
    case "integer":
    case "choice":
    case "date":
    case "text":
      return option.fallback;
    case "flag":
      return present;
    case "reference":
      return option.optional === true ? null : undefined;
    case "metric":
      return undefined;
  }
}

function missing(command: Command, name: string, option: Option, prefix: string): string {
  const typed = `${prefix}${command.path.join(" ")}`;
  switch (option.kind) {
    case "integer":
      return `\`${name}\` needs a whole number from ${option.min} to ${option.max}: \`${typed} --${name} ${option.fallback}\`.`;
    case "choice":
      return `\`${name}\` must be ${wordList(option.choices, "or")}; you wrote nothing.`;
    case "date":
      return `\`${name}\` needs a day: \`${typed} --${name} ${option.fallback}\`.`;
    case "flag":
      return `\`${name}\` is \`yes\` or \`no\`; you wrote nothing.`;
    case "reference":
      return `\`${typed}\` needs a person, a group, a channel or \`everyone\`.`;
    case "text":
      return `\`${name}\` is what you want to say; you wrote nothing.`;
    case "metric":
      return `\`${typed}\` needs a metric: \`${typed} mrr\`. \`${prefix}metrics help\` lists all.`;
  }
}
