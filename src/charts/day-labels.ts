import type { DaysShown } from "./chart.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const MONTHLY_FROM_DAYS = 100;

interface DayParts {
  readonly year: string;
  readonly month: string;
  readonly day: number;
}

function dayParts(label: string): DayParts | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(label);
  const month = MONTHS[Number(match?.[2] ?? 0) - 1];
  if (match?.[1] === undefined || month === undefined) return null;
  return { year: match[1], month, day: Number(match[3]) };
}

/** "20 Nov" of an ISO date; any other label as it is. */
export function shortDay(label: string): string {
  const parts = dayParts(label);
  return parts === null ? label : `${parts.day} ${parts.month}`;
}

/** "20 Nov 2026" of an ISO date; any other label as it is. */
export function longDay(label: string): string {
  const parts = dayParts(label);
  return parts === null ? label : `${parts.day} ${parts.month} ${parts.year}`;
}

/** Names days as "20 Nov", and as "20 Nov 2026" where `stretch`, a first and a last day or more, is of several years. */
export function dayNaming(stretch: readonly string[]): (label: string) => string {
  const years = new Set(stretch.flatMap((label) => dayParts(label)?.year ?? []));
  return years.size > 1 ? longDay : shortDay;
}

/** "22 Oct - 20 Nov 2026"; null when the labels are no dates. */
export function dayRange(labels: readonly string[]): string | null {
  const first = dayParts(labels[0] ?? "");
  const last = dayParts(labels.at(-1) ?? "");
  if (first === null || last === null) return null;
  if (labels.length === 1) return longDay(labels[0] ?? "");
  const start = first.year === last.year ? `${first.day} ${first.month}` : `${first.day} ${first.month} ${first.year}`;
  return `${start} - ${last.day} ${last.month} ${last.year}`;
}

/** "22 Oct - 20 Nov 2026"; one day alone as "20 Nov 2026". */
export function daysText({ start, end }: DaysShown): string {
  return dayRange(start === end ? [end] : [start, end]) ?? "";
}

export interface LabelTick {
  readonly index: number;
  readonly text: string;
}

/** The few labels that the horizontal axis shows, at most `most` (from 2): month starts for long stretches, else evenly back from the last. */
export function labelTicks(labels: readonly string[], most: number): LabelTick[] {
  if (labels.length > MONTHLY_FROM_DAYS && dayParts(labels[0] ?? "") !== null) return monthTicks(labels, most);
  const step = Math.max(1, Math.ceil(labels.length / most));
  const ticks: LabelTick[] = [];
  for (let index = labels.length - 1; index >= 0; index -= step) {
    ticks.unshift({ index, text: shortDay(labels[index] ?? "") });
  }
  return ticks;
}

function monthTicks(labels: readonly string[], most: number): LabelTick[] {
  const starts = labels.flatMap((label, index) => {
    const parts = dayParts(label);
    if (parts === null || parts.day !== 1) return [];
    return [{ index, text: parts.month === "Jan" ? `Jan ${parts.year}` : parts.month }];
  });
  const step = Math.max(1, Math.ceil(starts.length / most));
  const january = Math.max(
    0,
    starts.findIndex((start) => start.text.startsWith("Jan")),
  );
  return starts.filter((_, position) => (position - january) % step === 0);
}
