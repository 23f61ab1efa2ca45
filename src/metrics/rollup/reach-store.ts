import type { DayUnit } from "./day-unit.ts";
import { storeValues, wholeDay } from "./values-store.ts";

/** Recomputes how many people were active in the 7 and the 30 days that end with the day. */
export async function recomputeReach(unit: DayUnit): Promise<void> {
  const { sql, day } = unit;
  const [reach] = await sql<{ wau: string; mau: string }[]>`
    select coalesce(sum(bit_count(week)), 0)::text as wau, coalesce(sum(bit_count(month)), 0)::text as mau
    from (
      select bit_or(bits) as month, bit_or(bits) filter (where day > ${day}::text::date - 7) as week
      from active_bits where day > ${day}::text::date - 30 and day <= ${day}::text::date
      group by block
    ) as blocks`;
  await storeValues(unit, "reach", {
    metrics: ["wau", "mau"],
    values: wholeDay({ wau: reach?.wau ?? 0, mau: reach?.mau ?? 0 }),
  });
}
