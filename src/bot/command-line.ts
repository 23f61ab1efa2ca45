import { usageOf, type Command, type Invocation, type Option } from "./command.ts";
import { readReference } from "./permission/reference.ts";
import { meantCommand } from "./meant-command.ts";
import { guess, metricNamed, readOption } from "./option-reading.ts";
import { valuesOf, type Given, type GivenValues } from "./option-values.ts";
import { quotation, wordList } from "./quotation.ts";
import { DASHES, namedOption, withoutInvisible, type NamedOption, type TypedWord } from "./typed-words.ts";
import { WINDOW_PARAMETERS } from "../core/window-reading.ts";
import { WINDOW, WINDOW_NAMES, windowPhrase, windowValue } from "./window-typing.ts";

type Parsed =
  | { readonly ok: true; readonly command: Command; readonly values: GivenValues }
  | { readonly ok: false; readonly complaint: string };

interface Refused {
  readonly ok: false;
  readonly complaint: string;
}

/** The command that was meant, and what was typed for its options. */
export interface CommandLine {
  readonly ok: true;
  readonly command: Command;
  /** No option twice. */
  readonly given: readonly Given[];
}

/** Where something is typed. */
export interface Typing extends Pick<Invocation, "prefix"> {
  /** Commands that are typed in the same place and run elsewhere: a mistyped one may have meant them. */
  readonly others?: readonly string[];
  /** The command that lists all, where it is another than that of chat. */
  readonly help?: string;
  /** Options of the place itself, which no command has to declare. */
  readonly everywhere?: readonly string[];
}

/**
 * Understands what was typed: `metrics summary 30`, `days=30`, `--days 30` and `--days=30` mean the same. A phone's
 * dash (`—days`) counts as two hyphens.
 */
export function parseCommand(words: readonly TypedWord[], commands: readonly Command[], typing: Typing): Parsed {
  const line = readCommandLine(words, commands, typing);
  if (!line.ok) return line;
  const reading = valuesOf(line.command, line.given, typing.prefix);
  // What was written wrong comes before what was not written.
  const fault = reading.faults.find(({ isMissing }) => !isMissing) ?? reading.faults[0];
  return fault === undefined
    ? { ok: true, command: line.command, values: reading.values }
    : { ok: false, complaint: fault.complaint };
}

/** The same without a look at the values. */
export function readCommandLine(
  typed: readonly TypedWord[],
  commands: readonly Command[],
  typing: Typing,
): CommandLine | Refused {
  const words = withoutInvisible(typed);
  const command = commandAt(words, commands);
  if (command === null) return refuseCommand(words, commands, typing);
  const given = givenOptions(command, words.slice(command.path.length), typing);
  if (!given.ok) return given;
  const repeated = given.options.find((one, index) => given.options.findIndex(({ name }) => name === one.name) < index);
  if (repeated?.name === "window")
    return refuse("The days are given twice. Write them once: `last month` or `--days 7`.");
  if (repeated !== undefined) return refuse(`\`${repeated.name}\` is given twice. Write it once.`);
  return { ok: true, command, given: given.options };
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

function helpLine(commands: readonly Command[], { prefix, help }: Typing): string {
  const path = help ?? commands.find((command) => command.path.at(-1) === "help")?.path.join(" ");
  return path === undefined ? "" : `\`${prefix}${path}\` lists all.`;
}

/** Of more commands than that, only their names are told. */
const MOST_USAGES = 6;

function refuseCommand(words: readonly TypedWord[], commands: readonly Command[], typing: Typing): Refused {
  const { prefix, others = [] } = typing;
  const help = helpLine(commands, typing);
  if (words.length === 0) return refuse(`Write a command. ${help}`);
  const [group = "", name] = words.map(commandWord);
  const siblings = commands.filter((command) => command.path[0] === group);
  if (siblings.length > 0 && name === undefined) {
    const isShort = siblings.length <= MOST_USAGES;
    const usages = siblings.map((command) => `${prefix}${isShort ? usageOf(command) : command.path.join(" ")}`);
    return refuse(`\`${prefix}${group}\` needs one more word: ${wordList(usages, "or")}.`);
  }
  const paths = [...commands.map((command) => command.path.join(" ")), ...others];
  const typed = siblings.length > 0 ? `${group} ${name ?? ""}` : words.slice(0, 2).map(commandWord).join(" ");
  const metric = metricNamed(name ?? "") ?? metricNamed(group);
  const shows = commands.find((command) => Object.values(command.options)[0]?.kind === "metric");
  const show = shows?.path.join(" ") ?? null;
  const meant = metric === null ? meantCommand([group, ...(name === undefined ? [] : [name])], paths, show) : null;
  const guessed = meant === null ? "" : ` Did you mean \`${prefix}${meant}\`?`;
  const next =
    metric !== null && show !== null ? ` \`${metric}\` is a metric: \`${prefix}${show} ${metric}\`.` : guessed;
  return refuse(`There is no command ${quotation(typed)}.${next} ${help}`.trim());
}

type GivenOptions = { readonly ok: true; readonly options: readonly Given[] } | Refused;

function givenOptions(command: Command, words: readonly TypedWord[], typing: Typing): GivenOptions {
  const options: Given[] = [];
  /** A text without its name, which takes all that names no option. */
  let rest: { readonly name: string; readonly words: TypedWord[] } | null = null;
  const takesWindow = optionNamed(command, WINDOW) !== undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) continue;
    const named = word.quoted ? null : namedOption(word.text);
    const option = named === null || isProse(word, named, options, rest) ? undefined : optionNamed(command, named.name);
    if (rest !== null && option === undefined) {
      rest.words.push(word);
    } else if (named !== null && option !== undefined) {
      if (option.kind === "window" && named.value === null) {
        const piece = windowValue(named.name, words, index + 1);
        options.push({ name: named.name, text: piece?.text ?? null });
        index += piece?.words ?? 0;
        continue;
      }
      const standsAlone =
        isFlag(option) || isBare(command, [...options, { name: named.name, text: null }], words[index + 1]);
      const text = named.value ?? (standsAlone ? null : (words[(index += 1)]?.text ?? null));
      options.push({ name: named.name, text });
    } else if (named !== null && named.name !== "") {
      return refuseOption(command, named.typed, typing);
    } else if (word.text !== "--" || word.quoted) {
      const list = listGoingOn(command, options, word);
      if (list !== null) {
        options[options.length - 1] = list;
        continue;
      }
      const phrase = takesWindow && rest === null ? windowPhrase(words, index) : null;
      if (phrase !== null && mayBeWindow(command, options, phrase.text)) {
        options.push({ name: /^\d{1,3}$/.test(phrase.text) ? "days" : WINDOW, text: phrase.text });
        index += phrase.words - 1;
        continue;
      }
      const name = positionOf(command, options, word);
      if (name === null)
        return refuse(`${quotation(word.text)} is one word too many. ${takes(command, typing.prefix)}`);
      if (takesRest(optionNamed(command, name), word)) rest = { name, words: [word] };
      else {
        const isName = isSaidAlone(command.options[name]) && name === word.text.toLowerCase();
        const choice = isName ? choiceAfter(command.options[name], words[index + 1]) : word.text;
        options.push({ name, text: choice });
        if (isName && choice !== null) index += 1;
      }
    }
  }
  return { ok: true, options: rest === null ? options : [...options, { name: rest.name, text: textOf(rest.words) }] };
}

/** Within a text only an option with dashes that has no value yet is one. */
function isProse({ text }: TypedWord, { name }: NamedOption, given: readonly Given[], rest: object | null): boolean {
  return rest !== null && (!DASHES.test(text) || given.some((one) => one.name === name));
}

/** A window has several names. */
function optionNamed({ options }: Command, name: string): Option | undefined {
  if (Object.hasOwn(options, name)) return options[name];
  return WINDOW_NAMES.includes(name) && Object.hasOwn(options, WINDOW) ? options[WINDOW] : undefined;
}

function hasWindow(given: readonly Given[]): boolean {
  return given.some(({ name }) => WINDOW_NAMES.includes(name));
}

/** A second one is a contradiction, unless it is a number, or the day that another option takes. */
function mayBeWindow({ options }: Command, given: readonly Given[], text: string): boolean {
  if (!hasWindow(given)) return true;
  return !/^\d{1,3}$/.test(text) && !Object.values(options).some(({ kind }) => kind === "date" || kind === "integer");
}

/** As it was written, but for quotation marks around the whole. */
function textOf(words: readonly TypedWord[]): string {
  const [first, ...more] = words;
  if (more.length === 0) return first?.text ?? "";
  return words.map(({ text, written }) => written ?? ` ${text}`).join("");
}

/** Its name alone means something. */
function isSaidAlone(option: Option | undefined): boolean {
  return isFlag(option) || (option?.kind === "choice" && option.bare !== undefined);
}

/** "year" in "compare year". */
function choiceAfter(option: Option | undefined, next: TypedWord | undefined): string | null {
  const isChoice = option?.kind === "choice" && option.choices.includes(next?.text.toLowerCase() ?? "");
  return isChoice ? (next?.text ?? null) : null;
}

function isFlag(option: Option | undefined): boolean {
  return option?.kind === "flag";
}

/** Whether the name of a choice, the last that was given, is all that was written of it: what follows is of another option. */
function isBare(command: Command, given: readonly Given[], next: TypedWord | undefined): boolean {
  const option = command.options[given.at(-1)?.name ?? ""];
  if (option?.kind !== "choice" || option.bare === undefined) return false;
  if (next === undefined || (!next.quoted && namedOption(next.text) !== null)) return true;
  if (option.choices.includes(next.text.toLowerCase())) return false;
  const name = positionOf(command, given, next);
  const other = name === null ? undefined : command.options[name];
  return name !== null && other !== undefined && (isFlag(other) || readOption(name, other, next.text, "").ok);
}

/** Somebody named right after others belongs to them. */
function listGoingOn({ options }: Command, given: readonly Given[], { text }: TypedWord): Given | null {
  const last = given.at(-1);
  if (last === undefined || options[last.name]?.kind !== "references" || !namesPeople(text)) return null;
  return { name: last.name, text: `${last.text ?? ""} ${text}` };
}

/** The option that a bare word stands for: a flag by its name, else the next one that has no value yet. */
function positionOf(command: Command, given: readonly Given[], word: TypedWord): string | null {
  const free = Object.keys(command.options).filter((name) =>
    command.options[name]?.kind === "window" ? !hasWindow(given) : given.every((one) => one.name !== name),
  );
  const flag = free.find((name) => isSaidAlone(command.options[name]) && name === word.text.toLowerCase());
  const own = flag ?? free.find((name) => isOneOf(command.options[name], word));
  const next = own ?? free.find((name) => takesWord(command.options[name], word)) ?? null;
  // Neither the number whose turn it is, nor anybody: what was left out before it is what is missing.
  const isNoNumber = next !== null && command.options[next]?.kind === "integer" && !/^[-+\d]/u.test(word.text);
  return (isNoNumber ? free.find((name) => mayBeLeftOut(command.options[name])) : undefined) ?? next;
}

/** A word that names nobody is not meant for an option that may be left out, unless it looks like a name. */
function takesWord(option: Option | undefined, { text, quoted }: TypedWord): boolean {
  if (!quoted && mayBeLeftOut(option) && /^[#@]\p{L}/u.test(text)) return true;
  if (option?.kind === "choice" && option.bare !== undefined) return option.choices.includes(text.toLowerCase());
  if (option?.kind === "references") return namesPeople(text);
  if (option?.kind === "reference" && option.optional === true) return readReference(text) !== null;
  return !isFlag(option);
}

function mayBeLeftOut(option: Option | undefined): boolean {
  return option?.kind === "references" || (option?.kind === "reference" && option.optional === true);
}

/** Whether a word is what such a text is, wherever it stands: the id of a ticket. */
function isOneOf(option: Option | undefined, { text }: TypedWord): boolean {
  return option?.kind === "text" && option.form?.test(text) === true;
}

function takesRest(option: Option | undefined, word: TypedWord): boolean {
  return option?.kind === "text" && !isOneOf(option, word);
}

/** "<@U1>", "<@U1>,", "slack:U1,slack:U2" */
function namesPeople(text: string): boolean {
  const words = text.split(",").filter((word) => word !== "");
  return words.length > 0 && words.every((word) => readReference(word) !== null);
}

function refuseOption(command: Command, typed: string, { prefix, everywhere = [] }: Typing): Refused {
  const near = guess(typed, [...namesOf(command), ...everywhere]);
  return refuse(`There is no option ${quotation(typed)}.${near} ${takes(command, prefix)}`);
}

/** Under which its options are typed. */
function namesOf({ options }: Command): string[] {
  return Object.entries(options).flatMap(([name, { kind }]) => (kind === "window" ? WINDOW_PARAMETERS : [name]));
}

function takes(command: Command, prefix: string): string {
  const names = namesOf(command);
  const typed = `\`${prefix}${command.path.join(" ")}\``;
  return names.length === 0 ? `${typed} stands alone.` : `${typed} takes ${wordList(names, "and")}.`;
}
