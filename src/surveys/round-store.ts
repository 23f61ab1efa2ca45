import type { Sql, TransactionSql } from "../db/client.ts";

/** One asking. Times are ISO instants. */
export interface Round {
  readonly surveyId: string;
  readonly question: string;
  /** `slack:U123` */
  readonly openedBy: string;
  readonly openedAt: string;
  readonly closesAt: string;
  /** Null while answers count. */
  readonly closedAt: string | null;
  readonly kind: RoundKind;
  /** When those who have not answered are reminded; null: never. */
  readonly remindsAt: string | null;
}

/** Asked by somebody, by a schedule, or once more of one person after a follow-up. */
export type RoundKind = "asked" | "wave" | "again";

export type MessageState = "pending" | "sending" | "uncertain" | "posted" | "gone" | "failed" | "skipped";

/** Where a round is asked. */
export interface SurveyMessage {
  readonly key: string;
  readonly surveyId: string;
  readonly platform: "slack" | "discord";
  /** Null before somebody's direct messages were opened. */
  readonly channel: string | null;
  /** The platform's id of whom it is for; null in a channel. */
  readonly person: string | null;
  readonly messageId: string | null;
  readonly state: MessageState;
  readonly attempts: number;
  readonly createdAt: string;
  readonly hasDigits: boolean;
  /** How many readings of its reactions are stored. */
  readonly reading: number;
  readonly readAt: string | null;
  /** Why it failed or is gone. */
  readonly reason: string | null;
  /** Of a reminder: the key of the question; null for the question itself. */
  readonly about: string | null;
}

export type NewMessage = Pick<SurveyMessage, "key" | "platform" | "channel" | "person">;

/** A round whose question may have been posted already, since then: it is looked for first. */
export interface Doubt {
  /** ISO instant. */
  readonly since: string;
}

const roundColumns = (sql: Sql) => sql`survey_id as "surveyId", question, opened_by as "openedBy",
  to_json(opened_at) #>> '{}' as "openedAt", to_json(closes_at) #>> '{}' as "closesAt",
  to_json(closed_at) #>> '{}' as "closedAt", kind, to_json(reminds_at) #>> '{}' as "remindsAt"`;

export const messageColumns = (sql: Sql) => sql`m.key, m.survey_id as "surveyId", m.platform, m.channel, m.person,
  m.message_id as "messageId", m.state, m.attempts, to_json(m.created_at) #>> '{}' as "createdAt",
  m.has_digits as "hasDigits", m.reading, to_json(m.read_at) #>> '{}' as "readAt", m.reason, m.about`;

export async function addRound(
  sql: TransactionSql,
  round: Omit<Round, "closedAt">,
  messages: readonly NewMessage[],
  doubt: Doubt | null,
): Promise<void> {
  await sql`
    insert into survey_rounds (survey_id, question, opened_by, opened_at, closes_at, kind, reminds_at)
    values (${round.surveyId}, ${round.question}, ${round.openedBy}, ${round.openedAt}::text::timestamptz,
      ${round.closesAt}::text::timestamptz, ${round.kind}, ${round.remindsAt}::text::timestamptz)`;
  await sql`
    insert into survey_messages (key, survey_id, platform, channel, person, state, created_at)
    select key, ${round.surveyId}, platform, channel, person, ${doubt === null ? "pending" : "uncertain"},
      coalesce(${doubt?.since ?? null}::text::timestamptz, now())
    from json_to_recordset(${JSON.stringify(messages)}::text::json) as f(key text, platform text, channel text, person text)`;
}

export async function findRound(sql: Sql, surveyId: string): Promise<Round | null> {
  const [found] = await sql<Round[]>`select ${roundColumns(sql)} from survey_rounds where survey_id = ${surveyId}`;
  return found ?? null;
}

/** The newest first, without those that ask one person again. */
export async function listRounds(sql: Sql, most: number): Promise<Round[]> {
  return sql<Round[]>`
    select ${roundColumns(sql)} from survey_rounds where kind <> 'again' order by opened_at desc, survey_id collate "C" limit ${most}`;
}

/** Open ones whose time is over. */
export async function overdueRounds(sql: Sql, now: string): Promise<Round[]> {
  return sql<Round[]>`
    select ${roundColumns(sql)} from survey_rounds
    where closed_at is null and closes_at <= ${now}::text::timestamptz order by closes_at, survey_id collate "C"`;
}

export async function closeRound(sql: Sql, surveyId: string, at: string): Promise<boolean> {
  const rows = await sql`
    update survey_rounds set closed_at = ${at}::text::timestamptz, closes_at = least(closes_at, ${at}::text::timestamptz)
    where survey_id = ${surveyId} and closed_at is null returning survey_id`;
  return rows.length > 0;
}

/** Answers that come later than this no longer count. */
export async function endRound(sql: Sql, surveyId: string, at: string): Promise<void> {
  await sql`
    update survey_rounds set closes_at = least(closes_at, ${at}::text::timestamptz)
    where survey_id = ${surveyId} and closed_at is null`;
}

/** Where the question stands; reminders are left out. */
export async function messagesOf(sql: Sql, surveyId: string): Promise<SurveyMessage[]> {
  return sql<SurveyMessage[]>`
    select ${messageColumns(sql)} from survey_messages m where survey_id = ${surveyId} and about is null order by key collate "C"`;
}

/** The message of a round that is open, by where it stands; null: it is none of ours. */
export async function openMessageAt(
  sql: Sql,
  { platform, channel, id }: { readonly platform: string; readonly channel: string; readonly id: string },
): Promise<SurveyMessage | null> {
  const [found] = await sql<SurveyMessage[]>`
    select ${messageColumns(sql)} from survey_messages m join survey_rounds using (survey_id)
    where platform = ${platform} and channel = ${channel} and message_id = ${id} and closed_at is null
      and about is null`;
  return found ?? null;
}

/** Posted messages of open rounds that were not read for so long: what a sweep looks at. */
export async function messagesToRead(sql: Sql, platform: string, unreadMinutes: number): Promise<SurveyMessage[]> {
  return sql<SurveyMessage[]>`
    select ${messageColumns(sql)} from survey_messages m join survey_rounds using (survey_id)
    where platform = ${platform} and state = 'posted' and closed_at is null and about is null
      and coalesce(read_at, '-infinity') <= now() - make_interval(mins => ${unreadMinutes}::int)
    order by key collate "C"`;
}

/** A lease speaks for so many seconds; whoever holds it longer was killed. */
const LEASE_SECONDS = 90;

export interface Claim extends SurveyMessage {
  /** What it was before: `sending` is one whose sender was killed. */
  readonly before: "pending" | "sending" | "uncertain";
  readonly question: string;
  readonly closesAt: string;
  readonly kind: RoundKind;
}

/** Takes messages that are due to be posted, so that no other instance posts them. */
export async function claimMessages(sql: Sql, platform: string, most: number): Promise<Claim[]> {
  return sql<Claim[]>`
    with due as (
      select key, state from survey_messages join survey_rounds using (survey_id)
      where state in ('pending', 'sending', 'uncertain') and next_at <= now() and platform = ${platform}
        and closed_at is null
      order by next_at limit ${most} for update of survey_messages skip locked)
    update survey_messages m set state = 'sending', attempts = attempts + 1,
      next_at = now() + make_interval(secs => ${LEASE_SECONDS})
    from due, survey_rounds r
    where m.key = due.key and r.survey_id = m.survey_id
    returning ${messageColumns(sql)}, due.state as before, r.question, to_json(r.closes_at) #>> '{}' as "closesAt", r.kind`;
}

export type Settled =
  | { readonly state: "posted"; readonly messageId: string }
  | { readonly state: "pending" | "uncertain"; readonly afterSeconds: number; readonly reason: string | null }
  | { readonly state: "failed" | "gone" | "skipped"; readonly reason: string };

/** Whether the claim still speaks; if so, it does so from now on for its whole time. */
export async function renewClaim(sql: Sql, { key, attempts }: Pick<Claim, "key" | "attempts">): Promise<boolean> {
  const rows = await sql`
    update survey_messages set next_at = now() + make_interval(secs => ${LEASE_SECONDS})
    where key = ${key} and attempts = ${attempts} and state = 'sending' and next_at > now() returning key`;
  return rows.length > 0;
}

/** `attempts`: of the claim; who has lost it can only say that the message was posted. Null: by whoever needs none. */
export async function settleMessage(
  sql: Sql,
  { key, attempts }: { readonly key: string; readonly attempts: number | null },
  settled: Settled,
): Promise<void> {
  const messageId = "messageId" in settled ? settled.messageId : null;
  const reason = "reason" in settled ? settled.reason : null;
  const after = "afterSeconds" in settled ? settled.afterSeconds : 0;
  await sql`
    update survey_messages set state = ${settled.state}, message_id = coalesce(${messageId}, message_id),
      reason = ${reason}, next_at = now() + make_interval(secs => ${after})
    where key = ${key} and (${attempts}::int is null or (attempts = ${attempts}::int and state = 'sending')
      or (${settled.state === "posted"} and state <> 'posted'))`;
}

export async function noteChannel(sql: Sql, key: string, channel: string): Promise<void> {
  await sql`update survey_messages set channel = ${channel} where key = ${key}`;
}

/** Posted messages of open rounds that lack their digits. */
export async function messagesWithoutDigits(sql: Sql, platform: string): Promise<SurveyMessage[]> {
  return sql<SurveyMessage[]>`
    select ${messageColumns(sql)} from survey_messages m join survey_rounds using (survey_id)
    where platform = ${platform} and state = 'posted' and not has_digits and closed_at is null and about is null`;
}

export async function noteDigits(sql: Sql, key: string): Promise<void> {
  await sql`update survey_messages set has_digits = true where key = ${key}`;
}
