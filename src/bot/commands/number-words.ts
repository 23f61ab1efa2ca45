import { SMALLEST_BASE_FOR_PERCENT } from "../../metrics/clear-change.ts";
import { formatValue } from "../../metrics/format.ts";

const LONGEST_NAME = 60;

export function countText(count: number | null): string {
  return formatValue("count", count, { currency: "" });
}

/** "12 %"; "3 of 5" where a percentage would say more than the numbers bear; "no data" of none. */
export function shareText(part: number | null, whole: number | null): string {
  if (part === null || whole === null || whole === 0) return formatValue("percent", null, { currency: "" });
  if (whole < SMALLEST_BASE_FOR_PERCENT) return `${countText(part)} of ${countText(whole)}`;
  return formatValue("percent", (100 * part) / whole, { currency: "" });
}

/** "1 account", "3 accounts". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** A name from outside on one line, not longer than others beside it can bear. */
export function shortName(name: string): string {
  const characters = Array.from(name.replaceAll(/\s+/gu, " ").slice(0, 2 * LONGEST_NAME));
  const isWhole = characters.length <= LONGEST_NAME && name.length <= 2 * LONGEST_NAME;
  return isWhole ? characters.join("") : `${characters.slice(0, LONGEST_NAME - 1).join("")}…`;
}
