import { createHash } from "node:crypto";
import type { Sql } from "../../db/client.ts";
import type { Destination } from "../platform.ts";
import { owedAgain } from "./schedule-store.ts";

/** The morning digest of one channel, as it stands. */
export interface Standing {
  readonly scheduleNo: number;
  /** "09:00" */
  readonly at: string;
  readonly origin: "environment" | "chat";
  readonly isPaused: boolean;
}

const of = (sql: Sql, { platform, channel }: Destination) =>
  sql`kind = 'digest' and platform = ${platform} and channel = ${channel}`;

export async function standingOf(sql: Sql, destination: Destination): Promise<Standing | null> {
  const [row] = await sql<Standing[]>`
    select schedule_no as "scheduleNo", to_char(at, 'HH24:MI') as at, origin, paused_at is not null as "isPaused"
    from schedules where removed_at is null and ${of(sql, destination)}`;
  return row ?? null;
}

/** False when the channel has one already. */
export async function addSchedule(
  sql: Sql,
  { destination, at, timeZone }: { readonly destination: Destination; readonly at: string; readonly timeZone: string },
): Promise<boolean> {
  const made = await sql`
    insert into schedules as kept (kind, platform, channel, at, time_zone, origin)
    values ('digest', ${destination.platform}, ${destination.channel}, ${at}::text::time, ${timeZone}, 'chat')
    on conflict on constraint schedules_destination do update set
      at = excluded.at, time_zone = excluded.time_zone, origin = 'chat', created_at = now(), paused_at = null,
      paused_by = null, removed_at = null
    where kept.removed_at is not null
    returning schedule_no`;
  return made.length > 0;
}

/** From now on: what was due before at the new time is not owed. */
export async function moveSchedule(sql: Sql, destination: Destination, at: string): Promise<void> {
  await sql`
    update schedules set at = ${at}::text::time, created_at = now()
    where origin = 'chat' and removed_at is null and ${of(sql, destination)}`;
}

/** `by` is the person; see `actorOf`. */
export async function pauseSchedule(sql: Sql, destination: Destination, by: string): Promise<void> {
  await sql`
    update schedules set paused_at = now(), paused_by = ${by} where removed_at is null and ${of(sql, destination)}`;
}

/** What a person had paused owes nothing of the meantime; what a platform had refused is tried again. */
export async function resumeSchedule(sql: Sql, destination: Destination): Promise<void> {
  await sql`
    update schedules set created_at = case when paused_by is null then created_at else now() end, paused_at = null,
      paused_by = null
    where removed_at is null and paused_at is not null and ${of(sql, destination)}`;
  const { platform, channel } = destination;
  await owedAgain(sql, sql`schedules.kind = 'digest' and platform = ${platform} and channel = ${channel}`);
}

export async function removeSchedule(sql: Sql, destination: Destination): Promise<void> {
  await sql`
    update schedules set removed_at = now()
    where origin = 'chat' and removed_at is null and ${of(sql, destination)}`;
}

/** Owes one posting now, beside that of the morning. The same `request` owes one, however often it comes. */
export async function oweNow(sql: Sql, destination: Destination, request: string): Promise<void> {
  const kind = `now ${createHash("sha256").update(request).digest("hex").slice(0, 16)}`;
  await sql`
    insert into deliveries (schedule_no, destination, local_date, kind, due_at, next_at)
    select schedule_no, platform || ':' || channel, (now() at time zone time_zone)::date, ${kind}, now(), now()
    from schedules where removed_at is null and ${of(sql, destination)}
    on conflict on constraint deliveries_identity do nothing`;
}
