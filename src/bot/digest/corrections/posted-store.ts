import type { Sql } from "../../../db/client.ts";
import { Temporal } from "../../../core/time.ts";
import type { Group } from "../../../metrics/catalogue.ts";
import type { Message } from "../../message.ts";
import type { ChatName, Destination } from "../../platform.ts";
import type { Correction, PostedNumbers } from "./correction.ts";

/** A digest whose numbers are remembered. */
export interface Posted {
  readonly key: string;
  readonly destination: Destination;
  readonly kind: string;
  /** ISO date of the morning. */
  readonly localDate: string;
  /** ISO date of the day that its numbers are of. */
  readonly day: string;
  readonly numbers: PostedNumbers;
  /** What it might tell. */
  readonly seen: Seen;
  /** As its message shows them, or is about to. */
  readonly shown: PostedNumbers;
}

/** Groups of metrics that a message might tell, and those in which it might name accounts. */
export interface Seen {
  readonly groups: readonly Group[];
  readonly names: readonly Group[];
}

/** How long after it was posted a digest is corrected. */
const CORRECTED_DAYS = 7;
const KEPT_DAYS = 30;
/** Edits of one message follow each other no sooner. */
const REST_MINUTES = 10;
/** Whoever holds an edit longer has been killed. */
const HELD_SECONDS = 90;

interface Row {
  readonly key: string;
  readonly place: string;
  readonly kind: string;
  readonly localDate: string;
  readonly day: string;
  readonly numbers: string;
  readonly shown: string;
  readonly seen: string;
}

const ROW = `posted.key, posted.destination as place, posted.kind, posted.local_date::text as "localDate",
  posted.day::text as day, numbers::text as numbers, shown::text as shown, seen::text as seen`;

/** What a digest is about to show. Its numbers stand as soon as one was posted or corrected. */
export async function rememberNumbers(sql: Sql, posted: Omit<Posted, "shown">): Promise<void> {
  const { key, destination, kind, localDate, day, numbers, seen } = posted;
  const values = JSON.stringify(numbers);
  await sql`
    insert into posted_numbers as kept (key, destination, kind, local_date, day, numbers, shown, seen)
    values (${key}, ${`${destination.platform}:${destination.channel}`}, ${kind}, ${localDate}::text::date,
      ${day}::text::date, ${values}::text::jsonb, ${values}::text::jsonb, ${JSON.stringify(seen)}::text::jsonb)
    on conflict (key) do update set numbers = excluded.numbers, shown = excluded.shown, seen = excluded.seen
    where kept.corrected_at is null`;
}

/** Digests of the last days that were posted and whose message may be edited again. */
export async function correctable(sql: Sql): Promise<Posted[]> {
  const rows = await sql<Row[]>`
    select ${sql.unsafe(ROW)} from posted_numbers as posted join deliveries using (destination, local_date, kind)
    where state = 'sent' and external_id is not null and settled_at > now() - make_interval(days => ${CORRECTED_DAYS})
      and (corrected_at is null or corrected_at < now() - make_interval(mins => ${REST_MINUTES}))
    order by posted.key`;
  return rows.map(postedOf);
}

/** Decides what a message is to tell. False when another instance has decided meanwhile. */
export async function decideCorrections(
  sql: Sql,
  { key, shown }: Pick<Posted, "key" | "shown">,
  { corrections, current }: { readonly corrections: readonly Correction[]; readonly current: PostedNumbers },
): Promise<boolean> {
  const decided = await sql`
    update posted_numbers set shown = ${JSON.stringify(current)}::text::jsonb,
      corrections = ${JSON.stringify(corrections)}::text::jsonb, corrected_at = now(), edit_at = now(), named_in = null
    where key = ${key} and shown = ${JSON.stringify(shown)}::text::jsonb
    returning key`;
  return decided.length > 0;
}

/** An edit that this instance makes. */
export interface Edit extends Posted {
  readonly scheduleNo: number;
  readonly externalId: string;
  /** As it was posted. */
  readonly message: Message;
  readonly corrections: readonly Correction[];
  readonly correctedAt: Temporal.Instant;
  readonly dueAt: Temporal.Instant;
}

interface EditRow extends Row {
  readonly scheduleNo: number;
  readonly externalId: string;
  readonly payload: string;
  readonly corrections: string;
  readonly correctedAt: string;
  readonly dueAt: string;
}

/** Takes the edits that are due on that platform; those that are not settled are taken again later. */
export async function claimEdits(sql: Sql, platform: ChatName, limit: number): Promise<Edit[]> {
  const rows = await sql<EditRow[]>`
    with open as (
      select key from posted_numbers where edit_at <= now() and starts_with(destination, ${`${platform}:`})
      order by edit_at limit ${limit} for update skip locked
    ), taken as (
      update posted_numbers as posted set edit_at = now() + make_interval(secs => ${HELD_SECONDS})
      from open where posted.key = open.key
      returning posted.*
    )
    select ${sql.unsafe(ROW)}, schedule_no as "scheduleNo", external_id as "externalId", payload::text as payload, corrections::text as corrections,
      to_json(corrected_at) #>> '{}' as "correctedAt", to_json(due_at) #>> '{}' as "dueAt"
    from taken as posted join deliveries using (destination, local_date, kind)
    where external_id is not null and payload is not null`;
  return rows.map((row) => ({
    ...postedOf(row),
    scheduleNo: row.scheduleNo,
    externalId: row.externalId,
    message: JSON.parse(row.payload) as Message,
    corrections: JSON.parse(row.corrections) as Correction[],
    correctedAt: Temporal.Instant.from(row.correctedAt),
    dueAt: Temporal.Instant.from(row.dueAt),
  }));
}

/** The edit is through, or will never be. A correction that was decided meanwhile stays owed. */
export async function editDone(sql: Sql, { key, correctedAt }: Pick<Edit, "key" | "correctedAt">): Promise<void> {
  await sql`
    update posted_numbers set edit_at = null
    where key = ${key} and corrected_at = ${correctedAt.toString()}::text::timestamptz`;
}

export async function editLater(sql: Sql, { key }: Pick<Edit, "key">, afterMs: number): Promise<void> {
  await sql`
    update posted_numbers set edit_at = now() + make_interval(secs => ${afterMs / 1000}::float8)
    where key = ${key} and edit_at is not null`;
}

/** Why a number of the day changed, as the rollup wrote it down; of a level also what changed before it. */
export async function causesOf(sql: Sql, metric: string, day: string): Promise<string | null> {
  const [row] = await sql<{ cause: string }[]>`
    select cause from restatements
    where metric = ${metric} and "by" = '' and day <= ${day}::text::date
    order by day = ${day}::text::date desc, id desc limit 1`;
  return row?.cause ?? null;
}

/**
 * Corrections of earlier digests of that channel that no other digest has named, unless that one was never sent; this one
 * names them from now on.
 */
export async function correctionsToName(
  sql: Sql,
  { destination, kind, key }: Pick<Posted, "destination" | "kind" | "key">,
): Promise<{ readonly day: string; readonly corrections: readonly Correction[] }[]> {
  const rows = await sql<{ day: string; corrections: string }[]>`
    with named as (
      update posted_numbers as posted set named_in = ${key}
      where destination = ${`${destination.platform}:${destination.channel}`} and kind = ${kind} and key <> ${key}
        and corrections <> '[]' and (named_in is null or named_in = ${key} or exists (
          select from posted_numbers as naming join deliveries using (destination, local_date, kind)
          where naming.key = posted.named_in and state in ('skipped', 'quiet', 'dead')))
      returning day, corrections
    )
    select day::text as day, corrections::text as corrections from named order by day`;
  return rows.map(({ day, corrections }) => ({ day, corrections: JSON.parse(corrections) as Correction[] }));
}

export async function clearPostedNumbers(sql: Sql): Promise<void> {
  await sql`delete from posted_numbers where local_date < (now() - make_interval(days => ${KEPT_DAYS}))::date`;
}

function postedOf(row: Row): Posted {
  const [platform = "", channel = ""] = row.place.split(":");
  return {
    key: row.key,
    destination: { platform: platform === "slack" ? "slack" : "discord", channel },
    kind: row.kind,
    localDate: row.localDate,
    day: row.day,
    numbers: JSON.parse(row.numbers) as PostedNumbers,
    shown: JSON.parse(row.shown) as PostedNumbers,
    seen: JSON.parse(row.seen) as Seen,
  };
}
