import { MONTH_NAMES } from "../../core/month-names.ts";
import { Temporal } from "../../core/time.ts";

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** "Friday" */
export function weekdayOf(date: string): string {
  return WEEKDAYS[Temporal.PlainDate.from(date).dayOfWeek - 1] ?? "";
}

/** "Friday 20 November" */
export function longDate(date: string): string {
  const { day, month } = Temporal.PlainDate.from(date);
  return `${weekdayOf(date)} ${day} ${MONTH_NAMES[month - 1] ?? ""}`;
}

/** "Tue 17 Nov" */
export function shortWeekday(date: string): string {
  const { day, month } = Temporal.PlainDate.from(date);
  return `${weekdayOf(date).slice(0, 3)} ${day} ${(MONTH_NAMES[month - 1] ?? "").slice(0, 3)}`;
}

/** "November 2026" */
export function monthOf(date: string): string {
  const { month, year } = Temporal.PlainDate.from(date);
  return `${MONTH_NAMES[month - 1] ?? ""} ${year}`;
}
