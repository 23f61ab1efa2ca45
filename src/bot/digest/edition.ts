import type { Recurrence } from "../../core/schedule.ts";
import { windowBefore, windowEndingYesterday, type Temporal, type Window } from "../../core/time.ts";
import { between } from "../../core/window-wish.ts";
import { WEEKDAYS } from "./weekday.ts";

/** Of the day before, of seven days, of a calendar month. */
export const EDITIONS = ["daily", "weekly", "monthly"] as const;
export type Edition = (typeof EDITIONS)[number];

/** What each is called among the schedules and in the ledger. */
const KINDS = {
  daily: "digest",
  weekly: "weekly digest",
  monthly: "monthly digest",
} as const satisfies Record<Edition, string>;

export const DIGEST_KINDS: readonly string[] = Object.values(KINDS);

export function kindOf(edition: Edition): string {
  return KINDS[edition];
}

/** Of the kind of a schedule. */
export function editionOf(kind: string): Edition {
  return EDITIONS.find((edition) => KINDS[edition] === kind) ?? "daily";
}

/** `weekday`: 1 is Monday; of a weekly edition only. */
export function recurrenceOf(edition: Edition, weekday: number | null): Recurrence {
  switch (edition) {
    case "daily":
      return { every: "day" };
    case "weekly":
      return { every: "week", weekday: weekday ?? 1 };
    case "monthly":
      return { every: "month" };
  }
}

/** "every Monday at 09:00" */
export function whenText(edition: Edition, weekday: number | null, at: string): string {
  switch (edition) {
    case "daily":
      return `every day at ${at}`;
    case "weekly":
      return `every ${WEEKDAYS[(weekday ?? 1) - 1] ?? ""} at ${at}`;
    case "monthly":
      return `on the first day of each month at ${at}`;
  }
}

/** "the digest", "the weekly digest" */
export function editionText(edition: Edition): string {
  return edition === "daily" ? "the digest" : `the ${edition} digest`;
}

/** What an edition that is posted on that morning is about, and what that is compared with. */
export function windowsOf(
  edition: Exclude<Edition, "daily">,
  morning: Temporal.PlainDate,
): { readonly window: Window; readonly before: Window } {
  switch (edition) {
    case "weekly": {
      const window = windowEndingYesterday(morning, 7);
      return { window, before: windowBefore(window) };
    }
    case "monthly": {
      const first = morning.with({ day: 1 });
      const month = (start: Temporal.PlainDate) => between(start, start.add({ months: 1 }).subtract({ days: 1 }));
      return { window: month(first.subtract({ months: 1 })), before: month(first.subtract({ months: 2 })) };
    }
  }
}
