import type { Temporal } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import type { Alert, EndCause, Step } from "./alert.ts";
import type { Reading } from "./judging.ts";

interface Applied {
  readonly alert: Alert;
  readonly reading: Reading;
  readonly step: Step;
  readonly now: Temporal.Instant;
  readonly timeZone: string;
}

/**
 * Writes down what follows from a reading. False when somebody wrote since the alert was read: then nothing is written,
 * and whoever looks next sees how it stands. The caller holds a transaction.
 */
export async function applyStep(sql: Sql, { alert, reading, step, now, timeZone }: Applied): Promise<boolean> {
  const { alertNo, revision } = alert;
  const state = step.step === "open" ? "firing" : step.step === "end" ? "ok" : null;
  const [written] = await sql<{ episode: number }[]>`
    update alerts set revision = revision + 1, has_data = ${reading.verdict !== "unknown"},
      state = coalesce(${state}::text, state), episode = episode + ${step.step === "open" ? 1 : 0}
    where alert_no = ${alertNo} and revision = ${revision} and removed_at is null
    returning episode`;
  if (written === undefined) return false;
  const at = now.toString();
  const { episode } = written;
  switch (step.step) {
    case "note":
      return true;
    case "open":
      await openEpisode(sql, { alertNo, episode, reading, at, timeZone });
      return true;
    case "update":
      await sql`
        update alert_episodes set last_day = ${reading.day}::text::date, value = ${reading.value}::float8,
          compared = ${reading.compared}::float8, updated_at = ${at}::text::timestamptz, revision = revision + 1
        where alert_no = ${alertNo} and episode = ${episode}`;
      return true;
    case "end":
      await endEpisode(sql, { alertNo, episode, reading, at, cause: step.cause });
      return true;
  }
}

interface OfEpisode {
  readonly alertNo: number;
  readonly episode: number;
  readonly reading: Reading;
  /** ISO instant. */
  readonly at: string;
}

async function openEpisode(
  sql: Sql,
  { alertNo, episode, reading, at, timeZone }: OfEpisode & { timeZone: string },
): Promise<void> {
  await sql`
    insert into alert_episodes (alert_no, episode, opened_at, opened_on, first_day, last_day, value, compared, updated_at)
    values (${alertNo}, ${episode}, ${at}::text::timestamptz, (${at}::text::timestamptz at time zone ${timeZone})::date,
      ${reading.day}::text::date, ${reading.day}::text::date, ${reading.value}::float8, ${reading.compared}::float8,
      ${at}::text::timestamptz)`;
}

async function endEpisode(
  sql: Sql,
  { alertNo, episode, reading, at, cause }: OfEpisode & { cause: EndCause },
): Promise<void> {
  await sql`
    update alert_episodes set ended_at = ${at}::text::timestamptz, ended_by = ${cause}, ended_day = ${reading.day}::text::date,
      ended_value = ${reading.value}::float8, revision = revision + 1
    where alert_no = ${alertNo} and episode = ${episode}`;
}

/** What somebody does with an alert that fires. */
export type Act =
  | { readonly act: "acknowledge" }
  | { readonly act: "snooze"; readonly until: Temporal.Instant }
  /** "slack:U123" */
  | { readonly act: "assign"; readonly assignee: string };

interface Acting {
  /** See `actorOf`. */
  readonly by: string;
  readonly now: Temporal.Instant;
}

interface OfAct {
  readonly alertNo: number;
  readonly episode: number;
}

/** False when that episode is over. Whoever acknowledges ends the snooze. */
export async function actOn(sql: Sql, { alertNo, episode }: OfAct, act: Act, { by, now }: Acting): Promise<boolean> {
  const changed = await changeOf(sql, act, { by, now }, { alertNo, episode });
  if (changed.length === 0) return false;
  switch (act.act) {
    case "acknowledge":
      await sql`update alerts set snoozed_until = null, snoozed_by = null where alert_no = ${alertNo}`;
      return true;
    case "snooze":
      await sql`
        update alerts set snoozed_until = ${act.until.toString()}::text::timestamptz, snoozed_by = ${by}
        where alert_no = ${alertNo}`;
      return true;
    case "assign":
      return true;
  }
}

async function changeOf(sql: Sql, act: Act, { by, now }: Acting, { alertNo, episode }: OfAct) {
  const isOpen = sql`alert_no = ${alertNo} and episode = ${episode} and ended_at is null`;
  switch (act.act) {
    case "acknowledge":
      return sql`
        update alert_episodes set revision = revision + 1, acknowledged_by = coalesce(acknowledged_by, ${by}),
          acknowledged_at = coalesce(acknowledged_at, ${now.toString()}::text::timestamptz)
        where ${isOpen} returning 1 as one`;
    case "snooze":
      return sql`update alert_episodes set revision = revision + 1 where ${isOpen} returning 1 as one`;
    case "assign":
      return sql`
        update alert_episodes set revision = revision + 1, assignee = ${act.assignee} where ${isOpen} returning 1 as one`;
  }
}
