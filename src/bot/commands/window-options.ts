import type { Option } from "../command.ts";
import type { Menu } from "../message.ts";
import { daysOption } from "./context.ts";

/** Longer names for usual windows. */
const PERIOD_DAYS = { week: 7, month: 30, quarter: 90, year: 365 } as const;

type Period = keyof typeof PERIOD_DAYS;

/** Which complete days are meant: by their number, or by the name of a period. */
export const windowOptions = {
  days: daysOption,
  period: {
    kind: "choice",
    description: "instead of days: 7, 30, 90 or 365 of them",
    choices: ["days", "week", "month", "quarter", "year"],
    fallback: "days",
    insteadOf: "days",
  },
} as const satisfies Record<string, Option>;

export function daysMeant({ days, period }: { readonly days: number; readonly period: "days" | Period }): number {
  return period === "days" ? days : PERIOD_DAYS[period];
}

/** `command` is what is asked, without its window; `rest` are options that stay. */
export function periodMenu(command: string, rest = ""): Menu {
  return {
    kind: "menu",
    label: "Period",
    replaces: true,
    options: Object.values(PERIOD_DAYS).map((days) => ({
      label: `Last ${days} days`,
      command: `${command} --days ${days}${rest}`,
    })),
  };
}
