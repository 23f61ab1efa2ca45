import { Temporal, daysOf, type Window } from "../../core/time.ts";
import { between } from "../../core/window-wish.ts";
import type { MetricName } from "../catalogue.ts";
import { dayWindow } from "./asked.ts";

/** What a point of a series stands for: a day, the 30 days that end with it, or a calendar month. */
export const STEPS = ["month", "trailing", "day"] as const;
export type Step = (typeof STEPS)[number];

const TRAILING_DAYS = 30;

/** Rates of accounts over a stretch of time: those of single days say nothing. */
const OVER_A_STRETCH = new Set<MetricName>(["churn_rate", "grr", "nrr", "gross_mrr_churn", "net_mrr_churn"]);

/** Whether the metric has points of a month and of 30 days. */
export function hasSteps(metric: MetricName): boolean {
  return OVER_A_STRETCH.has(metric);
}

/** The step of a metric when none is asked for. */
export function usualStep(metric: MetricName): Step {
  return hasSteps(metric) ? "month" : "day";
}

export interface StepWindow {
  /** ISO date: the day, or the first of the month. */
  readonly date: string;
  readonly window: Window;
  /** Of a month only: false while it is not over. */
  readonly complete?: boolean;
}

/** A window for each point: months are whole, also where the window begins or ends within them, and cut at yesterday. */
export function stepWindows(step: Step, window: Window, today: Temporal.PlainDate): StepWindow[] {
  switch (step) {
    case "day":
      return daysOf(window).map((day) => ({ date: day.toString(), window: dayWindow(day) }));
    case "trailing":
      return daysOf(window).map((day) => ({
        date: day.toString(),
        window: between(day.subtract({ days: TRAILING_DAYS - 1 }), day),
      }));
    case "month":
      return monthsOf(window, today.subtract({ days: 1 }));
  }
}

/** The same up to today, which is not over: the day, the 30 days that end with it, or the month so far. */
export function windowUntilToday(step: Step, today: Temporal.PlainDate): Window {
  switch (step) {
    case "day":
      return dayWindow(today);
    case "trailing":
      return between(today.subtract({ days: TRAILING_DAYS - 1 }), today);
    case "month":
      return between(today.with({ day: 1 }), today);
  }
}

function monthsOf({ start, end }: Window, yesterday: Temporal.PlainDate): StepWindow[] {
  const months: StepWindow[] = [];
  for (
    let first = start.with({ day: 1 });
    Temporal.PlainDate.compare(first, end) <= 0;
    first = first.add({ months: 1 })
  ) {
    const last = first.add({ months: 1 }).subtract({ days: 1 });
    const complete = Temporal.PlainDate.compare(last, yesterday) <= 0;
    months.push({ date: first.toString(), window: between(first, complete ? last : yesterday), complete });
  }
  return months;
}
