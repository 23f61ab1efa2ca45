import type { Chart } from "../charts/chart.ts";

/** Good and bad news are said in words; tone lets a platform add a colour. */
export type Tone = "neutral" | "good" | "bad" | "warning";

export interface Fact {
  readonly label: string;
  /** Ready to read: "$16,412", "0.41 %", "no data". */
  readonly value: string;
  /** "▲ $310 since last Friday"; absent when there is nothing to compare with. */
  readonly change?: string;
  readonly tone?: Tone;
  /** Recent values, oldest first, for a sparkline; null is a gap. */
  readonly trend?: readonly (number | null)[];
}

export interface Column {
  readonly label: string;
  readonly align: "left" | "right";
}

export interface Button {
  readonly label: string;
  /** The command it stands for, as a person would type it (`metrics show mrr --days 30`): a button survives restarts because it carries all its state. */
  readonly command: string;
}

export type Block =
  | { readonly kind: "text"; readonly text: string }
  /** Small print: window, freshness, reference. */
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "facts"; readonly facts: readonly Fact[] }
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "chart"; readonly chart: Chart }
  | { readonly kind: "buttons"; readonly buttons: readonly Button[] };

/** What we say, as plain data. Nothing in it is escaped or marked up: a platform does that at its last step. */
export interface Message {
  readonly title: string;
  readonly tone: Tone;
  readonly blocks: readonly Block[];
}
