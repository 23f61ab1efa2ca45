import type { Sql, TransactionSql } from "../db/client.ts";
import type { NewMessage, SurveyMessage } from "./round-store.ts";
import { messageColumns } from "./round-store.ts";

/** Open rounds whose time to remind has come. */
export async function roundsToRemind(sql: Sql, now: string): Promise<string[]> {
  const rows = await sql<{ surveyId: string }[]>`
    select survey_id as "surveyId" from survey_rounds
    where reminds_at <= ${now}::text::timestamptz and reminded_at is null and closed_at is null
      and closes_at > ${now}::text::timestamptz`;
  return rows.map(({ surveyId }) => surveyId);
}

export type NewReminder = NewMessage & Pick<SurveyMessage, "about">;

/** Names whom to remind, once a round: whoever comes second changes nothing. */
export async function addReminders(
  sql: TransactionSql,
  surveyId: string,
  reminders: readonly NewReminder[],
  now: string,
): Promise<void> {
  const first = await sql`
    update survey_rounds set reminded_at = ${now}::text::timestamptz
    where survey_id = ${surveyId} and reminded_at is null and closed_at is null returning survey_id`;
  if (first.length === 0) return;
  await sql`
    insert into survey_messages (key, survey_id, platform, channel, person, about)
    select key, ${surveyId}, platform, channel, person, about
    from json_to_recordset(${JSON.stringify(reminders)}::text::json)
      as f(key text, platform text, channel text, person text, about text)
    on conflict (key) do nothing`;
}

export async function findMessage(sql: Sql, key: string): Promise<SurveyMessage | null> {
  const [found] = await sql<SurveyMessage[]>`select ${messageColumns(sql)} from survey_messages m where key = ${key}`;
  return found ?? null;
}
