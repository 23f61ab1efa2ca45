import { Temporal } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import { isMetricName, type GroupName } from "../../metrics/catalogue.ts";
import type { ChatName, Destination } from "../platform.ts";
import type { Alert, QuietHours } from "./alert.ts";
import { boundOf, type Condition, type Span, type Watch } from "./condition.ts";

export interface NewAlert extends Watch {
  readonly destination: Destination;
  readonly quiet: QuietHours | null;
  /** See `actorOf`. */
  readonly madeBy: string;
}

export async function addAlert(sql: Sql, alert: NewAlert): Promise<number> {
  const { metric, condition, span, part, destination, quiet, madeBy } = alert;
  const [row] = await sql<{ alertNo: number }[]>`
    insert into alerts (metric, condition, bound, span, part_by, part_group, platform, channel, quiet_from, quiet_to, made_by)
    values (${metric}, ${condition.kind}, ${boundOf(condition)}::float8, ${span}, ${part?.by ?? null}, ${part?.group ?? null},
      ${destination.platform}, ${destination.channel}, ${quiet?.from ?? null}::text::time, ${quiet?.to ?? null}::text::time,
      ${madeBy})
    returning alert_no as "alertNo"`;
  if (row === undefined) throw new Error("the database gave the alert no number");
  return row.alertNo;
}

function conditionOf(kind: Condition["kind"], bound: number): Condition {
  switch (kind) {
    case "above":
    case "below":
      return { kind, bound };
    case "change":
      return { kind, percent: bound };
    case "unusual":
      return { kind };
  }
}

/** What an alert looks at and whom it tells, as it is stored. */
export interface WatchRow {
  readonly alertNo: number;
  readonly metric: string;
  readonly condition: Condition["kind"];
  readonly bound: number | null;
  readonly span: Span;
  readonly partBy: GroupName | null;
  readonly partGroup: string | null;
  readonly platform: ChatName;
  readonly channel: string;
  readonly quietFrom: string | null;
  readonly quietTo: string | null;
  readonly madeBy: string;
}

export const WATCH_COLUMNS = `
  alert_no as "alertNo", metric, condition, bound, span, part_by as "partBy", part_group as "partGroup", platform, channel,
  to_char(quiet_from, 'HH24:MI') as "quietFrom", to_char(quiet_to, 'HH24:MI') as "quietTo", made_by as "madeBy"`;

interface Row extends WatchRow {
  readonly hasData: boolean | null;
  readonly episode: number;
  readonly isFiring: boolean;
  readonly openedAt: string | null;
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly value: number | null;
  readonly compared: number | null;
  readonly updatedAt: string | null;
  readonly endedAt: string | null;
  readonly snoozedUntil: string | null;
  readonly pausedFor: string | null;
  readonly revision: number;
}

/** Those that were not removed, the oldest first; or the one of that number. */
export async function readAlerts(sql: Sql, alertNo: number | null = null): Promise<Alert[]> {
  const rows = await sql<Row[]>`
    select ${sql.unsafe(WATCH_COLUMNS)}, has_data as "hasData", a.episode, state = 'firing' as "isFiring", to_json(opened_at) #>> '{}' as "openedAt",
      first_day::text as "firstDay", last_day::text as "lastDay", value, compared, to_json(updated_at) #>> '{}' as "updatedAt",
      to_json(ended_at) #>> '{}' as "endedAt", to_json(snoozed_until) #>> '{}' as "snoozedUntil", paused_for as "pausedFor",
      a.revision
    from alerts a left join alert_episodes e using (alert_no, episode)
    where removed_at is null and (${alertNo}::int is null or alert_no = ${alertNo}::int)
    order by alert_no`;
  return rows.flatMap((row) => {
    const watch = watchOf(row);
    if (watch === null) return [];
    const { hasData, pausedFor, revision } = row;
    const times = {
      lastFiredAt: instantOf(row.openedAt),
      lastEndedAt: instantOf(row.endedAt),
      snoozedUntil: instantOf(row.snoozedUntil),
    };
    return [{ ...watch, ...times, hasData, open: openOf(row), pausedFor, revision }];
  });
}

/** Null for a metric that is none any more. */
export function watchOf(row: WatchRow): Pick<Alert, keyof NewAlert | "alertNo"> | null {
  const { alertNo, metric, condition, bound, span, partBy, partGroup, quietFrom, quietTo, madeBy } = row;
  if (!isMetricName(metric)) return null;
  return {
    alertNo,
    metric,
    condition: conditionOf(condition, bound ?? 0),
    span,
    part: partBy === null || partGroup === null ? null : { by: partBy, group: partGroup },
    destination: { platform: row.platform, channel: row.channel },
    quiet: quietFrom === null || quietTo === null ? null : { from: quietFrom, to: quietTo },
    madeBy,
  };
}

function openOf({ isFiring, episode, openedAt, firstDay, lastDay, value, compared, updatedAt }: Row): Alert["open"] {
  if (!isFiring || openedAt === null || firstDay === null || lastDay === null || updatedAt === null) return null;
  const [opened, updated] = [Temporal.Instant.from(openedAt), Temporal.Instant.from(updatedAt)];
  return { episode, openedAt: opened, firstDay, lastDay, value, compared, updatedAt: updated };
}

export function instantOf(text: string | null): Temporal.Instant | null {
  return text === null ? null : Temporal.Instant.from(text);
}

/** False when somebody else has removed it meanwhile. What it had going on ends with it. */
export async function removeAlert(
  sql: Sql,
  alertNo: number,
  { by, now }: { readonly by: string; readonly now: Temporal.Instant },
): Promise<boolean> {
  const at = sql`${now.toString()}::text::timestamptz`;
  const removed = await sql`
    update alerts set removed_at = ${at}, removed_by = ${by}, state = 'ok', revision = revision + 1
    where alert_no = ${alertNo} and removed_at is null returning 1 as one`;
  await sql`
    update alert_episodes set ended_at = ${at}, ended_by = 'removed', revision = revision + 1
    where alert_no = ${alertNo} and ended_at is null`;
  return removed.length > 0;
}

export async function countAlerts(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from alerts where removed_at is null`;
  return row?.count ?? 0;
}

/** The database's clock: that of an instance may be wrong. */
export async function readNow(sql: Sql): Promise<Temporal.Instant> {
  const [row] = await sql<{ now: string }[]>`select to_json(now()) #>> '{}' as now`;
  if (row === undefined) throw new Error("the database did not say what time it is");
  return Temporal.Instant.from(row.now);
}

/** Changes whenever a day's numbers were worked out, and whenever somebody did something with an alert. */
export async function readMark(sql: Sql): Promise<string> {
  const [row] = await sql<{ mark: string }[]>`
    select concat_ws(' ', (select max(computed_at) from day_revisions),
      (select concat_ws(' ', max(alert_no), sum(revision), count(paused_for)) from alerts),
      (select sum(revision) from alert_episodes where closed_at is null)) as mark`;
  return row?.mark ?? "";
}
