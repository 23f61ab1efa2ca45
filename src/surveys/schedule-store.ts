import { Temporal } from "../core/time.ts";
import type { Sql } from "../db/client.ts";
import type { WavePlan } from "./waves.ts";

/** A survey that comes again. */
export interface SurveySchedule extends WavePlan {
  readonly scheduleNo: number;
  readonly question: string;
  /** References like `slack:S123`: one channel, or people and groups. */
  readonly whom: readonly string[];
  /** How long answers count. */
  readonly days: number;
  /** `slack:U123` */
  readonly createdBy: string;
  /** What became of the newest wave: everybody may have been within the cool-down, or it was too late. */
  readonly lastWave: "asked" | "nobody" | "late" | null;
}

export type NewSchedule = Omit<SurveySchedule, "scheduleNo" | "lastWaveOn" | "lastWave">;

export async function addSchedule(sql: Sql, schedule: NewSchedule): Promise<number> {
  const { question, whom, days, unit, every, startsOn, at, createdBy, createdAt } = schedule;
  const [row] = await sql<{ no: number }[]>`
    insert into survey_schedules (question, whom, days, unit, every, starts_on, at, created_by, created_at)
    values (${question}, ${JSON.stringify(whom)}::text::jsonb, ${days}, ${unit}, ${every},
      ${startsOn.toString()}::text::date, ${at}::text::time, ${createdBy}, ${createdAt.toString()}::text::timestamptz)
    returning schedule_no as no`;
  return row?.no ?? 0;
}

type ScheduleRow = Omit<SurveySchedule, "startsOn" | "createdAt" | "lastWaveOn"> & {
  readonly startsOn: string;
  readonly createdAt: string;
  readonly lastWaveOn: string | null;
};

/** Those that were not stopped, the oldest first. */
export async function activeSchedules(sql: Sql): Promise<SurveySchedule[]> {
  const rows = await sql<ScheduleRow[]>`
    select schedule_no as "scheduleNo", question, whom, days, unit, every, starts_on::text as "startsOn",
      to_char(at, 'HH24:MI') as at, created_by as "createdBy", to_json(created_at) #>> '{}' as "createdAt",
      last_wave_on::text as "lastWaveOn", last_wave as "lastWave"
    from survey_schedules where stopped_at is null order by schedule_no`;
  return rows.map((row) => ({
    ...row,
    startsOn: Temporal.PlainDate.from(row.startsOn),
    createdAt: Temporal.Instant.from(row.createdAt),
    lastWaveOn: row.lastWaveOn === null ? null : Temporal.PlainDate.from(row.lastWaveOn),
  }));
}

/** False when there is none of that number that goes on. */
export async function stopSchedule(sql: Sql, scheduleNo: number, by: string, at: string): Promise<boolean> {
  const rows = await sql`
    update survey_schedules set stopped_by = ${by}, stopped_at = ${at}::text::timestamptz
    where schedule_no = ${scheduleNo} and stopped_at is null returning schedule_no`;
  return rows.length > 0;
}

/** Takes a wave: true for one of all that try, and never again for that day or an earlier one. */
export async function takeWave(
  sql: Sql,
  { scheduleNo, day }: { readonly scheduleNo: number; readonly day: Temporal.PlainDate },
  outcome: NonNullable<SurveySchedule["lastWave"]>,
): Promise<boolean> {
  const rows = await sql`
    update survey_schedules set last_wave_on = ${day.toString()}::text::date, last_wave = ${outcome}
    where schedule_no = ${scheduleNo} and stopped_at is null
      and (last_wave_on is null or last_wave_on < ${day.toString()}::text::date)
    returning schedule_no`;
  return rows.length > 0;
}
