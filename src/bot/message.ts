import type { Chart } from "../charts/chart.ts";

/** Good and bad news are said in words; tone lets a platform add a colour. */
export type Tone = "neutral" | "good" | "bad" | "warning";

export interface Fact {
  readonly label: string;
  /** Ready to read: "$16,412", "0.41 %", "no data". */
  readonly value: string;
  /** What stands beside the value: "▲ $310 since last Friday", "send `revenue` events". */
  readonly detail?: string;
  readonly tone?: Tone;
  /** Recent values, oldest first, for a sparkline; null is a gap. */
  readonly trend?: readonly (number | null)[];
}

export interface Column {
  readonly label: string;
  readonly align: "left" | "right";
}

/** Something to press or to choose, in the words of a person. */
export interface Choice {
  readonly label: string;
  /** The command it stands for, as a person would type it (`metrics show mrr --days 30`): a button survives restarts because it carries all its state. */
  readonly command: string;
}

/**
 * Pages and periods: the answer stands in the place of the message, when nobody else sees that. What all see is not changed
 * for all by one of them, who gets a private answer.
 */
interface Replacing {
  readonly replaces?: true;
}

export interface Button extends Choice, Replacing {}

export interface Menu extends Replacing {
  readonly kind: "menu";
  /** What is chosen, until it is. */
  readonly label: string;
  /** Discord takes 25, Slack 100; further ones are told as something to type, or counted. */
  readonly options: readonly Choice[];
}

/** Every string is one paragraph: a line break in it is data, and shown as a space. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  /** Ready to copy and run: never wrapped, nothing around it that would be copied too. */
  | { readonly kind: "code"; readonly text: string }
  /** Small print: window, freshness, reference. */
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "facts"; readonly facts: readonly Fact[] }
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "chart"; readonly chart: Chart }
  | { readonly kind: "buttons"; readonly buttons: readonly Button[] }
  | Menu;

/**
 * What we say, as plain data. Nothing in it is escaped or marked up: a platform does that at its last step.
 * Backticks in our own words set code apart, on every platform.
 */
export interface Message {
  /** Absent when the first block says it all: a refusal, a single sentence. */
  readonly title?: string;
  readonly tone: Tone;
  readonly blocks: readonly Block[];
}
