import { Temporal } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import { NO_SCHEDULE } from "../digest/ledger-store.ts";
import type { Destination } from "../platform.ts";
import type { EndCause } from "./alert.ts";
import { instantOf, watchOf, WATCH_COLUMNS, type WatchRow } from "./alert-store.ts";
import { noticeName, type Matter, type Notice, type NoticeKind } from "./matter.ts";

interface Row extends WatchRow {
  readonly episode: number;
  readonly openedAt: string;
  readonly openedOn: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly value: number | null;
  readonly compared: number | null;
  readonly endedAt: string | null;
  readonly endedBy: EndCause | null;
  readonly endedDay: string | null;
  readonly endedValue: number | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: string | null;
  readonly assignee: string | null;
  readonly snoozedUntil: string | null;
  readonly snoozedBy: string | null;
  readonly removedBy: string | null;
  readonly pausedFor: string | null;
  readonly thread: string | null;
  readonly revision: number;
  readonly shown: number;
  readonly notices: readonly (Notice & { readonly kind: string })[] | null;
}

/** Those of which something may be left to be said, or the one named, closed or not. */
export async function readMatters(
  sql: Sql,
  one: { readonly alertNo: number; readonly episode: number } | null = null,
): Promise<Matter[]> {
  const which = one === null ? sql`closed_at is null` : sql`a.alert_no = ${one.alertNo} and e.episode = ${one.episode}`;
  const rows = await sql<Row[]>`
    select ${sql.unsafe(WATCH_COLUMNS)}, e.episode, to_json(opened_at) #>> '{}' as "openedAt",
      opened_on::text as "openedOn", first_day::text as "firstDay", last_day::text as "lastDay", value, compared,
      to_json(ended_at) #>> '{}' as "endedAt", ended_by as "endedBy", ended_day::text as "endedDay",
      ended_value as "endedValue", acknowledged_by as "acknowledgedBy",
      to_json(acknowledged_at) #>> '{}' as "acknowledgedAt", assignee, to_json(snoozed_until) #>> '{}' as "snoozedUntil",
      snoozed_by as "snoozedBy", removed_by as "removedBy", paused_for as "pausedFor", thread, e.revision, shown,
      (select json_agg(json_build_object('kind', kind, 'state', d.state, 'externalId', external_id, 'reason', reason))
        from deliveries d
        where schedule_no = ${NO_SCHEDULE} and local_date = opened_on
          and destination in (platform || ':' || channel, platform || ':' || channel || coalesce('/' || nullif(thread, ''), ''))
          and starts_with(kind, 'alert A-' || e.alert_no || '.' || e.episode)) as notices
    from alert_episodes e join alerts a using (alert_no)
    where ${which} order by e.alert_no, e.episode`;
  return rows.flatMap((row) => {
    const watch = watchOf(row);
    return watch === null ? [] : [matterOf(row, watch)];
  });
}

function matterOf(row: Row, watch: NonNullable<ReturnType<typeof watchOf>>): Matter {
  const { notices: _, ...columns } = row;
  const times = {
    openedAt: Temporal.Instant.from(row.openedAt),
    endedAt: instantOf(row.endedAt),
    acknowledgedAt: instantOf(row.acknowledgedAt),
    snoozedUntil: instantOf(row.snoozedUntil),
  };
  const matter = { ...columns, ...watch, ...times };
  const noticeOf = (kind: NoticeKind): Notice | null => {
    const name = noticeName(kind, matter);
    return row.notices?.find((notice) => notice.kind === name) ?? null;
  };
  return { ...matter, card: noticeOf("card"), over: noticeOf("over"), again: noticeOf("again") };
}

function addressOf({ platform, channel, thread }: Destination): string {
  return thread === undefined ? `${platform}:${channel}` : `${platform}:${channel}/${thread}`;
}

/** Owes it once: whoever comes second writes nothing. */
export async function oweNotice(
  sql: Sql,
  {
    name,
    destination,
    openedOn,
  }: { readonly name: string; readonly destination: Destination; readonly openedOn: string },
): Promise<void> {
  await sql`
    insert into deliveries (schedule_no, destination, local_date, kind, due_at, next_at)
    values (${NO_SCHEDULE}, ${addressOf(destination)}, ${openedOn}::text::date, ${name}, now(), now())
    on conflict on constraint deliveries_identity do nothing`;
}

const ofCard = (sql: Sql, matter: Matter) => sql`
  schedule_no = ${NO_SCHEDULE} and destination = ${addressOf(matter.destination)}
  and local_date = ${matter.openedOn}::text::date and kind = ${noticeName("card", matter)}`;

/** What was not sent in its time, or was refused, is due now; whether it is there already is asked first where that was uncertain. */
export async function oweAnew(sql: Sql, matter: Matter): Promise<void> {
  await sql`
    update deliveries set state = case when recheck_at is null then 'pending' else 'uncertain' end, due_at = now(),
      next_at = now(), settled_at = null, reason = null
    where ${ofCard(sql, matter)} and state in ('skipped', 'quiet', 'dead')`;
}

/** False when somebody is sending it just now. */
export async function dropCard(sql: Sql, matter: Matter): Promise<void> {
  await sql`
    update deliveries set state = 'skipped', settled_at = now(), reason = 'it was over before'
    where ${ofCard(sql, matter)} and state = 'pending'`;
}

export async function closeMatter(sql: Sql, { alertNo, episode }: Matter): Promise<void> {
  await sql`
    update alert_episodes set closed_at = now()
    where alert_no = ${alertNo} and episode = ${episode} and ended_at is not null and closed_at is null`;
}

export async function noteShown(sql: Sql, { alertNo, episode }: Matter, revision: number): Promise<void> {
  await sql`
    update alert_episodes set shown = greatest(shown, ${revision}::int) where alert_no = ${alertNo} and episode = ${episode}`;
}

/** The thread that counts: the first that was kept. */
export async function keepThread(sql: Sql, { alertNo, episode }: Matter, thread: string): Promise<string> {
  const [row] = await sql<{ thread: string }[]>`
    update alert_episodes set thread = coalesce(thread, ${thread})
    where alert_no = ${alertNo} and episode = ${episode} returning thread`;
  return row?.thread ?? thread;
}

/** False when it was paused before. */
export async function pauseAlert(sql: Sql, alertNo: number, reason: string): Promise<boolean> {
  const paused = await sql`
    update alerts set paused_for = ${reason} where alert_no = ${alertNo} and paused_for is null returning 1 as one`;
  return paused.length > 0;
}

/** False when it was not paused. */
export async function unpauseAlert(sql: Sql, alertNo: number): Promise<boolean> {
  const resumed = await sql`
    update alerts set paused_for = null where alert_no = ${alertNo} and paused_for is not null returning 1 as one`;
  return resumed.length > 0;
}
