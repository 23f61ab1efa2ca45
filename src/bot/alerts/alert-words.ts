import { metricOf } from "../../metrics/catalogue.ts";
import { formatValue } from "../../metrics/format.ts";
import { shortWeekday } from "../digest/weekday.ts";
import { alertName, type Alert, type QuietHours } from "./alert.ts";
import { boundOf, type Watch } from "./condition.ts";

interface Style {
  /** ISO 4217 */
  readonly currency: string;
}

/** "Error rate", "MRR of plan pro" */
export function subjectOf({ metric, part }: Pick<Watch, "metric" | "part">): string {
  const { label } = metricOf(metric);
  return part === null ? label : `${label} of ${part.by} ${part.group}`;
}

/** "above 2 %", "change of more than 20 % against the same weekday last week", "unusual" */
export function conditionText({ metric, condition, span }: Watch, style: Style): string {
  const today = span === "today" ? " today so far" : "";
  switch (condition.kind) {
    case "above":
    case "below":
      return `${condition.kind} ${formatValue(metric, condition.bound, style)}${today}`;
    case "change":
      return `changed by more than ${formatValue("percent", condition.percent, style)} against the same weekday last week`;
    case "unusual":
      return "unusual for its weekday";
  }
}

/** "Error rate above 2 %" */
export function watchText(watch: Watch, style: Style): string {
  return `${subjectOf(watch)} ${conditionText(watch, style)}`;
}

export interface Told {
  /** ISO date. */
  readonly day: string;
  readonly value: number | null;
  readonly compared: number | null;
}

/** "3.1 % on Tue 24 Nov; the limit is 2 %." */
export function standingText(watch: Watch, { day, value, compared }: Told, style: Style): string {
  const { metric, condition, span } = watch;
  const text = (number: number | null) => formatValue(metric, number, style);
  const when = span === "today" ? `so far on ${shortWeekday(day)}` : `on ${shortWeekday(day)}`;
  switch (condition.kind) {
    case "above":
    case "below":
      return `${text(value)} ${when}; the limit is ${text(boundOf(condition))}.`;
    case "change": {
      const limit = formatValue("percent", condition.percent, style);
      return `${text(value)} ${when}${changeText(value, compared, style)}, against ${text(compared)} a week before; the limit is ${limit}.`;
    }
    case "unusual":
      return `${text(value)} ${when}; a usual ${shortWeekday(day).slice(0, 3)} has ${text(compared)}.`;
  }
}

function changeText(value: number | null, compared: number | null, style: Style): string {
  if (value === null || compared === null || compared <= 0) return "";
  const percent = Math.round((100 * Math.abs(value - compared)) / compared);
  return `, ${formatValue("percent", percent, style)} ${value > compared ? "more" : "less"}`;
}

/** "22:00-07:00" */
export function quietText({ from, to }: QuietHours): string {
  return `${from}-${to}`;
}

/** For programs. */
export function dataOf({
  alertNo,
  metric,
  condition,
  span,
  part,
  destination,
  quiet,
  open,
  hasData,
  pausedFor,
}: Alert) {
  return {
    alert: alertName(alertNo),
    metric,
    condition,
    span,
    part,
    channel: destination,
    quiet,
    state: open === null ? "ok" : "firing",
    has_data: hasData,
    paused_for: pausedFor,
  };
}
