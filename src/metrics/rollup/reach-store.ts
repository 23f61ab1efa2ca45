import type { MauWindow } from "../../core/workspace.ts";
import type { DayUnit } from "./day-unit.ts";
import { storeValues, wholeDay } from "./values-store.ts";

/**
 * How many days after a day, itself not included, have windows that it may be part of: the first of a month is part of
 * its calendar month's up to the 31st.
 */
export const REACHES_DAYS = 30;

/** Recomputes how many people were active in the 7 days that end with the day, and in those of its month. */
export async function recomputeReach(unit: DayUnit, mauWindow: MauWindow): Promise<void> {
  const { sql, day } = unit;
  const before =
    mauWindow === "calendar_month"
      ? sql`date_trunc('month', ${day}::text::date)::date - 1`
      : sql`${day}::text::date - ${Number(mauWindow)}::int`;
  const [reach] = await sql<{ wau: string; mau: string }[]>`
    select coalesce(sum(bit_count(week)), 0)::text as wau, coalesce(sum(bit_count(month)), 0)::text as mau
    from (
      select bit_or(bits) filter (where day > ${before}) as month,
        bit_or(bits) filter (where day > ${day}::text::date - 7) as week
      from active_bits where day > least(${before}, ${day}::text::date - 7) and day <= ${day}::text::date
      group by block
    ) as blocks`;
  await storeValues(unit, "reach", {
    metrics: ["wau", "mau"],
    values: wholeDay({ wau: reach?.wau ?? 0, mau: reach?.mau ?? 0 }),
  });
}
