import type { Temporal } from "../../core/time.ts";
import { wishName } from "../../core/window-name.ts";
import { typedWindow } from "../../core/window-text.ts";
import { settledOn, windowOn, type CalendarUnit, type SettledWish, type WindowWish } from "../../core/window-wish.ts";
import type { Option } from "../command.ts";
import type { Choice, Menu } from "../message.ts";

/** Which days are meant, however they are named. */
export const windowOption = {
  kind: "window",
  description: "complete days up to yesterday",
  fallback: 30,
} as const satisfies Option;

const USUAL_DAYS = [7, 30, 90, 365] as const;
const USUAL_UNITS: readonly (readonly [unit: CalendarUnit, ago: number])[] = [
  ["month", 0],
  ["month", 1],
  ["quarter", 0],
  ["quarter", 1],
  ["year", 0],
  ["year", 1],
];

/** The window of a command as it stands now: a button carries it on, and means the same tomorrow. */
export interface WindowMeant {
  readonly wish: SettledWish;
  /** "--month 2026-10" */
  readonly typed: string;
  /** "October 2026", "last 30 days": inside a title. */
  readonly name: string;
  readonly today: Temporal.PlainDate;
}

export function windowMeant(wish: WindowWish, today: Temporal.PlainDate): WindowMeant {
  const settled = settledOn(today, wish);
  const name = wishName(settled, today);
  const inTitle = settled.kind === "days" ? name.charAt(0).toLowerCase() + name.slice(1) : name;
  return { wish: settled, typed: typedWindow(settled), name: inTitle, today };
}

/** `command` is what is asked, without its window; `rest` are options that stay. */
export function periodMenu(command: string, today: Temporal.PlainDate, rest = ""): Menu {
  const choice = (label: string, wish: SettledWish): Choice => ({
    label,
    command: `${command} ${typedWindow(wish)}${rest}`,
  });
  return {
    kind: "menu",
    label: "Period",
    replaces: true,
    options: [
      ...USUAL_DAYS.map((days) => choice(`Last ${days} days`, { kind: "days", days })),
      ...USUAL_UNITS.flatMap(([unit, ago]) => {
        const found = windowOn(today, { kind: "running", unit, ago });
        if (!found.ok) return [];
        const { wish } = found.window;
        return [choice(`${ago === 0 ? "This" : "Last"} ${unit} (${wishName(wish, today)})`, wish)];
      }),
    ],
  };
}
