import type { DayUnit } from "./day-unit.ts";
import type { DayKind } from "./queue-store.ts";

/** A number of the day; `value` is a decimal of any length. */
export interface StoredValue {
  readonly metric: string;
  /** '' for the whole. */
  readonly by: string;
  readonly value: string;
}

/** Numbers of the whole day, by the name they are stored under. */
export function wholeDay(values: Readonly<Record<string, string | number>>): StoredValue[] {
  return Object.entries(values).map(([metric, value]) => ({ metric, by: "", value: String(value) }));
}

/**
 * Replaces the day's numbers of `metrics` by `values` and raises the day's revision. Zeros are not stored. With a cause,
 * each number of a day before today that changed is written down as restated.
 */
export async function storeValues(
  unit: DayUnit,
  kind: DayKind,
  { metrics, values }: { readonly metrics: readonly string[]; readonly values: readonly StoredValue[] },
): Promise<void> {
  const { sql, day } = unit;
  await sql`
    with fresh as (
      select metric, "by", trim_scale(value) as value
      from json_to_recordset(${JSON.stringify(values)}::text::json) as f(metric text, "by" text, value numeric)
      where value <> 0
    ), old as (
      select metric, "by", value from metric_values
      where day = ${day}::text::date
        and metric in (select json_array_elements_text(${JSON.stringify(metrics)}::text::json))
    ), changed as (
      select metric, "by", old.value as before, fresh.value as after
      from old full join fresh using (metric, "by")
      where old.value is distinct from fresh.value
    ), gone as (
      delete from metric_values as stored using changed
      where stored.metric = changed.metric and stored."by" = changed."by" and stored.day = ${day}::text::date
        and changed.after is null
    ), put as (
      insert into metric_values (metric, "by", day, value)
      select metric, "by", ${day}::text::date, after from changed where after is not null
      on conflict (metric, "by", day) do update set value = excluded.value
    ), restated as (
      insert into restatements (day, metric, "by", before, after, cause)
      select ${day}::text::date, metric, "by", coalesce(before, 0), coalesce(after, 0), ${unit.cause}::text
      from changed
      where ${unit.cause}::text is not null and ${day}::text::date < ${unit.today}::text::date
      order by metric, "by"
    )
    insert into day_revisions (day, kind, revision, computed_at)
    values (${day}::text::date, ${kind}, 1, ${unit.now}::text::timestamptz)
    on conflict (day, kind) do update
      set revision = day_revisions.revision + 1, computed_at = excluded.computed_at`;
}
