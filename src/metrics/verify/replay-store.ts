import { createReplayTables } from "./replay-tables-store.ts";
import { createSteps } from "./replay-steps-store.ts";
import type { Recount } from "./span.ts";

/**
 * Replays all revenue events, instant by instant, because which subscription an event belongs to depends on those that are
 * there by then. Leaves how each subscription stood after each instant in `recount_states`, its trials in `recount_trials`,
 * and what was paid in `recount_cash`.
 */
export async function replayRevenue(recount: Recount): Promise<void> {
  const { sql } = recount;
  await createReplayTables(recount);
  await createSteps(recount);
  for (const statement of [RANK, TAKE_EFFECT, FIND_WITHOUT_ID, FIND, APPLY, CASH, REPLAY]) await sql.unsafe(statement);
  await sql`select pg_temp.recount_replay(${recount.workspace.currency}::text)`;
}

/** Cancelling comes first at an instant before which the subscription was live, else last. */
const RANK = `
  create function pg_temp.recount_rank(event text, was_live boolean) returns int language sql immutable as $$
    select case
      when event = 'canceled' then case when was_live then 0 else 4 end
      when event in ('trial_started', 'subscription_started', 'renewed', 'resumed') then 1
      when event in ('upgraded', 'downgraded', 'past_due') then 2
      else 3
    end
  $$`;

/** What was scheduled for an instant up to `until`, before what occurs then. */
const TAKE_EFFECT = `
  create function pg_temp.recount_take_effect(until timestamptz) returns void language plpgsql as $$
  declare
    instant timestamptz;
    due record;
  begin
    loop
      select min(at) into instant from recount_scheduled where at <= until;
      exit when instant is null;
      update recount_subscriptions set was_live = standing = 'live', touched_at = instant
      where no in (select subscription from recount_scheduled where at = instant) and touched_at is distinct from instant;
      for due in
        select waiting.subscription, waiting.n from recount_scheduled as waiting join recount_told using (n)
          join recount_subscriptions on no = waiting.subscription
        where waiting.at = instant
        window own as (partition by waiting.subscription)
        order by waiting.subscription,
          case when count(*) over own = count(sequence) over own then sequence end,
          pg_temp.recount_rank(waiting.event, was_live), event_id collate "C" nulls first, waiting.n
      loop
        perform pg_temp.recount_effect(due.subscription, due.n, instant);
        perform pg_temp.recount_note(due.subscription, instant);
      end loop;
      delete from recount_scheduled where at = instant;
    end loop;
  end $$`;

/** The account's only subscription that has not ended, else its unnamed one, if it has one. */
const FIND_WITHOUT_ID = `
  create function pg_temp.recount_find_without_id(payer text) returns int language sql as $$
    select coalesce(
      (select min(no) from recount_subscriptions where account = payer and standing <> 'ended' having count(*) = 1),
      (select no from recount_subscriptions where account = payer and id is null)
    )
  $$`;

/** Gives each event of the instant its subscription, and the subscription the id and the account that the event names. */
const FIND = `
  create function pg_temp.recount_find(instant timestamptz) returns void language plpgsql as $$
  declare
    told record;
    found_no int;
    payer text;
  begin
    for told in select * from recount_told where at = instant order by n loop
      payer := coalesce(told.team, told.person);
      if told.id is null then
        found_no := pg_temp.recount_find_without_id(payer);
      else
        select no into found_no from recount_subscriptions where id = told.id;
        if found_no is null and told.event <> 'subscription_started' and not told.is_cash then
          select min(no) into found_no from recount_subscriptions where account = payer and standing <> 'ended'
          having count(*) = 1 and bool_and(id is null);
          update recount_subscriptions set id = told.id where no = found_no;
        end if;
      end if;
      update recount_told set subscription = found_no where n = told.n;
      continue when told.is_cash;
      if found_no is null then
        insert into recount_subscriptions (id, account) values (told.id, payer) returning no into found_no;
        update recount_told set subscription = found_no where n = told.n;
      end if;
      update recount_subscriptions
      set account = case when told.team is not null then told.team when account like 'u%' then told.person else account end,
        was_live = case when touched_at = instant then was_live else standing = 'live' end, touched_at = instant
      where no = found_no;
    end loop;
  end $$`;

const APPLY = `
  create function pg_temp.recount_apply(instant timestamptz) returns void language plpgsql as $$
  declare
    told record;
  begin
    for told in
      select subscription, n from recount_told join recount_subscriptions on no = subscription where at = instant and not is_cash
      window own as (partition by subscription)
      order by subscription, case when count(*) over own = count(sequence) over own then sequence end,
        pg_temp.recount_rank(event, was_live), event_id collate "C" nulls first, n
    loop
      perform pg_temp.recount_record(told.subscription, told.n, instant);
    end loop;
  end $$`;

/** Cash changes no subscription, except that a payment with its id ends `past_due`. */
const CASH = `
  create function pg_temp.recount_take_cash(instant timestamptz, usual text) returns void language plpgsql as $$
  declare
    told record;
    paid_in text;
  begin
    for told in select * from recount_told where at = instant and is_cash order by n loop
      paid_in := coalesce(told.currency, (select currency from recount_subscriptions where no = told.subscription), usual);
      insert into recount_cash (at, event, amount, currency)
      select instant, told.event, round(told.amount, case when told.is_unit_amount then digits + 6 else digits end), paid_in
      from recount_money where currency = paid_in and told.amount is not null;
      if told.event = 'payment' and told.id is not null and told.subscription is not null then
        update recount_subscriptions set past_due = false where no = told.subscription;
        perform pg_temp.recount_note(told.subscription, instant);
      end if;
    end loop;
  end $$`;

const REPLAY = `
  create function pg_temp.recount_replay(usual text) returns void language plpgsql as $$
  declare
    instant timestamptz;
  begin
    for instant in select distinct at from recount_told order by at loop
      perform pg_temp.recount_take_effect(instant);
      perform pg_temp.recount_find(instant);
      perform pg_temp.recount_apply(instant);
      perform pg_temp.recount_take_cash(instant, usual);
    end loop;
    perform pg_temp.recount_take_effect('infinity');
  end $$`;
