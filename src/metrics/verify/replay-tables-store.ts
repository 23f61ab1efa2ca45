import { minorDigits } from "../../core/money.ts";
import type { Recount } from "./span.ts";

/** They live in the session's temporary schema and go with `dropReplay`, as the functions do. */
const TABLES = [
  "recount_money",
  "recount_told",
  "recount_subscriptions",
  "recount_scheduled",
  "recount_states",
  "recount_trials",
  "recount_cash",
  "recount_moments",
  "recount_stretches",
  "recount_rates",
  "recount_worth",
  "recount_first_paid",
  "recount_account_days",
  "recount_moves",
  "recount_pauses",
];

/** Those that take a row of a table go with the table. */
const FUNCTIONS = [
  "recount_note(int, timestamptz)",
  "recount_end(int, timestamptz)",
  "recount_effect(int, bigint, timestamptz)",
  "recount_record(int, bigint, timestamptz)",
  "recount_rank(text, boolean)",
  "recount_take_effect(timestamptz)",
  "recount_find_without_id(text)",
  "recount_find(timestamptz)",
  "recount_apply(timestamptz)",
  "recount_take_cash(timestamptz, text)",
  "recount_replay(text)",
  "recount_settle_pauses(date)",
  "recount_follow_pauses()",
];

/** What the replay works on: the events in the order in which they find their subscriptions, and what they make of them. */
export async function createReplayTables(recount: Recount): Promise<void> {
  const { sql, workspace } = recount;
  await dropReplay(recount);
  await createMoney(recount);
  await sql`
    create temp table recount_told as
    with dated as (
      select *, case when event in ('subscription_started', 'upgraded', 'downgraded', 'paused', 'resumed', 'canceled')
          and effective_at < occurred_at then effective_at else occurred_at end as at
      from revenue_events where voided_at is null
    ), numbered as (
      select *, row_number() over (order by at, subscription_id = '', event_id collate "C" nulls first, row_no) as n,
        count(team_no) over (partition by user_no order by at, subscription_id = '', event_id collate "C" nulls first, row_no)
          as teams_named
      from dated
    )
    select n, at, event_id, event, nullif(subscription_id, '') as id, null::int as subscription,
      't' || coalesce(team_no, case when user_no is not null then max(team_no) over (partition by user_no, teams_named) end) as team,
      'u' || user_no as person, event in ('payment', 'one_time', 'refunded') as is_cash,
      plan, amount, coalesce(scale(amount) > 3, false) as is_unit_amount, currency, billing_period, quantity, discount_percent, discount_amount, discount_until,
      (discount_percent is not null or discount_amount is not null or discount_removed)
        and ${workspace.policies.discounts} = 'counted' as sets_discount, trial_ends_at, sequence,
      effective_at is not null as names_effect,
      case when event in ('subscription_started', 'upgraded', 'downgraded', 'paused', 'resumed', 'canceled')
        and effective_at > at then effective_at end as takes_effect_at
    from numbered`;
  await sql`create unique index on recount_told (n)`;
  await sql`create index on recount_told (at)`;
  await createStateTables(recount);
  await sql`analyze recount_told`;
}

/** How many decimals the currencies that occur have, and what a millionth of their minor unit is. */
async function createMoney({ sql, workspace }: Recount): Promise<void> {
  const rows = await sql<{ currency: string }[]>`
    select distinct currency from revenue_events where currency is not null
    union select currency from fx_rates union select ${workspace.currency}::text`;
  const money = rows.map(({ currency }) => {
    const digits = minorDigits(currency);
    return { currency, digits, parts: `1${"0".repeat(digits + 6)}`, smallest: `0.${"0".repeat(digits + 5)}1` };
  });
  await sql`
    create temp table recount_money as
    select currency, digits, parts, smallest
    from json_to_recordset(${JSON.stringify(money)}::text::json) as known (currency text, digits int, parts numeric, smallest numeric)`;
}

async function createStateTables({ sql, workspace }: Recount): Promise<void> {
  await sql.unsafe(`
    create temp table recount_subscriptions (
      no int generated always as identity primary key, id text unique, account text, standing text not null default 'none',
      begun boolean not null default false, doomed_at timestamptz, plan text, amount numeric,
      is_unit_amount boolean not null default false, currency text not null default '${workspace.currency}',
      billing_period text not null default 'month', quantity numeric not null default 1, discount_percent numeric,
      discount_amount numeric, discount_until timestamptz, trial_ends_at timestamptz, past_due boolean not null default false,
      changed_at timestamptz, touched_at timestamptz, was_live boolean not null default false
    );
    create index on recount_subscriptions (account);
    create temp table recount_scheduled (subscription int not null, n bigint not null, at timestamptz not null, event text not null);
    create index on recount_scheduled (at);
    create index on recount_scheduled (subscription);
    create temp table recount_states (
      n bigint generated always as identity, subscription int not null, at timestamptz not null, account text not null,
      standing text not null, plan text, currency text not null, yearly numeric, yearly_in_full numeric,
      discount_until timestamptz, trial_ends_at timestamptz, past_due boolean not null, changed_at timestamptz
    );
    create index on recount_states (subscription, at);
    create temp table recount_trials (
      subscription int not null, began_at timestamptz not null, ends_at timestamptz, left_at timestamptz
    );
    create temp table recount_cash (at timestamptz not null, event text not null, amount numeric not null, currency text not null);
    create temp table recount_pauses (account text not null, currency text not null, yearly numeric not null)`);
}

/** Leaves the session as it was. */
export async function dropReplay({ sql }: Recount): Promise<void> {
  await sql.unsafe(`
    drop function if exists ${FUNCTIONS.map((signature) => `pg_temp.${signature}`).join(", ")};
    drop table if exists ${TABLES.map((table) => `pg_temp.${table}`).join(", ")} cascade`);
}
