import { DAYS_COMPARED } from "../anomaly.ts";
import { beginningOf, metricOf, type MetricName, type StoredName } from "../catalogue.ts";
import type { Sql } from "../../db/client.ts";
import type { Temporal } from "../../core/time.ts";
import { between } from "../../core/window-wish.ts";
import { daysOf } from "../../core/time.ts";
import type { DailyHistory } from "./evidence.ts";
import { hasBegun, type FirstDays } from "./first-days.ts";
import { arrayText } from "./segments.ts";

/** The values of the 56 days before `lastDay` of metrics that are stored as they are; null before the first event of their types. */
export async function loadDailyHistory(
  sql: Sql,
  names: readonly MetricName[],
  lastDay: Temporal.PlainDate,
): Promise<(firstDays: FirstDays) => DailyHistory> {
  const window = between(lastDay.subtract({ days: DAYS_COMPARED }), lastDay.subtract({ days: 1 }));
  const rows =
    names.length === 0
      ? []
      : await sql<{ metric: string; day: string; value: number }[]>`
    select metric, day::text, value::float8 as value from metric_values
    where metric = any(${arrayText(names.map(storedAs))}::text[]) and by = ''
      and day between ${window.start.toString()}::text::date and ${window.end.toString()}::text::date`;
  const values = new Map(rows.map(({ metric, day, value }) => [`${metric} ${day}`, value]));
  return (firstDays) =>
    new Map(
      names.map((name) => {
        const types = beginningOf(metricOf(name));
        const valueOf = (day: Temporal.PlainDate) =>
          hasBegun(firstDays, types, day) ? (values.get(`${storedAs(name)} ${day.toString()}`) ?? 0) : null;
        return [name, daysOf(window).map(valueOf)];
      }),
    );
}

function storedAs(name: MetricName): StoredName {
  const metric = metricOf(name);
  const [stored, more] =
    metric.kind === "count" || metric.kind === "distinct" ? (Object.keys(metric.terms) as StoredName[]) : [];
  if (stored === undefined || more !== undefined) throw new TypeError(`${name} is not stored as it is`);
  return stored;
}
