import type { World } from "../support/world.ts";

/** All stored numbers of the days up to `last`, as text: what lies in the future is computed when its day comes. */
export async function storedNumbers({ db }: World, last: string): Promise<string[]> {
  const rows = await db.work.run(
    (sql) => sql<{ row: string }[]>`
      select row(metric, by, day, trim_scale(value))::text as row from metric_values
      where value <> 0 and day <= ${last}::text::date
      union all
      select row('histogram', feature_no, day, calls, failed, buckets, counts)::text from latency_histograms
      where day <= ${last}::text::date
      union all
      select row('active', day, block, bit_count(bits))::text from active_bits where day <= ${last}::text::date
      union all
      select row('movement', account, day, kind, trim_scale(arr_before), trim_scale(arr_after))::text from movements
      order by 1`,
  );
  return rows.map(({ row }) => row);
}
