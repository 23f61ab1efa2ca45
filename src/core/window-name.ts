import { monthName } from "./month-names.ts";
import type { Temporal } from "./time.ts";
import type { SettledWish } from "./window-wish.ts";

/** "Last 30 days", "Yesterday", "October 2026", "Q3 2026", "2026", "23 - 29 Nov", "1 Oct - 15 Nov 2025": the year of days where it is not that of `today`. */
export function wishName(wish: SettledWish, today: Temporal.PlainDate): string {
  switch (wish.kind) {
    case "days":
      return wish.days === 1 ? "Yesterday" : `Last ${wish.days} days`;
    case "dates":
      return daysName(wish.from, wish.to, today);
    case "week":
      return `Week ${daysName(wish.monday, wish.monday.add({ days: 6 }), today)}`;
    case "month":
      return `${monthName(wish.month)} ${wish.year}`;
    case "quarter":
      return `Q${wish.quarter} ${wish.year}`;
    case "year":
      return String(wish.year);
  }
}

function daysName(from: Temporal.PlainDate, to: Temporal.PlainDate, today: Temporal.PlainDate): string {
  const name = (day: Temporal.PlainDate) =>
    `${day.day} ${monthName(day.month).slice(0, 3)}${from.year === to.year ? "" : ` ${day.year}`}`;
  const year = from.year === to.year && to.year !== today.year ? ` ${to.year}` : "";
  return from.equals(to) ? `${name(to)}${year}` : `${name(from)} - ${name(to)}${year}`;
}
