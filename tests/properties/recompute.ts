import type { World } from "../support/world.ts";

/** All stored numbers, as text. */
export async function storedNumbers({ db }: World): Promise<string[]> {
  const rows = await db.work.run(
    (sql) => sql<{ row: string }[]>`
      select row(metric, by, day, trim_scale(value))::text as row from metric_values where value <> 0
      union all select row('histogram', feature_no, day, calls, failed, buckets, counts)::text from latency_histograms
      union all select row('active', day, block, bit_count(bits))::text from active_bits
      union all select row('movement', account, day, kind, trim_scale(arr_before), trim_scale(arr_after))::text from movements
      order by 1`,
  );
  return rows.map(({ row }) => row);
}
