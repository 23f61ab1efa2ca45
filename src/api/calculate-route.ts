import { z } from "@hono/zod-openapi";
import { localDay, type Clock, type Temporal } from "../core/time.ts";
import type { Workspace } from "../core/workspace.ts";
import { day, type Day } from "../metrics/answers.ts";
import type { Reader } from "../metrics/read/reader.ts";
import type { Roller } from "../metrics/rollup/roller.ts";
import { dateOf } from "./calendar-date.ts";
import { json } from "./reply.ts";
import { guardedRoute, type Route } from "./route.ts";

const metrics = day.pick({ signups: true, dau: true, mau: true, mrr: true, arr: true });
const answer = z.object({
  success: z.literal(true),
  date: z.iso.date(),
  metrics,
  revision: z.number().int().meta({ description: "grows each time a part of the day is worked out" }),
});

export interface CalculateParts {
  readonly roller: Pick<Roller, "recompute">;
  readonly reader: Pick<Reader, "daily">;
  readonly clock: Clock;
  readonly workspace: Pick<Workspace, "timeZone">;
}

export function calculateRoute({ roller, reader, clock, workspace }: CalculateParts): Route {
  return guardedRoute(
    "admin",
    {
      method: "post",
      path: "/api/metrics/calculate-daily",
      summary: "Work out one day anew, whether or not something changed.",
      request: { query: z.object({ date: z.iso.date() }) },
      answer,
      answerMeans: "The day as it is now",
      refusals: { 400: "invalid_date" },
    },
    async (context) => {
      const today = localDay(clock.now(), workspace.timeZone);
      const date = dateOf(context.req.queries("date"), today);
      const revisions = await roller.recompute([date]);
      const numbers = await numbersOf(reader, date, today);
      const revision = revisions[0]?.revision ?? 0;
      return json(200, { success: true, date: date.toString(), metrics: metrics.parse(numbers), revision });
    },
  );
}

/** Finds the day by its date: midnight may have passed since `today` was asked for. */
async function numbersOf(
  reader: Pick<Reader, "daily">,
  date: Temporal.PlainDate,
  today: Temporal.PlainDate,
): Promise<Day> {
  const { days, today: partial } = await reader.daily(date.equals(today) ? 1 : { kind: "dates", from: date, to: date });
  return days.find((one) => one.date === date.toString()) ?? partial;
}
