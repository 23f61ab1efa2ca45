import type { ChatName } from "./platform.ts";
import { readCommandLine } from "./command-line.ts";
import { isRequired, type Command, type Option, type Options, type TargetMessage } from "./command.ts";
import { valuesOf, type Fault, type Given } from "./option-values.ts";
import { splitWords, type TypedWord } from "./typed-words.ts";

/** What a form can ask for. */
export type FieldOption = Extract<Option, { readonly kind: "text" | "choice" | "integer" }>;

export interface Field {
  /** At most 45 characters: Discord's limit. */
  readonly label: string;
  /** Below the label; at most 100 characters. */
  readonly hint?: string;
  /** A text of several lines. */
  readonly isLong?: true;
}

type FieldName<O extends Options> = {
  [Name in keyof O]: O[Name] extends FieldOption ? Name : never;
}[keyof O];

/** How a command asks for what is missing. What a field takes, and whether it must be filled, its option says. */
export interface Form<O extends Options = Options> {
  /** At most 24 characters: Slack's limit. */
  readonly title: string;
  /** What the button says that sends it, where the platform lets us; else "Send". */
  readonly send?: string;
  /** By the names of their options, in the order in which they are asked; at most five. */
  readonly fields: { readonly [Name in FieldName<O>]?: Field };
  /**
   * What the fields hold at first, where nothing was typed for them. Plain and at once, since a platform waits 3 s for
   * the form: it knows only what the platform told with the call.
   */
  prefill?(call: FormCall): { readonly [Name in FieldName<O>]?: string };
}

/** How somebody came to the form. */
export interface FormCall {
  readonly platform: ChatName;
  /** The platform's own ids. */
  readonly person: string;
  readonly channel: string;
  readonly thread: string | null;
  readonly target?: TargetMessage;
}

/** A field as it is shown. */
export interface ShownField extends Field {
  /** Of the option. */
  readonly name: string;
  readonly option: FieldOption;
  readonly isRequired: boolean;
  /** Empty where it holds nothing; may be longer than the field takes. */
  readonly value: string;
}

/** A form as it is to be shown. */
export interface ShownForm {
  readonly title: string;
  readonly send: string;
  /** The command with what was given and is not asked for, as a person would type it: it is kept with the form. */
  readonly line: string;
  readonly fields: readonly ShownField[];
}

/**
 * The form that answers what was typed; null when the command has none, or can be run or must be refused as it is. It
 * opens when a field that must be filled is not, or, where none must be, when no field was given.
 */
export function formFor(
  typed: string | readonly TypedWord[],
  commands: readonly Command[],
  { prefix, ...call }: FormCall & { readonly prefix: string },
): ShownForm | null {
  const { words, unclosed } = typeof typed === "string" ? splitWords(typed) : { words: typed, unclosed: null };
  const line = readCommandLine(words, commands, { prefix });
  if (unclosed !== null || !line.ok || line.command.form === undefined) return null;
  const { command, given } = line;
  const { title, send = "Send" } = line.command.form;
  const prefilled: Readonly<Record<string, string | undefined>> = line.command.form.prefill?.(call) ?? {};
  const fields = fieldsOf(command).map((field): ShownField => {
    const text = given.find(({ name }) => name === field.name)?.text;
    return { ...field, value: text ?? prefilled[field.name] ?? fallbackOf(field.option) };
  });
  if (!isOpened(fields, valuesOf(command, given, prefix).faults, given)) return null;
  const kept = given.filter(({ name }) => fields.every((field) => field.name !== name));
  return { title, send, line: [...command.path, ...kept.map(typedOption)].join(" "), fields };
}

/** Without what is written in them. */
export function fieldsOf({ form, options }: Command): Omit<ShownField, "value">[] {
  const fields: Readonly<Record<string, Field | undefined>> = form?.fields ?? {};
  return Object.entries(fields).flatMap(([name, field]) => {
    const option = options[name];
    if (field === undefined || option === undefined || !isFieldOption(option)) return [];
    return [{ ...field, name, option, isRequired: isRequired(option) }];
  });
}

function isFieldOption(option: Option): option is FieldOption {
  return option.kind === "text" || option.kind === "choice" || option.kind === "integer";
}

function isOpened(fields: readonly ShownField[], faults: readonly Fault[], given: readonly Given[]): boolean {
  const isOfForm = ({ name }: { readonly name: string }) => fields.some((field) => field.name === name);
  if (faults.some((fault) => !fault.isMissing || !isOfForm(fault))) return false;
  return fields.some((field) => field.isRequired) ? faults.length > 0 : !given.some(isOfForm);
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What a field with room for `most` UTF-16 units holds at first: never half a character, one line unless it is long. */
export function heldBy({ value, isLong }: ShownField, most: number): string {
  const text = isLong === true ? value : value.replaceAll(/\s+/gu, " ").trim();
  if (text.length <= most) return text;
  let end = 0;
  for (const { segment, index } of graphemes.segment(text.slice(0, most + 64))) {
    if (index + segment.length > most - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}…`;
}

function fallbackOf({ fallback }: FieldOption): string {
  return fallback === undefined ? "" : String(fallback);
}

function typedOption({ name, text }: Given): string {
  return text === null ? `--${name}` : `--${name}=${quoted(text)}`;
}

const MARKS = [`""`, "“”", "«»", "''", "„“"] as const;

/** A value as it would be typed, in quotation marks that do not stand in it. */
export function quoted(value: string): string {
  if (/^[\w.:/-]+$/.test(value)) return value;
  const marks = MARKS.find(([, closing = ""]) => !value.includes(closing));
  return marks === undefined ? `"${value.replaceAll('"', "'")}"` : `${marks.charAt(0)}${value}${marks.charAt(1)}`;
}

/** What was sent, as if it had been typed after the form's line: its fields by name, those that are empty left out. */
export function submittedWords(line: string, values: ReadonlyMap<string, string>): TypedWord[] {
  const filled = [...values].filter(([, value]) => value.trim() !== "");
  return [
    ...splitWords(line).words,
    ...filled.flatMap(([name, text]) => [
      { text: `--${name}`, quoted: false },
      { text, quoted: true },
    ]),
  ];
}

/** What is wrong in the fields that were sent; what is wrong elsewhere shows when the command is run. */
export function formFaults(words: readonly TypedWord[], commands: readonly Command[], prefix: string): Fault[] {
  const line = readCommandLine(words, commands, { prefix });
  if (!line.ok) return [];
  const names = new Set(fieldsOf(line.command).map(({ name }) => name));
  return valuesOf(line.command, line.given, prefix)
    .faults.filter(({ name }) => names.has(name))
    .map((fault) => (fault.isMissing ? { ...fault, complaint: "This must be filled in." } : fault));
}

/** Throws when a platform would refuse the form of a command: a mistake of ours, found before anybody meets it. */
export function checkForms(
  platform: string,
  commands: readonly Command[],
  faultsOf: (command: Command) => readonly string[],
): void {
  const faults = commands.flatMap((command) => faultsOf(command).map((fault) => `${command.path.join(" ")}: ${fault}`));
  if (faults.length > 0) throw new Error(`${platform} refuses forms: ${faults.join("; ")}`);
}
