import { createHash } from "node:crypto";
import type { Sql } from "../../db/client.ts";
import type { Destination } from "../platform.ts";
import { endWarnings } from "../warnings/warning-store.ts";
import type { DigestPlan } from "./digest-plan.ts";
import { DIGEST_KINDS, editionOf, kindOf, type Edition } from "./edition.ts";
import { owedAgain } from "./schedule-store.ts";
import { sectionsStored, storedSections, type Section } from "./section.ts";

/** An edition of the digest of one channel, as it stands. */
export interface Standing extends DigestPlan {
  /** 1 is Monday; of a weekly edition only. */
  readonly weekday: number | null;
  /** "09:00" */
  readonly at: string;
  readonly origin: "environment" | "chat";
  readonly isPaused: boolean;
}

/** Which editions of a channel a change is about. */
export interface EditionsOf {
  readonly destination: Destination;
  readonly editions: readonly Edition[];
}

const of = (sql: Sql, { destination: { platform, channel }, editions }: EditionsOf): ReturnType<Sql> =>
  sql`schedules.kind in ${sql(editions.map(kindOf))} and platform = ${platform} and channel = ${channel}`;

interface Row extends Pick<Standing, "weekday" | "at" | "origin" | "isPaused" | "notableOnly"> {
  readonly kind: string;
  readonly sections: string | null;
}

/** All of the channel, the daily one first. */
export async function standingsOf(sql: Sql, { platform, channel }: Destination): Promise<Standing[]> {
  const rows = await sql<Row[]>`
    select kind, weekday, to_char(at, 'HH24:MI') as at, origin, paused_at is not null as "isPaused", sections,
      notable_only as "notableOnly"
    from schedules
    where removed_at is null and kind in ${sql(DIGEST_KINDS)} and platform = ${platform} and channel = ${channel}
    order by char_length(kind), kind`;
  return rows.map(({ kind, sections, ...row }) => ({
    ...row,
    edition: editionOf(kind),
    sections: sectionsStored(sections),
  }));
}

export interface NewSchedule extends DigestPlan {
  readonly destination: Destination;
  readonly at: string;
  readonly weekday: number | null;
  readonly timeZone: string;
}

/** False when the channel has that edition already. */
export async function addSchedule(sql: Sql, wanted: NewSchedule): Promise<boolean> {
  const { destination, edition, at, weekday, timeZone, sections, notableOnly } = wanted;
  const made = await sql`
    insert into schedules as kept
      (kind, platform, channel, at, weekday, time_zone, sections, notable_only, origin)
    values (${kindOf(edition)}, ${destination.platform}, ${destination.channel}, ${at}::text::time,
      ${weekday}::smallint, ${timeZone}, ${storedSections(sections)}, ${notableOnly}, 'chat')
    on conflict on constraint schedules_destination do update set
      at = excluded.at, weekday = excluded.weekday, time_zone = excluded.time_zone, sections = excluded.sections,
      notable_only = excluded.notable_only, origin = 'chat', created_at = now(), paused_at = null, paused_by = null,
      removed_at = null
    where kept.removed_at is not null
    returning schedule_no`;
  return made.length > 0;
}

/** From now on: what was due before at the new time is not owed. `weekday`: null leaves a weekly edition its day. */
export async function moveSchedules(
  sql: Sql,
  which: EditionsOf,
  { at, weekday }: { readonly at: string; readonly weekday: number | null },
): Promise<void> {
  await sql`
    update schedules set at = ${at}::text::time, created_at = now(),
      weekday = case when schedules.weekday is null then null else coalesce(${weekday}::smallint, schedules.weekday) end
    where origin = 'chat' and removed_at is null and ${of(sql, which)}`;
}

export async function chooseSections(sql: Sql, which: EditionsOf, sections: readonly Section[]): Promise<void> {
  await sql`
    update schedules set sections = ${storedSections(sections)} where removed_at is null and ${of(sql, which)}`;
}

export async function chooseNotable(sql: Sql, which: EditionsOf, notableOnly: boolean): Promise<void> {
  await sql`update schedules set notable_only = ${notableOnly} where removed_at is null and ${of(sql, which)}`;
}

/** `by` is the person; see `actorOf`. */
export async function pauseSchedules(sql: Sql, which: EditionsOf, by: string): Promise<void> {
  await sql`
    update schedules set paused_at = now(), paused_by = ${by} where removed_at is null and ${of(sql, which)}`;
}

/** What a person had paused owes nothing of the meantime; what a platform had refused is tried again. */
export async function resumeSchedules(sql: Sql, which: EditionsOf): Promise<void> {
  await sql`
    update schedules set created_at = case when paused_by is null then created_at else now() end, paused_at = null,
      paused_by = null
    where removed_at is null and paused_at is not null and ${of(sql, which)}`;
  await owedAgain(sql, of(sql, which));
  await endWarnings(sql, which.destination);
}

export async function removeSchedules(sql: Sql, which: EditionsOf): Promise<void> {
  await sql`
    update schedules set removed_at = now()
    where origin = 'chat' and removed_at is null and ${of(sql, which)}`;
}

/** Owes one posting now, beside the one that is due at its time. The same `request` owes one, however often it comes. */
export async function oweNow(sql: Sql, which: EditionsOf, request: string): Promise<void> {
  const kind = `now ${createHash("sha256").update(request).digest("hex").slice(0, 16)}`;
  await sql`
    insert into deliveries (schedule_no, destination, local_date, kind, due_at, next_at)
    select schedule_no, platform || ':' || channel, (now() at time zone time_zone)::date, ${kind}, now(), now()
    from schedules where removed_at is null and ${of(sql, which)}
    on conflict on constraint deliveries_identity do nothing`;
}
