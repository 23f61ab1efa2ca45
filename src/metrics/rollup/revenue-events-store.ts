import type { FoldBatch } from "./day-unit.ts";
import type { Moment, RevenueEvent, RevenueEventName, SentDiscount } from "./revenue-event.ts";

export interface RevenueRow {
  readonly row_no: string;
  readonly account: string;
  readonly at: string;
  readonly day: string;
  readonly event_id: string | null;
  readonly event: RevenueEventName;
  readonly team: string | null;
  readonly person: string | null;
  readonly subscription_id: string;
  readonly plan: string | null;
  readonly amount: string | null;
  readonly is_unit_amount: boolean;
  readonly currency: string | null;
  readonly billing_period: string | null;
  readonly quantity: string | null;
  readonly discount_percent: string | null;
  readonly discount_amount: string | null;
  readonly discount_removed: boolean;
  readonly discount_until_at: string | null;
  readonly discount_until_day: string | null;
  readonly trial_ends_at: string | null;
  readonly trial_ends_day: string | null;
  readonly effective_at: string | null;
  readonly effective_day: string | null;
  readonly sequence: string | null;
}

/** Rows that are held at once beside what the replay keeps of them. */
const ROWS_AT_ONCE = 5000;

/** All events of these accounts that stand, as they happened. */
export function eventsOf({ sql, timeZone }: Pick<FoldBatch, "sql" | "timeZone">, accounts: readonly string[]) {
  const micros = (column: string) => sql`((extract(epoch from ${sql(column)}) * 1000000)::bigint)::text`;
  const localDay = (column: string) => sql`((${sql(column)} at time zone ${timeZone})::date)::text`;
  return sql<RevenueRow[]>`
    select row_no::text as row_no, account, ${micros("occurred_at")} as at, ${localDay("occurred_at")} as day, event_id, event,
      't' || team_no as team, 'u' || user_no as person, subscription_id, plan, amount::text as amount,
      scale(amount) > 3 as is_unit_amount, currency, billing_period, quantity::text as quantity,
      discount_percent::text as discount_percent, discount_amount::text as discount_amount, discount_removed,
      ${micros("discount_until")} as discount_until_at, ${localDay("discount_until")} as discount_until_day,
      ${micros("trial_ends_at")} as trial_ends_at, ${localDay("trial_ends_at")} as trial_ends_day,
      ${micros("effective_at")} as effective_at, ${localDay("effective_at")} as effective_day, sequence::text as sequence
    from revenue_events
    where account in (select json_array_elements_text(${JSON.stringify(accounts)}::text::json)) and voided_at is null
    order by occurred_at, row_no`.cursor(ROWS_AT_ONCE);
}

export function eventOf(row: RevenueRow): RevenueEvent {
  const { day, event, team, person, plan, amount, currency, quantity } = row;
  return {
    at: BigInt(row.at),
    rowNo: row.row_no,
    id: row.event_id,
    subscriptionId: row.subscription_id,
    isUnitAmount: row.is_unit_amount,
    billingPeriod: row.billing_period,
    discount: discountOf(row),
    trialEnds: momentOf(row.trial_ends_at, row.trial_ends_day),
    effective: momentOf(row.effective_at, row.effective_day),
    sequence: row.sequence === null ? null : BigInt(row.sequence),
    day,
    event,
    team,
    person,
    plan,
    amount,
    currency,
    quantity,
  };
}

function discountOf(row: RevenueRow): SentDiscount | null {
  const { discount_percent: percent, discount_amount: amount, discount_removed: removed } = row;
  if (percent === null && amount === null && !removed) return null;
  return { percent, amount, removed, until: momentOf(row.discount_until_at, row.discount_until_day) };
}

function momentOf(at: string | null, day: string | null): Moment | null {
  return at === null || day === null ? null : { at: BigInt(at), day };
}
