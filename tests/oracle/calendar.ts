import { Temporal } from "temporal-polyfill";

export const NS_PER_SECOND = 1_000_000_000n;
export const NS_PER_HOUR = 3_600n * NS_PER_SECOND;

export const instantOf = (text: string): bigint => Temporal.Instant.from(text).epochNanoseconds;

export const dayOf = (at: bigint, timeZone: string): string =>
  Temporal.Instant.fromEpochNanoseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();

export const plusDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

export const startOfDay = (day: string, timeZone: string): bigint =>
  Temporal.PlainDate.from(day).toZonedDateTime({ timeZone }).epochNanoseconds;

export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last; day = plusDays(day, 1)) days.push(day);
  return days;
}
