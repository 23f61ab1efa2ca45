import { z } from "@hono/zod-openapi";
import { Problem } from "../core/problem.ts";
import { readCompare, readWindow, WINDOW_PARAMETERS, type Reading } from "../core/window-reading.ts";
import { COMPARISONS, LONGEST_WINDOW, type Compare, type WindowWish } from "../core/window-wish.ts";
import type { HttpContext } from "./endpoint.ts";

export const DAYS_BY_DEFAULT = 30;

/** What a description says of a window; `absent` is how many days are meant when nothing is asked. */
export function windowQuery(absent: number) {
  const date = (description: string) => z.iso.date().optional().meta({ description });
  return z.object({
    days: z.coerce
      .number()
      .int()
      .min(1)
      .max(LONGEST_WINDOW)
      .optional()
      .meta({ description: `complete days that end yesterday; ${absent} when no window is named` }),
    from: date("first day of the window; with `to`, in the place of `days`"),
    to: date("last day of the window, cut at yesterday"),
    month: named(/^\d{4}-(0[1-9]|1[0-2])$/, "calendar month such as `2026-10`, in the place of `days`"),
    quarter: named(/^\d{4}-Q[1-4]$/, "calendar quarter such as `2026-Q3`, in the place of `days`"),
    year: named(/^\d{4}$/, "calendar year such as `2026`, in the place of `days`"),
  });
}

function named(form: RegExp, description: string) {
  return z.string().regex(form).optional().meta({ description });
}

export function compareQuery(absent: Compare) {
  return z.object({
    compare: z
      .enum(COMPARISONS)
      .optional()
      .meta({ description: `what the window is set beside; \`${absent}\` unless said` }),
  });
}

/** The window of a query. Throws `invalid_days` or `invalid_window`. */
export function windowAsked({ req }: HttpContext, absent = DAYS_BY_DEFAULT): WindowWish {
  const given = WINDOW_PARAMETERS.flatMap((name) => {
    const value = req.query(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return valueOf(readWindow(Object.fromEntries(given), { absent }));
}

/** What the query sets the window beside. Throws `invalid_window`. */
export function compareAsked({ req }: HttpContext, absent: Compare): Compare {
  return valueOf(readCompare(req.query("compare"), absent));
}

function valueOf<T>(reading: Reading<T>): T {
  if (reading.ok) return reading.value;
  throw new Problem(reading.code, 400, reading.complaint);
}
