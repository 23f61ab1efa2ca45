import type { WindowParameter } from "./window-reading.ts";
import type { SettledWish } from "./window-wish.ts";

/** "month=2026-10", as an address has it. */
export function addressedWindow(wish: SettledWish): string {
  return written(wish)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** "--month 2026-10", as a person types it. */
export function typedWindow(wish: SettledWish): string {
  return written(wish)
    .map(([name, value]) => `--${name} ${value}`)
    .join(" ");
}

/** What reads as the same wish again. */
function written(wish: SettledWish): readonly (readonly [WindowParameter, string])[] {
  switch (wish.kind) {
    case "days":
      return [["days", String(wish.days)]];
    case "dates":
      return [
        ["from", wish.from.toString()],
        ["to", wish.to.toString()],
      ];
    case "week":
      return [
        ["from", wish.monday.toString()],
        ["to", wish.monday.add({ days: 6 }).toString()],
      ];
    case "month":
      return [["month", `${yearText(wish.year)}-${String(wish.month).padStart(2, "0")}`]];
    case "quarter":
      return [["quarter", `${yearText(wish.year)}-Q${wish.quarter}`]];
    case "year":
      return [["year", yearText(wish.year)]];
  }
}

function yearText(year: number): string {
  return String(year).padStart(4, "0");
}
