import { Temporal } from "../../core/time.ts";
import { CAUSE } from "../../events/cause.ts";
import { hasBegun, loadFirstDays } from "../read/first-days.ts";
import type { DayUnit } from "./day-unit.ts";
import type { DayKind } from "./queue-store.ts";
import { isPublished, keepRestatements } from "./restatement-store.ts";
import { restatementsOf, type HistogramChange, type StoredChange } from "./restatement.ts";

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

interface DayValues {
  /** All names under which the kind stores numbers. */
  readonly metrics: readonly string[];
  readonly values: readonly StoredValue[];
  /** The day's requests, as they were and as they are. */
  readonly requests?: HistogramChange;
}

/**
 * Replaces the day's numbers of `metrics` by `values` and raises the day's revision. Zeros are not stored. Each number of
 * a published day that people now see changed is written down as restated.
 */
export async function storeValues(unit: DayUnit, kind: DayKind, values: DayValues): Promise<void> {
  const changes = await replaceValues(unit, kind, values);
  if (changes.length === 0) return;
  const { currency, cause } = unit;
  const { metrics, requests } = values;
  const isOtherMoney = cause?.includes(CAUSE.currency) === true;
  const firstDays = await loadFirstDays(unit.sql, unit.timeZone);
  const day = Temporal.PlainDate.from(unit.day);
  const restated = restatementsOf(metrics, changes, {
    currency,
    isOtherMoney,
    wasKnown: (types) => hasBegun(firstDays, types, day),
    ...(requests ? { requests } : {}),
  });
  await keepRestatements(unit, restated);
}

/** Answers, where the day is published, its numbers for the whole and for each group in which one changed. */
async function replaceValues(unit: DayUnit, kind: DayKind, { metrics, values }: DayValues): Promise<StoredChange[]> {
  const { sql, day } = unit;
  return sql<StoredChange[]>`
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
    ), revised as (
      insert into day_revisions (day, kind, revision, computed_at)
      values (${day}::text::date, ${kind}, 1, ${unit.now}::text::timestamptz)
      on conflict (day, kind) do update
        set revision = day_revisions.revision + 1, computed_at = excluded.computed_at
    )
    select metric, "by", old.value::text as before, fresh.value::text as after
    from old full join fresh using (metric, "by")
    where ${isPublished(unit, kind)} and "by" in (select '' union select "by" from changed)`;
}
