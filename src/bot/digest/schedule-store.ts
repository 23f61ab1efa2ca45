import { Temporal } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import type { ChatName, Destination } from "../platform.ts";
import type { Schedule } from "../../core/schedule.ts";
import type { DigestPlan } from "./digest-plan.ts";
import { DIGEST_KINDS, editionOf, recurrenceOf, type Edition } from "./edition.ts";
import { sectionsStored, type Section } from "./section.ts";

export interface OwnedSchedule extends Schedule {
  readonly kind: string;
  readonly destination: Destination;
}

/** What DIGEST_AT and DIGEST_CHANNELS ask for. */
export interface WantedDigests {
  /** "09:00" */
  readonly at: string;
  readonly channels: readonly Destination[];
}

export interface ListedSchedule {
  readonly destination: Destination;
  readonly edition: Edition;
  /** 1 is Monday; of a weekly edition only. */
  readonly weekday: number | null;
  readonly sections: readonly Section[];
  readonly notableOnly: boolean;
  readonly at: string;
  readonly timeZone: string;
  /** Made by DIGEST_CHANNELS, or in chat. */
  readonly origin: "environment" | "chat";
  /** Why nothing is posted at present; null when all is well or a person paused it. */
  readonly pausedFor: string | null;
  /** "slack:U123"; null when no person paused it. */
  readonly pausedBy: string | null;
  /** ISO date of the latest delivery, and what became of it; null before the first. */
  readonly last: { readonly localDate: string; readonly state: string; readonly reason: string | null } | null;
}

interface Row {
  readonly scheduleNo: number;
  readonly kind: string;
  readonly platform: ChatName;
  readonly channel: string;
  readonly at: string;
  readonly timeZone: string;
  readonly weekday: number | null;
  readonly createdAt: string;
  readonly lastDay: string | null;
}

/**
 * Makes the digest schedules of the environment what it asks for; those made in chat stay as they are. Those that
 * a platform refused try again, with what they owe of the last hours, because a start is when somebody has mended
 * something; those that a person paused stay paused.
 */
export async function applyWantedDigests(sql: Sql, { at, channels }: WantedDigests, timeZone: string): Promise<void> {
  const wanted = sql`json_to_recordset(${JSON.stringify(channels)}::text::json) as wanted(platform text, channel text)`;
  await sql`
    insert into schedules as kept (kind, platform, channel, at, time_zone, origin)
    select distinct 'digest', platform, channel, ${at}::text::time, ${timeZone}, 'environment' from ${wanted}
    on conflict on constraint schedules_destination do update set
      at = excluded.at, time_zone = excluded.time_zone, origin = 'environment', removed_at = null,
      sections = case when kept.removed_at is null then kept.sections end,
      notable_only = kept.removed_at is null and kept.notable_only,
      paused_at = case when kept.removed_at is null and kept.paused_by is not null then kept.paused_at end,
      paused_by = case when kept.removed_at is null then kept.paused_by end,
      created_at = case when kept.removed_at is null then kept.created_at else now() end
    where kept.origin = 'environment' or kept.removed_at is not null`;
  await sql`
    update schedules set removed_at = now()
    where origin = 'environment' and kind = 'digest' and removed_at is null
      and (platform, channel) not in (select platform, channel from ${wanted})`;
  await owedAgain(sql, sql`origin = 'environment'`);
}

/** What platforms refused in the last hours is tried again, for those of the schedules in force. */
export async function owedAgain(sql: Sql, which: ReturnType<Sql>): Promise<void> {
  await sql`
    update deliveries set state = case when recheck_at is null then 'pending' else 'uncertain' end,
      next_at = now(), settled_at = null
    from schedules
    where schedules.schedule_no = deliveries.schedule_no and ${which} and paused_at is null
      and removed_at is null and state = 'dead' and due_at > now() - interval '6 hours'`;
}

/** The digests' schedules in force, and the database's clock. */
export async function readSchedules(sql: Sql): Promise<{ schedules: OwnedSchedule[]; now: Temporal.Instant }> {
  const rows = await sql<Row[]>`
    select schedule_no as "scheduleNo", kind, platform, channel, to_char(at, 'HH24:MI') as at, time_zone as "timeZone",
      weekday, to_json(created_at) #>> '{}' as "createdAt",
      (select max(local_date)::text from deliveries
        where deliveries.schedule_no = schedules.schedule_no and deliveries.kind = schedules.kind) as "lastDay"
    from schedules where kind in ${sql(DIGEST_KINDS)} and removed_at is null and paused_at is null
    order by schedule_no`;
  const [clock] = await sql<{ now: string }[]>`select to_json(now()) #>> '{}' as now`;
  const schedules = rows.map((row) => ({
    scheduleNo: row.scheduleNo,
    kind: row.kind,
    destination: { platform: row.platform, channel: row.channel },
    at: row.at,
    timeZone: row.timeZone,
    recurrence: recurrenceOf(editionOf(row.kind), row.weekday),
    createdAt: Temporal.Instant.from(row.createdAt),
    lastDay: row.lastDay === null ? null : Temporal.PlainDate.from(row.lastDay),
  }));
  if (clock === undefined) throw new Error("the database did not say what time it is");
  return { schedules, now: Temporal.Instant.from(clock.now) };
}

interface PlanRow {
  readonly kind: string;
  readonly sections: string | null;
  readonly notableOnly: boolean;
}

/** What the channel of a schedule wants, as it stands now. */
export async function readPlan(sql: Sql, scheduleNo: number): Promise<DigestPlan> {
  const [row] = await sql<PlanRow[]>`
    select kind, sections, notable_only as "notableOnly" from schedules where schedule_no = ${scheduleNo}`;
  if (row === undefined) throw new Error("the schedule of a digest is gone");
  const { kind, sections, notableOnly } = row;
  return { edition: editionOf(kind), sections: sectionsStored(sections), notableOnly };
}

interface ListRow extends Pick<Row, "platform" | "channel" | "at" | "timeZone" | "weekday">, PlanRow {
  readonly paused: boolean;
  readonly pausedBy: string | null;
  readonly origin: ListedSchedule["origin"];
  readonly localDate: string | null;
  readonly state: string | null;
  readonly reason: string | null;
}

export async function listSchedules(sql: Sql): Promise<ListedSchedule[]> {
  const rows = await sql<ListRow[]>`
    select platform, channel, to_char(at, 'HH24:MI') as at, time_zone as "timeZone", paused_at is not null as paused,
      paused_by as "pausedBy", origin, kind, weekday, sections, notable_only as "notableOnly",
      last.local_date::text as "localDate", last.state, last.reason
    from schedules left join lateral (
      select local_date, state, reason from deliveries
      where deliveries.schedule_no = schedules.schedule_no and deliveries.kind = schedules.kind
      order by local_date desc limit 1
    ) as last on true
    where removed_at is null and kind in ${sql(DIGEST_KINDS)}
    order by platform collate "C", channel collate "C", char_length(kind), kind`;
  return rows.map(({ platform, channel, kind, sections, paused, pausedBy, localDate, state, reason, ...row }) => ({
    destination: { platform, channel },
    edition: editionOf(kind),
    weekday: row.weekday,
    sections: sectionsStored(sections),
    notableOnly: row.notableOnly,
    at: row.at,
    timeZone: row.timeZone,
    origin: row.origin,
    pausedFor: paused && pausedBy === null ? (reason ?? "it was paused") : null,
    pausedBy: paused ? pausedBy : null,
    last: localDate === null || state === null ? null : { localDate, state, reason },
  }));
}
