import { z } from "@hono/zod-openapi";
import { Problem } from "../core/problem.ts";

export const DAYS_BY_DEFAULT = 30;
const DAYS_AT_MOST = 366;

export function daysQuery(absent: number) {
  return z.object({
    days: z.coerce
      .number()
      .int()
      .min(1)
      .max(DAYS_AT_MOST)
      .default(absent)
      .meta({ description: "complete days that end yesterday" }),
  });
}

/** The `days` of a query: 1 to 366, `absent` when it is. `given` holds every occurrence. Throws `invalid_days`. */
export function daysOf(given: readonly string[] | undefined, absent = DAYS_BY_DEFAULT): number {
  if (given === undefined) return absent;
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
