import { Problem } from "../core/problem.ts";

const DAYS_BY_DEFAULT = 30;
export const DAYS_AT_MOST = 366;

/** The `days` of a query: 1 to 366, 30 when absent. `given` holds every occurrence. Throws `invalid_days`. */
export function daysOf(given: readonly string[] | undefined): number {
  if (given === undefined) return DAYS_BY_DEFAULT;
  const [text = "", ...more] = given;
  const days = more.length === 0 && /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= DAYS_AT_MOST) return days;
  const written = more.length > 0 ? "; it was given more than once" : quoted(text);
  throw new Problem("invalid_days", 400, `\`days\` must be a whole number from 1 to ${DAYS_AT_MOST}${written}.`);
}

function quoted(text: string): string {
  if (text === "") return "; you left it empty";
  return /^[\w.+-]{1,20}$/.test(text) ? `; you wrote \`${text}\`` : "";
}
