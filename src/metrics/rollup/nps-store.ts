import { Temporal } from "../../core/time.ts";
import { betweenLocalDays, type DayUnit } from "./day-unit.ts";
import { queueFollowing } from "./queue-store.ts";
import { storeValues, wholeDay } from "./values-store.ts";

const METRICS = ["nps_promoters", "nps_passives", "nps_detractors"] as const;

/** Recomputes the answers that stand at the end of the day: the latest one of each person within the last `windowDays`. */
export async function recomputeNps(unit: DayUnit, windowDays: number): Promise<void> {
  const { sql } = unit;
  const first = Temporal.PlainDate.from(unit.day).subtract({ days: windowDays - 1 });
  const window = { first: first.toString(), last: unit.day, timeZone: unit.timeZone };
  const [answers] = await sql<Record<(typeof METRICS)[number], string>[]>`
    select count(*) filter (where score >= 9)::text as nps_promoters,
      count(*) filter (where score between 7 and 8)::text as nps_passives,
      count(*) filter (where score <= 6)::text as nps_detractors
    from (
      select distinct on (user_no) score from nps_surveys
      where ${betweenLocalDays(sql, "occurred_at", window)} and voided_at is null and user_no is not null
      order by user_no, occurred_at desc, event_id collate "C" desc nulls last, row_no desc
    ) as latest`;
  await storeValues(unit, "nps", { metrics: METRICS, values: wholeDay({ ...answers }) });
  if (unit.news) await queueFollowing(sql, { ...unit, kind: "nps", from: 1, to: windowDays - 1 });
}
