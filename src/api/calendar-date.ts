import { Problem } from "../core/problem.ts";
import { readDay, type Temporal } from "../core/time.ts";

const DAYS_BACK_AT_MOST = 3_660;

/** The `date` of a query: a day that has begun. Throws `invalid_date`. `given` holds every occurrence. */
export function dateOf(given: readonly string[] | undefined, today: Temporal.PlainDate): Temporal.PlainDate {
  const [text = "", ...more] = given ?? [];
  const date = more.length === 0 ? readDay(text) : null;
  if (date === null) throw invalidDate(`\`date\` must be one day such as ${today.toString()}.`);
  const daysBack = date.until(today, { largestUnit: "days" }).days;
  if (daysBack < 0) throw invalidDate(`\`date\` must not be after today, ${today.toString()}.`);
  if (daysBack > DAYS_BACK_AT_MOST) throw invalidDate("`date` must be within the last ten years.");
  return date;
}

function invalidDate(detail: string): Problem {
  return new Problem("invalid_date", 400, detail);
}
