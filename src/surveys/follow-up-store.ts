import type { Sql, TransactionSql } from "../db/client.ts";

/** A low answer that somebody follows up. */
export interface FollowUp {
  readonly followUpNo: number;
  readonly surveyId: string;
  /** `slack:U123` */
  readonly person: string;
  /** Null until its ticket is open. */
  readonly ticketId: string | null;
  /** The round that asked them once more; null before. */
  readonly askedAgain: string | null;
}

const columns = (
  sql: Sql,
) => sql`follow_up_no as "followUpNo", survey_id as "surveyId", person, ticket_id as "ticketId",
  asked_again as "askedAgain"`;

/**
 * Rounds with a score of at most `highest` that nobody follows up: open ones, and those closed since then. What answers a
 * second asking is not followed up again.
 */
export async function surveysWithLowAnswers(sql: Sql, highest: number, closedSince: string): Promise<string[]> {
  const rows = await sql<{ surveyId: string }[]>`
    select distinct survey_id as "surveyId" from survey_answers a join survey_rounds using (survey_id)
    where kind <> 'again' and (closed_at is null or closed_at > ${closedSince}::text::timestamptz)
      and coalesce(private_score, public_score) <= ${highest}
      and not exists (select from survey_follow_ups f where f.survey_id = a.survey_id and f.person = a.person)`;
  return rows.map(({ surveyId }) => surveyId);
}

/** One at a time for a round, until the transaction ends. */
export async function holdFollowUps(sql: TransactionSql, surveyId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`bellwether follow-ups ${surveyId}`}, 0))`;
}

export async function followUpsOf(sql: Sql, surveyId: string): Promise<FollowUp[]> {
  return sql<
    FollowUp[]
  >`select ${columns(sql)} from survey_follow_ups where survey_id = ${surveyId} order by follow_up_no`;
}

export async function addFollowUps(sql: TransactionSql, surveyId: string, people: readonly string[]): Promise<void> {
  await sql`
    insert into survey_follow_ups (survey_id, person)
    select ${surveyId}, person from json_array_elements_text(${JSON.stringify(people)}::text::json) as f(person)
    on conflict (survey_id, person) do nothing`;
}

/** Those whose ticket is not open yet. */
export async function unopenedFollowUps(sql: Sql): Promise<FollowUp[]> {
  return sql<FollowUp[]>`select ${columns(sql)} from survey_follow_ups where ticket_id is null order by follow_up_no`;
}

export async function noteTicket(sql: Sql, followUpNo: number, ticketId: string): Promise<void> {
  await sql`
    update survey_follow_ups set ticket_id = ${ticketId} where follow_up_no = ${followUpNo} and ticket_id is null`;
}

/** Those of the last two days with a ticket: their owner may not have been told. */
export async function newFollowUps(sql: Sql): Promise<(FollowUp & { readonly ticketId: string })[]> {
  return sql<(FollowUp & { readonly ticketId: string })[]>`
    select ${columns(sql)} from survey_follow_ups
    where ticket_id is not null and created_at > now() - interval '2 days' order by follow_up_no`;
}

/** Those with a ticket whose person was not asked again yet. */
export async function followUpsToAskAgain(sql: Sql): Promise<(FollowUp & { readonly ticketId: string })[]> {
  return sql<(FollowUp & { readonly ticketId: string })[]>`
    select ${columns(sql)} from survey_follow_ups where ticket_id is not null and asked_again is null
    order by follow_up_no`;
}

/** True once: for the one who asks them again. */
export async function noteAskedAgain(sql: TransactionSql, followUpNo: number, surveyId: string): Promise<boolean> {
  const rows = await sql`
    update survey_follow_ups set asked_again = ${surveyId}
    where follow_up_no = ${followUpNo} and asked_again is null returning follow_up_no`;
  return rows.length > 0;
}

export async function followUpOfTicket(sql: Sql, ticketId: string): Promise<FollowUp | null> {
  const [found] = await sql<FollowUp[]>`select ${columns(sql)} from survey_follow_ups where ticket_id = ${ticketId}`;
  return found ?? null;
}
