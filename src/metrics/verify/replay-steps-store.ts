import type { Recount } from "./span.ts";

/**
 * What one event does to its subscription, as functions of the session. `recount_record` is called when an event occurs;
 * what takes effect later is written down, and `recount_effect` is called at its instant.
 */
export async function createSteps({ sql, workspace }: Recount): Promise<void> {
  const waits = workspace.policies.cancelAt === "effective";
  for (const statement of [YEARLY, NOTE, END, CANCEL, TRIAL, EFFECT, recordFunction(waits)])
    await sql.unsafe(statement);
}

/** A year's price of one subscription in major units of its currency, to the millionth of the minor unit. Null: never given. */
const YEARLY = `
  create function pg_temp.recount_yearly(sub pg_temp.recount_subscriptions, is_discounted boolean) returns numeric
  language plpgsql as $$
  declare
    money pg_temp.recount_money;
    price numeric;
    unit text := sub.billing_period;
    term numeric := 1;
    times int;
  begin
    if sub.amount is null then return null; end if;
    select * into money from recount_money where recount_money.currency = sub.currency;
    price := round(sub.amount, money.digits + case when sub.is_unit_amount then 6 else 0 end) * sub.quantity;
    if is_discounted then
      price := greatest(price * (100 - coalesce(sub.discount_percent, 0)) * 0.01 - coalesce(sub.discount_amount, 0), 0);
    end if;
    if position(' ' in unit) > 0 then
      term := split_part(unit, ' ', 1)::numeric;
      unit := split_part(unit, ' ', 2);
    end if;
    times := case unit when 'day' then 365 when 'week' then 52 when 'two_weeks' then 26 when 'month' then 12
      when 'quarter' then 4 when 'half_year' then 2 when 'year' then 1 end;
    return div(2 * price * times * money.parts + term, 2 * term) * money.smallest;
  end $$`;

/** How the subscription stands after what happened at the instant. */
const NOTE = `
  create function pg_temp.recount_note(which int, instant timestamptz) returns void language plpgsql as $$
  begin
    insert into recount_states (subscription, at, account, standing, plan, currency, yearly, yearly_in_full, discount_until,
      trial_ends_at, past_due, changed_at)
    select no, instant, account, standing, plan, currency, pg_temp.recount_yearly(sub, true), pg_temp.recount_yearly(sub, false),
      discount_until, trial_ends_at, past_due, changed_at
    from recount_subscriptions as sub where no = which;
  end $$`;

/** What is due at the same instant still takes effect. */
const END = `
  create function pg_temp.recount_end(which int, instant timestamptz) returns void language plpgsql as $$
  begin
    update recount_subscriptions set standing = 'ended', discount_percent = null, discount_amount = null, discount_until = null
    where no = which;
    update recount_trials set left_at = instant where subscription = which and left_at is null;
    delete from recount_scheduled where subscription = which and at > instant;
  end $$`;

/** A cancellation that names its effect waits for a subscription that has not begun; any other is forgotten when it begins. */
const CANCEL = `
  create function pg_temp.recount_cancel(sub pg_temp.recount_subscriptions, names_effect boolean, instant timestamptz) returns void
  language plpgsql as $$
  begin
    if sub.begun and sub.standing <> 'ended' then
      perform pg_temp.recount_end(sub.no, instant);
    elsif not sub.begun and (sub.standing <> 'ended' or sub.doomed_at is not null) then
      update recount_subscriptions set standing = 'ended', doomed_at = case when names_effect then instant end where no = sub.no;
      if not names_effect then delete from recount_scheduled where subscription = sub.no; end if;
    end if;
  end $$`;

/** True when a trial begins; a trial that is running gets the new end instead. */
const TRIAL = `
  create function pg_temp.recount_begins_trial(
    sub pg_temp.recount_subscriptions, new_end timestamptz, instant timestamptz
  ) returns boolean language plpgsql as $$
  begin
    if sub.standing = 'live' and pg_temp.recount_yearly(sub, coalesce(sub.discount_until > instant, true)) > 0 then
      return false;
    elsif sub.standing = 'trial' and coalesce(sub.trial_ends_at > instant, true) then
      update recount_subscriptions set trial_ends_at = coalesce(new_end, trial_ends_at), changed_at = instant where no = sub.no;
      update recount_trials set ends_at = case when new_end is null then ends_at else greatest(new_end, instant) end
      where subscription = sub.no and left_at is null;
      return false;
    end if;
    update recount_trials set left_at = instant where subscription = sub.no and left_at is null;
    insert into recount_trials (subscription, began_at, ends_at)
    values (sub.no, instant, case when new_end is not null then greatest(new_end, instant) end);
    return true;
  end $$`;

const EFFECT = `
  create function pg_temp.recount_effect(which int, event_no bigint, instant timestamptz) returns void language plpgsql as $$
  declare
    sub pg_temp.recount_subscriptions;
    told pg_temp.recount_told;
  begin
    select * into sub from recount_subscriptions where no = which;
    select * into told from recount_told where n = event_no;
    if told.event = 'canceled' then
      perform pg_temp.recount_cancel(sub, told.names_effect, instant);
      return;
    elsif told.event = 'trial_started' then
      if not pg_temp.recount_begins_trial(sub, told.trial_ends_at, instant) then return; end if;
    elsif told.event in ('subscription_started', 'renewed', 'resumed') then
      delete from recount_scheduled where subscription = which and event = 'canceled' and at > instant;
    end if;
    update recount_subscriptions set begun = true, doomed_at = null, changed_at = instant, plan = coalesce(told.plan, plan),
      amount = coalesce(told.amount, amount),
      is_unit_amount = case when told.amount is null then is_unit_amount else told.is_unit_amount end,
      currency = coalesce(told.currency, currency), billing_period = coalesce(told.billing_period, billing_period),
      quantity = coalesce(told.quantity, quantity),
      discount_percent = case when told.sets_discount then told.discount_percent else discount_percent end,
      discount_amount = case when told.sets_discount then told.discount_amount else discount_amount end,
      discount_until = case when told.sets_discount then told.discount_until else discount_until end,
      trial_ends_at = case when told.event = 'trial_started' then told.trial_ends_at else trial_ends_at end,
      standing = case
        when told.event in ('subscription_started', 'renewed', 'resumed') then 'live'
        when told.event in ('upgraded', 'downgraded') then case standing when 'paused' then 'paused' else 'live' end
        when told.event = 'paused' then case standing when 'ended' then 'ended' else 'paused' end
        when told.event = 'trial_started' then 'trial'
        else case when begun then standing else 'none' end
      end
    where no = which;
    if not sub.begun and sub.doomed_at < instant then
      delete from recount_trials where subscription = which;
      perform pg_temp.recount_end(which, instant);
    end if;
    update recount_trials set left_at = instant
    where subscription = which and left_at is null and (select standing from recount_subscriptions where no = which) <> 'trial';
  end $$`;

/** Of price changes and cancellations only the latest waits. */
const recordFunction = (cancellationsWait: boolean) => `
  create function pg_temp.recount_record(which int, event_no bigint, instant timestamptz) returns void language plpgsql as $$
  declare
    sub pg_temp.recount_subscriptions;
    told pg_temp.recount_told;
    is_late boolean;
  begin
    select * into sub from recount_subscriptions where no = which;
    select * into told from recount_told where n = event_no;
    is_late := told.takes_effect_at is not null;
    if told.event = 'canceled' then
      is_late := is_late and not (sub.begun and (sub.standing = 'ended' or not ${cancellationsWait}));
      if is_late then
        update recount_subscriptions set doomed_at = null where no = which;
        delete from recount_scheduled where subscription = which and event = 'canceled';
      end if;
    elsif told.event in ('upgraded', 'downgraded') then
      delete from recount_scheduled where subscription = which and event in ('upgraded', 'downgraded');
    end if;
    update recount_subscriptions set past_due = told.event = 'past_due', changed_at = instant where no = which;
    if is_late then
      insert into recount_scheduled (subscription, n, at, event)
      values (which, event_no, told.takes_effect_at, told.event);
    else
      perform pg_temp.recount_effect(which, event_no, instant);
    end if;
    perform pg_temp.recount_note(which, instant);
  end $$`;
