/**
 * Instants as whole microseconds since 1970 UTC: what Postgres keeps, exact in a number from
 * the year 1684 to 2255. Reading and writing them by hand costs a twentieth of what Temporal needs.
 */
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
/** Nothing is accepted from before the year 2000. */
export const FIRST_MOMENT = 946_684_800 * MICROS_PER_SECOND;
/** The first instant after those that can be held exactly: the year 2200. */
export const LAST_MOMENT = 7_258_118_400 * MICROS_PER_SECOND;

/** Days since 1970-01-01 (Howard Hinnant's days_from_civil, with the year starting in March). */
function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** `null` when `text` is no RFC 3339 time. Finer than a microsecond is cut off; a leap second is the second before it. */
export function readMoment(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])];
  const lastDay = month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  if (day < 1 || day > lastDay || hour > 23 || minute > 59 || second > 60) return null;
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (offsetHour > 23 || offsetMinute > 59) return null;
  const offset = (match[8] === "-" ? -60 : 60) * (offsetHour * 60 + offsetMinute);
  const seconds = dayNumber(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + Math.min(second, 59) - offset;
  const micros = match[7] === undefined ? 0 : Number(match[7].slice(0, 6).padEnd(6, "0"));
  return seconds * MICROS_PER_SECOND + micros;
}

const two = (value: number) => (value < 10 ? `0${value}` : String(value));

/** The calendar date in UTC of a number of days since 1970 (civil_from_days of the same source). */
function dateText(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/** ISO text in UTC with as many decimals as are needed: 0 or 6. */
export function momentText(moment: number): string {
  const days = Math.floor(moment / MICROS_PER_DAY);
  const within = moment - days * MICROS_PER_DAY;
  const seconds = Math.floor(within / MICROS_PER_SECOND);
  const micros = within - seconds * MICROS_PER_SECOND;
  const minutes = Math.floor(seconds / 60);
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
  const decimals = micros === 0 ? "" : `.${String(micros).padStart(6, "0")}`;
  return `${dateText(days)}T${time}${decimals}Z`;
}
