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
      select row('movement', account, day, kind, trim_scale(change), plan_before, plan)::text from movements
      union all
      select row('span', s.*)::text from account_spans as s
      union all
      select row('moved', m.*)::text from moved_subscriptions as m
      union all
      select row('trial', t.*)::text from revenue_trials as t
      union all
      select row('cash', c.*)::text from revenue_cash as c
      order by 1`,
  );
  return rows.map(({ row }) => row);
}
