import { Temporal } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import type { ChatName, Destination } from "../platform.ts";

/** A channel that refuses us, or a whole platform that does. */
export interface Trouble {
  readonly platform: ChatName;
  /** Null: the whole platform. */
  readonly channel: string | null;
  /** One sentence with the step that mends it. */
  readonly reason: string;
  /** A command that tries again once it is mended, without the platform's prefix; null when only a new start does. */
  readonly retry: string | null;
}

export interface Warning extends Trouble {
  readonly raisedAt: Temporal.Instant;
  /** How often it was tried to tell, this time included. */
  readonly attempts: number;
  /** Those that were first told together have the same, so that a second try finds the first one's message. */
  readonly batch: string;
}

interface Row extends Pick<Warning, "reason" | "retry" | "attempts" | "batch"> {
  readonly subject: string;
  readonly raisedAt: string;
}

/** Longer than telling may take, so that whoever held it has ended. */
const HELD_SECONDS = 90;

export function subjectOf({ platform, channel }: Pick<Trouble, "platform" | "channel">): string {
  return channel === null ? platform : `${platform}:${channel}`;
}

/** Once, until it is over: the same trouble again adds nothing. */
export async function raiseWarning(sql: Sql, trouble: Trouble): Promise<void> {
  await sql`
    insert into warnings (subject, reason, retry) values (${subjectOf(trouble)}, ${trouble.reason}, ${trouble.retry})
    on conflict do nothing`;
}

/** Something was taken there: the channel and its platform are well again. */
export async function endWarnings(sql: Sql, { platform, channel }: Destination): Promise<void> {
  await sql`delete from warnings where subject in (${platform}, ${subjectOf({ platform, channel })})`;
}

/** Those that nobody has been told of, each for one instance alone. */
export async function claimWarnings(sql: Sql, token: string): Promise<Warning[]> {
  const rows = await sql<Row[]>`
    with open as (
      select subject as name from warnings where told_at is null and next_at <= now() for update skip locked
    )
    update warnings set next_at = now() + make_interval(secs => ${HELD_SECONDS}), attempts = attempts + 1,
      batch = coalesce(batch, ${token})
    from open where subject = open.name
    returning subject, reason, retry, to_json(raised_at) #>> '{}' as "raisedAt", attempts, batch`;
  return rows.map(({ subject, raisedAt, ...row }) => {
    const [platform, channel = null] = subject.split(":") as [ChatName, string?];
    return { platform, channel, ...row, raisedAt: Temporal.Instant.from(raisedAt) };
  });
}

export async function noteTold(sql: Sql, warnings: readonly Warning[]): Promise<void> {
  await sql`update warnings set told_at = now() where subject in ${sql(warnings.map(subjectOf))}`;
}

export async function tellLater(sql: Sql, warnings: readonly Warning[], seconds: number): Promise<void> {
  await sql`
    update warnings set next_at = now() + make_interval(secs => ${seconds}::float8)
    where subject in ${sql(warnings.map(subjectOf))} and told_at is null`;
}
