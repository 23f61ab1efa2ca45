import type { TransactionSql } from "../../db/client.ts";
import { decimalText } from "./rate-book.ts";
import type { FoldedRevenue } from "./revenue-replay.ts";

/** What was worked out for some accounts, in place of all that is stored for them. */
export interface Replacement {
  readonly accounts: readonly string[];
  /** Why numbers that people have seen may change, by account; null in the ordinary course. */
  readonly causes: ReadonlyMap<string, string | null>;
  readonly folded: FoldedRevenue;
}

const FOREVER = "infinity";

/** Stores what differs from what is stored, and queues the days whose numbers follow from it. */
export async function replaceFolded(sql: TransactionSql, replacement: Replacement): Promise<void> {
  const subjects = JSON.stringify(
    replacement.accounts.map((account) => ({ account, cause: replacement.causes.get(account) ?? null })),
  );
  const { folded } = replacement;
  await replaceSpans(sql, subjects, folded);
  await replaceMovements(sql, subjects, folded);
  await replaceMoved(sql, subjects, folded);
  await replaceTrials(sql, subjects, folded);
  await replaceCash(sql, subjects, folded);
}

function subjectsOf(sql: TransactionSql, subjects: string) {
  return sql`subjects as materialized (
    select account, cause from json_to_recordset(${subjects}::text::json) as s(account text, cause text)
  )`;
}

/**
 * The numbers of a span's first day and of the day on which it ends follow from it, and those of the days between on which
 * a rate of its currencies changes.
 */
async function replaceSpans(sql: TransactionSql, subjects: string, { accounts }: FoldedRevenue): Promise<void> {
  const fresh = spanRows(accounts);
  const columns = sql`account, day, until, plan, standing, pays, paused, would_pay, unconverted, unpriced, trials, currencies,
    money, due, stopped`;
  const state = (of: string) => {
    const column = (name: string) => sql(`${of}.${name}`);
    return sql`(${column("until")}, ${column("plan")}, ${column("standing")}, ${column("pays")}, ${column("paused")},
      ${column("would_pay")}, ${column("unconverted")}, ${column("unpriced")}, ${column("trials")},
      ${column("currencies")}, ${column("money")}, ${column("due")}, ${column("stopped")})`;
  };
  await sql`
    with ${subjectsOf(sql, subjects)}, fresh as (
      select ${columns} from json_to_recordset(${JSON.stringify(fresh)}::text::json) as f(account text, day date, until date,
        plan text, standing text, pays boolean, paused boolean, would_pay boolean, unconverted integer, unpriced integer,
        trials integer, currencies text[], money numeric[], due numeric[], stopped numeric[])
    ), old as (
      select ${columns} from account_spans where account in (select account from subjects)
    ), changed as materialized (
      select account, day, fresh.until is null as is_gone, old.until as old_until, fresh.until as fresh_until,
        coalesce(old.currencies, '{}') || coalesce(fresh.currencies, '{}') as currencies,
        (old.plan, old.standing, old.until, fresh.until) is distinct from (fresh.plan, fresh.standing, fresh.until, old.until)
          as is_of_members
      from old full join fresh using (account, day) where ${state("old")} is distinct from ${state("fresh")}
    ), gone as (
      delete from account_spans using changed
      where account_spans.account = changed.account and account_spans.day = changed.day and changed.is_gone
    ), put as (
      insert into account_spans (${columns})
      select ${columns} from fresh where (account, day) in (select account, day from changed)
      on conflict (account, day) do update set until = excluded.until, plan = excluded.plan, standing = excluded.standing,
        pays = excluded.pays, paused = excluded.paused, would_pay = excluded.would_pay, unconverted = excluded.unconverted,
        unpriced = excluded.unpriced, trials = excluded.trials, currencies = excluded.currencies, money = excluded.money,
        due = excluded.due, stopped = excluded.stopped
    ), days as (
      select account, day from changed
      union select account, old_until from changed where old_until < 'infinity'
      union select account, fresh_until from changed where fresh_until < 'infinity'
      union select account, fx_rates.day from changed join fx_rates
        on fx_rates.currency = any(changed.currencies) and fx_rates.day > changed.day
          and fx_rates.day <= greatest(old_until, fresh_until)
    ), members as (
      select distinct account, user_no from user_teams join changed on account = 't' || team_no where is_of_members
      union
      select account, user_no from users join changed on account = 'u' || user_no where is_of_members
    )
    insert into dirty (kind, day, subject, cause)
    select distinct 'revenue', days.day, null, cause from days join subjects using (account)
    union all
    select 'member', null, user_no::text, cause from members join subjects using (account)`;
}

function spanRows(accounts: FoldedRevenue["accounts"]) {
  return accounts.map(({ account, day, until, state }) => {
    const { money, due, stopped, wouldPay, ...rest } = state;
    const currencies = [...new Set([...money.keys(), ...stopped.keys()])].sort();
    const amounts = (of: ReadonlyMap<string, bigint>) => arrayText(currencies.map((one) => String(of.get(one) ?? 0n)));
    const arrays = { money: amounts(money), due: amounts(due), stopped: amounts(stopped) };
    const names = arrayText(currencies);
    return { account, day, until: until ?? FOREVER, ...rest, would_pay: wouldPay, currencies: names, ...arrays };
  });
}

async function replaceMovements(sql: TransactionSql, subjects: string, { movements }: FoldedRevenue): Promise<void> {
  const fresh = movements.map(({ account, day, kind, change, planBefore, plan }) => {
    return { account, day, kind, change: decimalText(change), plan_before: planBefore, plan };
  });
  await sql`
    with ${subjectsOf(sql, subjects)}, fresh as (
      select account, day, kind, change, plan_before, plan from json_to_recordset(${JSON.stringify(fresh)}::text::json)
        as f(account text, day date, kind text, change numeric, plan_before text, plan text)
    ), old as (
      select * from movements where account in (select account from subjects)
    ), changed as materialized (
      select account, day, kind, fresh.change is null as is_gone from old full join fresh using (account, day, kind)
      where (old.change, old.plan_before, old.plan) is distinct from (fresh.change, fresh.plan_before, fresh.plan)
    ), gone as (
      delete from movements using changed where movements.account = changed.account and movements.day = changed.day
        and movements.kind = changed.kind and changed.is_gone
    ), put as (
      insert into movements (account, day, kind, change, plan_before, plan)
      select * from fresh where (account, day, kind) in (select account, day, kind from changed)
      on conflict (account, day, kind) do update
        set change = excluded.change, plan_before = excluded.plan_before, plan = excluded.plan
    )
    insert into dirty (kind, day, cause)
    select distinct 'revenue', day, cause from changed join subjects using (account)`;
}

/** No stored number of a day follows from these: windows read them. */
async function replaceMoved(sql: TransactionSql, subjects: string, { subscriptions }: FoldedRevenue): Promise<void> {
  const fresh = subscriptions.map(({ until, worth, stopped, ...span }) => {
    return { ...span, until: until ?? FOREVER, worth: worth.toString(), stopped: stopped.toString() };
  });
  await sql`
    with ${subjectsOf(sql, subjects)}, fresh as (
      select * from json_to_recordset(${JSON.stringify(fresh)}::text::json) as f(subscription text, day date, until date,
        account text, currency text, worth numeric, stopped numeric)
    ), gone as (
      delete from moved_subscriptions where account in (select account from subjects)
        and (subscription, day) not in (select subscription, day from fresh)
    )
    insert into moved_subscriptions (subscription, day, until, account, currency, worth, stopped) select * from fresh
    on conflict (subscription, day) do update set until = excluded.until, account = excluded.account,
      currency = excluded.currency, worth = excluded.worth, stopped = excluded.stopped`;
}

async function replaceTrials(sql: TransactionSql, subjects: string, { trials }: FoldedRevenue): Promise<void> {
  const numbers = new Map<string, number>();
  const fresh = trials.map(({ account, started, ended, paid }) => {
    const number = (numbers.get(account) ?? 0) + 1;
    numbers.set(account, number);
    return { account, number, started_day: started.day, ended_day: ended?.day ?? null, paid_day: paid?.day ?? null };
  });
  await sql`
    with ${subjectsOf(sql, subjects)}, fresh as (
      select * from json_to_recordset(${JSON.stringify(fresh)}::text::json)
        as f(account text, number integer, started_day date, ended_day date, paid_day date)
    ), old as (
      select * from revenue_trials where account in (select account from subjects)
    ), changed as materialized (
      select account, number, fresh.started_day is null as is_gone, old.started_day as old_day, fresh.started_day as fresh_day
      from old full join fresh using (account, number)
      where (old.started_day, old.ended_day, old.paid_day) is distinct from (fresh.started_day, fresh.ended_day, fresh.paid_day)
    ), gone as (
      delete from revenue_trials as stored using changed
      where stored.account = changed.account and stored.number = changed.number and changed.is_gone
    ), put as (
      insert into revenue_trials (account, number, started_day, ended_day, paid_day)
      select * from fresh where (account, number) in (select account, number from changed)
      on conflict (account, number) do update
        set started_day = excluded.started_day, ended_day = excluded.ended_day, paid_day = excluded.paid_day
    ), days as (
      select account, old_day as day from changed union select account, fresh_day from changed
    )
    insert into dirty (kind, day, cause)
    select distinct 'revenue', day, cause from days join subjects using (account) where day is not null`;
}

async function replaceCash(sql: TransactionSql, subjects: string, { cash }: FoldedRevenue): Promise<void> {
  const fresh = cash.map(({ collected, refunded, ...day }) => {
    return { ...day, collected: collected.toString(), refunded: refunded.toString() };
  });
  await sql`
    with ${subjectsOf(sql, subjects)}, fresh as (
      select account, day, currency, collected, refunded from json_to_recordset(${JSON.stringify(fresh)}::text::json)
        as f(account text, day date, currency text, collected numeric, refunded numeric)
    ), old as (
      select * from revenue_cash where account in (select account from subjects)
    ), changed as materialized (
      select account, day, currency, fresh.collected is null as is_gone from old full join fresh using (account, day, currency)
      where (old.collected, old.refunded) is distinct from (fresh.collected, fresh.refunded)
    ), gone as (
      delete from revenue_cash as stored using changed where stored.account = changed.account
        and stored.day = changed.day and stored.currency = changed.currency and changed.is_gone
    ), put as (
      insert into revenue_cash (account, day, currency, collected, refunded)
      select * from fresh where (account, day, currency) in (select account, day, currency from changed)
      on conflict (account, day, currency) do update set collected = excluded.collected, refunded = excluded.refunded
    )
    insert into dirty (kind, day, cause)
    select distinct 'revenue', day, cause from changed join subjects using (account)`;
}

/** Words and numbers of ours, as Postgres reads an array. */
function arrayText(items: readonly string[]): string {
  return `{${items.join(",")}}`;
}
