import type { Temporal } from "../../core/time.ts";
import type { MetricName } from "../catalogue.ts";
import type { Daily, Series, Summary } from "../answers.ts";

/**
 * The numbers, for whoever asks: HTTP, chat, the page, the terminal. Answers come from rollups only and change nothing.
 * `days` is 1 to 366 (already checked). Throws `Problem` `database_unavailable` (503).
 */
export interface Reader {
  summary(days: number): Promise<Summary>;
  daily(days: number): Promise<Daily>;
  series(metric: MetricName, days: number): Promise<Series>;
  /** The local day of the first event of any type; null before it. */
  firstDay(): Promise<Temporal.PlainDate | null>;
}
