import type { DayUnit, FoldBatch } from "./day-unit.ts";
import { onLocalDay } from "./day-unit.ts";
import { foldPerson, type ActivationRule } from "./person.ts";
import { lockKind } from "./queue-store.ts";
import { storeValues, wholeDay } from "./values-store.ts";

interface PersonRow {
  readonly user_no: number;
  readonly signups: string[] | null;
  readonly milestones: { milestone: string; at: string }[] | null;
  readonly plan: string | null;
  readonly first_request_at: string | null;
  readonly first_session_at: string | null;
}

/** Folds the sign-ups and milestones of people (subjects are user numbers) and queues the days that change. */
export async function foldPeople(batch: FoldBatch, rule: ActivationRule): Promise<void> {
  await lockKind(batch.sql, "users");
  const rows = await readHistories(batch);
  const folded = rows.map((row) => {
    const person = foldPerson(
      {
        signups: (row.signups ?? []).map(BigInt),
        milestones: (row.milestones ?? []).map(({ milestone, at }) => ({ milestone, at: BigInt(at) })),
        firstRequestAt: microsOrNull(row.first_request_at),
        firstSessionAt: microsOrNull(row.first_session_at),
      },
      rule,
    );
    return {
      user_no: row.user_no,
      signed_up_at: person.signedUpAt?.toString() ?? null,
      activated_at: person.activatedAt?.toString() ?? null,
      plan: row.plan,
      cause: batch.causes.get(String(row.user_no)) ?? null,
      reached: [...person.reached].map(([milestone, at]) => ({ milestone, at: at.toString() })),
    };
  });
  await writePeople(batch, JSON.stringify(folded));
}

function microsOrNull(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}

/** The plan is that of the latest sign-up that names one. Instants come as microseconds since 1970. */
async function readHistories({ sql, causes }: FoldBatch): Promise<PersonRow[]> {
  const micros = (column: string) => sql`((extract(epoch from ${sql(column)}) * 1000000)::bigint)::text`;
  return sql<PersonRow[]>`
    select users.user_no, ${micros("first_request_at")} as first_request_at, ${micros("first_session_at")} as first_session_at,
      (select json_agg(${micros("occurred_at")}) from signups
        where signups.user_no = users.user_no and voided_at is null) as signups,
      (select plan from signups
        where signups.user_no = users.user_no and voided_at is null and plan is not null
        order by occurred_at desc, event_id collate "C" desc nulls last, row_no desc limit 1) as plan,
      (select json_agg(json_build_object('milestone', milestone, 'at', at)) from (
        select milestone, ((extract(epoch from min(occurred_at)) * 1000000)::bigint)::text as at from user_activations
        where user_activations.user_no = users.user_no and voided_at is null group by milestone
      ) as firsts) as milestones
    from users
    where user_no in (select value::int from json_array_elements_text(${JSON.stringify([...causes.keys()])}::text::json))`;
}

async function writePeople({ sql, timeZone }: FoldBatch, folded: string): Promise<void> {
  const instant = (column: string) => sql`(timestamptz 'epoch' + ${sql(column)} * interval '1 microsecond')`;
  await sql`
    with folded as (
      select user_no, ${instant("signed_up_at")} as signed_up_at, ${instant("activated_at")} as activated_at, plan, cause
      from json_to_recordset(${folded}::text::json)
        as f(user_no integer, signed_up_at bigint, activated_at bigint, plan text, cause text)
    ), old as (
      select user_no, signed_up_at, activated_at from users where user_no in (select user_no from folded)
    ), put as (
      update users set signed_up_at = folded.signed_up_at, activated_at = folded.activated_at, plan = folded.plan
      from folded where users.user_no = folded.user_no and (users.signed_up_at, users.activated_at, users.plan)
        is distinct from (folded.signed_up_at, folded.activated_at, folded.plan)
    ), moved as (
      select unnest(array[old.signed_up_at, folded.signed_up_at]) as at, cause from old join folded using (user_no)
      where old.signed_up_at is distinct from folded.signed_up_at
      union all
      select unnest(array[old.activated_at, folded.activated_at]), cause from old join folded using (user_no)
      where old.activated_at is distinct from folded.activated_at
    )
    insert into dirty (kind, day, subject, cause)
    select distinct 'people', (at at time zone ${timeZone})::date, null, cause from moved where at is not null
    union all
    select 'member', null, user_no::text, cause from old join folded using (user_no)
    where old.signed_up_at is distinct from folded.signed_up_at`;
  await sql`
    with reached as (
      select user_no, milestone, ${instant("at")} as reached_at
      from json_to_recordset(${folded}::text::json) as f(user_no integer, reached json),
        json_to_recordset(f.reached) as r(milestone text, at bigint)
    ), gone as (
      delete from user_milestones as stored using json_to_recordset(${folded}::text::json) as f(user_no integer)
      where stored.user_no = f.user_no and not exists (
        select from reached where reached.user_no = stored.user_no and reached.milestone = stored.milestone)
    )
    insert into user_milestones (user_no, milestone, reached_at) select user_no, milestone, reached_at from reached
    on conflict (user_no, milestone) do update set reached_at = excluded.reached_at
      where user_milestones.reached_at <> excluded.reached_at`;
}

/** Recomputes how many people signed up and became activated on the day. */
export async function recomputePeople(unit: DayUnit): Promise<void> {
  const { sql } = unit;
  const [counted] = await sql<{ signups: string; activations: string }[]>`
    select (select count(*) from users where ${onLocalDay(sql, "signed_up_at", unit)})::text as signups,
      (select count(*) from users where ${onLocalDay(sql, "activated_at", unit)})::text as activations`;
  await storeValues(unit, "people", { metrics: ["signups", "activations"], values: wholeDay({ ...counted }) });
}
