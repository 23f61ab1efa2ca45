import type { Sql } from "../../db/client.ts";
import { onLocalDay, type DayUnit } from "./day-unit.ts";

/** True for requests that count as a person's first: who was only turned away has not used the product. */
export function succeeded(sql: Sql) {
  return sql`(status < 400 and not failed)`;
}

/**
 * Writes down the earliest successful request of each person in `firsts` (JSON of `user_no` and `at`) unless an earlier one is
 * known, and queues those who have signed up. The caller holds the lock on users.
 */
export async function noteFirstRequests(unit: DayUnit, firsts: string): Promise<void> {
  const { sql } = unit;
  await sql`
    with changed as (
      update users set first_request_at = firsts.at
      from json_to_recordset(${firsts}::text::json) as firsts(user_no integer, at timestamptz)
      where users.user_no = firsts.user_no
        and (users.first_request_at is null or users.first_request_at > firsts.at)
      returning users.user_no, users.signed_up_at
    )
    insert into dirty (kind, subject, cause)
    select 'person', user_no::text, ${unit.cause}::text from changed where signed_up_at is not null`;
}

/**
 * Finds the next successful request of each person whose first one was on this day and has been taken back: on the day itself, else
 * on the next day on which they were active. The caller holds the lock on users and has noted the day's first requests.
 */
export async function correctFirstRequests(unit: DayUnit): Promise<void> {
  const { sql, day, timeZone } = unit;
  await sql`
    with known as (
      select user_no, first_request_at from users where ${onLocalDay(sql, "first_request_at", unit)}
    ), callers as (
      select user_no, min(occurred_at) as first from usage_logs
      where ${onLocalDay(sql, "occurred_at", unit)} and not voided and ${succeeded(sql)} and user_no in (select user_no from known)
      group by user_no
    ), next as (
      select known.user_no, coalesce(callers.first, (
        select later.first from active_bits as active cross join lateral (
          select min(occurred_at) as first from usage_logs
          where occurred_at >= (active.day::timestamp at time zone ${timeZone}) - interval '3 hours'
            and occurred_at < ((active.day + 1)::timestamp at time zone ${timeZone}) + interval '3 hours'
            and (occurred_at at time zone ${timeZone})::date = active.day
            and not voided and ${succeeded(sql)} and usage_logs.user_no = known.user_no
        ) as later
        where active.day > ${day}::text::date and active.block = known.user_no / 8192
          and get_bit(active.bits, known.user_no % 8192) = 1 and later.first is not null
        order by active.day limit 1
      )) as first
      from known left join callers using (user_no)
      where callers.first is distinct from known.first_request_at
    ), changed as (
      update users set first_request_at = next.first from next where users.user_no = next.user_no
      returning users.user_no, users.signed_up_at
    )
    insert into dirty (kind, subject, cause)
    select 'person', user_no::text, ${unit.cause}::text from changed where signed_up_at is not null`;
}
