import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { SMALLEST_BASE_FOR_PERCENT } from "../../metrics/clear-change.ts";
import { formatChange, formatValue, type Change } from "../../metrics/format.ts";

/** "6 % more", "3 fewer" for two different counts. */
export function moreOrFewer(now: number, before: number): string {
  const word = now > before ? "more" : "fewer";
  const difference = Math.abs(now - before);
  if (before < SMALLEST_BASE_FOR_PERCENT) return `${formatValue("count", difference, { currency: "" })} ${word}`;
  const percent = (100 * difference) / before;
  return `${formatValue("percent", percent < 10 ? percent : Math.round(percent), { currency: "" })} ${word}`;
}

/** How a number stands against the same weekday a week ago ("last Friday"); null without one of the two. */
export function weekChange(
  metric: MetricName,
  now: number | null,
  before: number | null,
  {
    lastWeekday,
    currency,
    clear,
  }: { readonly lastWeekday: string; readonly currency: string; readonly clear: boolean },
): Change | null {
  const change = formatChange(metric, now, before, { currency, clear, before: lastWeekday });
  if (change === null || now === null || before === null) return null;
  if (change.text === "no change") return { ...change, text: `same as ${lastWeekday}` };
  const small = clear && metricOf(metric).unit === "count" && before < SMALLEST_BASE_FOR_PERCENT;
  return small ? { ...change, text: `${moreOrFewer(now, before)} than ${lastWeekday} (${before})` } : change;
}
