import type { WindowWish } from "../core/window-wish.ts";
import type { MetricName } from "../metrics/catalogue.ts";
import type { Need } from "./permission/need.ts";
import type { Subject } from "./permission/policy.ts";
import type { NameOf } from "./permission/refusal-words.ts";
import type { Audience, View } from "./permission/view.ts";
import type { AnswerFile } from "./answer-file.ts";
import type { Asker, Place } from "./asker.ts";
import type { Form } from "./form.ts";
import type { MessageRef, Person } from "./conversation.ts";
import type { Message } from "./message.ts";

/**
 * What a command takes. The parser of typed text, its complaints, help and completion all derive from this.
 * Options are given by name, or by position in the order of declaration (flags by name alone).
 */
export type Option =
  | {
      readonly kind: "integer";
      readonly description: string;
      readonly min: number;
      readonly max: number;
      /** Absent: it is required. */
      readonly fallback?: number;
    }
  | {
      readonly kind: "choice";
      readonly description: string;
      readonly choices: readonly string[];
      /** Absent: it is required. */
      readonly fallback?: string;
      /** What its name alone means, as of a flag; absent: it needs a value. */
      readonly bare?: string;
    }
  | { readonly kind: "flag"; readonly description: string }
  /** Days, however they are named: `--days 7`, `--month 2026-10`, `--from … --to …`, `last month`. Its key is `window`. */
  | { readonly kind: "window"; readonly description: string; /** In days. */ readonly fallback: number }
  /** `today`, `yesterday`, or a day as `2026-11-20`. */
  | { readonly kind: "date"; readonly description: string; readonly fallback: "today" | "yesterday" }
  /** A metric of the catalogue; always required. */
  | { readonly kind: "metric"; readonly description: string }
  /** A person, a group, a channel or everyone, by a mention or an id; required. */
  | { readonly kind: "reference"; readonly description: string; readonly optional?: never }
  /** The same that may be left out, and is null then. */
  | { readonly kind: "reference"; readonly description: string; readonly optional: true }
  /** Several of them, one after another or by comma; none when it is left out. */
  | { readonly kind: "references"; readonly description: string }
  /** What people write in their own words: typed by position it takes all that follows but further options. */
  | {
      readonly kind: "text";
      readonly description: string;
      /** In UTF-16 units. */
      readonly longest: number;
      /** Absent: it is required. */
      readonly fallback?: string;
      /** What it looks like: such a word is meant for it wherever it stands. */
      readonly form?: RegExp;
      /** What is said when a required one was left out; absent: a sentence for words of one's own. */
      readonly missing?: (prefix: string) => string;
      /** What it may be completed to, where a platform completes; whoever types is shown all of them. */
      readonly suggestions?: () => Promise<readonly string[]>;
    };

export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O extends { kind: "integer" }
  ? number
  : O extends { kind: "flag" }
    ? boolean
    : O extends { kind: "window" }
      ? WindowWish
      : O extends { kind: "choice"; choices: readonly (infer Choice)[] }
        ? Choice
        : O extends { kind: "reference"; optional: true }
          ? Subject | null
          : O extends { kind: "reference" }
            ? Subject
            : O extends { kind: "references" }
              ? readonly Subject[]
              : O extends { kind: "text" | "date" }
                ? string
                : MetricName;

export type Values<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> };

/** How a command was given. */
export interface Invocation {
  /** See `Platform.prefix`. */
  readonly prefix: string;
  readonly asker: Asker;
  readonly place: Place;
  /** Who reads the answer. */
  readonly audience: Audience;
  /** What they may be told. A command whose need leaves out ends its answer with `view.leftOut`. */
  readonly view: View;
  /** Which commands may be offered to the asker; absent: all. Rejects with `Problem` when the policy cannot be read. */
  readonly offers?: () => Promise<(need: Need) => boolean>;
  readonly nameOf: NameOf;
  /** The same for every delivery of one request by the platform; absent in the terminal. */
  readonly request?: string;
  /** The message that the command was given on; absent when it was typed. */
  readonly target?: TargetMessage;
}

/** A message as it was when somebody gave a command on it. Its words come with it, whatever else of the thread is withheld. */
export interface TargetMessage {
  readonly message: MessageRef;
  readonly author: Person | null;
  /** Without markup. */
  readonly text: string;
}

/** The same facts for people (`message`) and for programs (`data`, JSON). */
export interface Answer {
  readonly message: Message;
  readonly data: unknown;
  /** Goes to whoever asked; the command's need names it. */
  readonly file?: AnswerFile;
}

export interface Command<O extends Options = Options> {
  /** `["metrics", "summary"]` is typed as `/metrics summary`. */
  readonly path: readonly string[];
  /** One line without a full stop. */
  readonly description: string;
  readonly options: O;
  /**
   * Offers the command in the menu of every message, where no option can be given. `id` is Slack's callback_id; `label`
   * (24 characters at most) is what people see, and Discord's name for it.
   */
  readonly onMessage?: { readonly id: string; readonly label: string };
  /** Asks for what is missing, where a platform has forms. Elsewhere its fields are options like all others. */
  readonly form?: Form<O>;
  /** What the answer gives away or changes: it is checked before `run`. */
  access(values: Values<O>): Need;
  /** Rejects with `Problem` when the numbers cannot be had. */
  run(values: Values<O>, invocation: Invocation): Promise<Answer>;
}

/** Whether there is no value for it that could stand in. */
export function isRequired(option: Option): boolean {
  switch (option.kind) {
    case "integer":
    case "choice":
    case "text":
      return option.fallback === undefined;
    case "flag":
    case "window":
    case "date":
    case "references":
      return false;
    case "metric":
      return true;
    case "reference":
      return option.optional !== true;
  }
}

/** Keeps the types of the options, so that `run` gets typed values. */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}

/** `metrics show <metric> [--days 30]` */
export function usageOf(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => optionUsage(name, option));
  return [...command.path, ...options].join(" ");
}

/** The same with what must be given alone: `metrics show <metric>` */
export function shortUsageOf(command: Command): string {
  const required = Object.entries(command.options).filter(([, option]) => isRequired(option));
  return [...command.path, ...required.map(([name, option]) => optionUsage(name, option))].join(" ");
}

function optionUsage(name: string, option: Option): string {
  switch (option.kind) {
    case "integer":
      return option.fallback === undefined ? `<${name}>` : `[--${name} ${option.fallback}]`;
    case "date":
      return `[--${name} ${option.fallback}]`;
    case "choice": {
      const { bare, fallback } = option;
      // "no" is said by leaving out what may stand alone.
      const choices = option.choices.filter((choice) => bare === undefined || choice !== fallback).join("|");
      return option.fallback === undefined ? `<${choices}>` : `[--${name} ${choices}]`;
    }
    case "window":
      return `[--days ${option.fallback}]`;
    case "flag":
      return `[--${name}]`;
    case "metric":
      return `<${name}>`;
    case "reference":
      return option.optional === true ? `[${name}]` : `<${name}>`;
    case "references":
      return `[${name}…]`;
    case "text":
      return option.fallback === undefined ? `<${name}>` : `[${name}]`;
  }
}
