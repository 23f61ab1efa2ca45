import type { Sql, TransactionSql } from "../db/client.ts";
import type { Answer, PublicChange } from "./answer.ts";

/** An answer, and what the intake was told of it. */
export interface KeptAnswer extends Answer {
  /** Number of the last event; 0 before the first. */
  readonly toldNo: number;
  /** That event as JSON without its id; null when it was taken back. */
  readonly toldAs: string | null;
  /** Grows with every change; the intake is behind while `toldRevision` is. */
  readonly revision: number;
  readonly toldRevision: number;
}

const COLUMNS = `person, public_score as "publicScore", private_score as "privateScore", reason, user_id as "userId",
  to_json(changed_at) #>> '{}' as "changedAt", told_no as "toldNo", told_as as "toldAs", revision,
  told_revision as "toldRevision"`;

export async function answersOf(sql: Sql, surveyId: string): Promise<KeptAnswer[]> {
  return sql.unsafe<KeptAnswer[]>(
    `select ${COLUMNS} from survey_answers where survey_id = $1::text order by person collate "C"`,
    [surveyId],
  );
}

/**
 * Whether the reading that began when `reading` others were stored may be stored: false when another was stored since, or
 * the round is closed. Holds the message until the transaction ends.
 */
export async function beginStoring(
  sql: TransactionSql,
  { key, reading }: { readonly key: string; readonly reading: number },
): Promise<"stored" | "closed" | "outdated"> {
  const [row] = await sql<{ reading: number; isClosed: boolean }[]>`
    select reading, closed_at is not null as "isClosed"
    from survey_messages join survey_rounds using (survey_id)
    where key = ${key} for update of survey_messages for share of survey_rounds`;
  if (row === undefined || row.isClosed) return "closed";
  if (row.reading !== reading) return "outdated";
  await sql`update survey_messages set reading = reading + 1, read_at = now() where key = ${key}`;
  return "stored";
}

export async function storePublic(
  sql: TransactionSql,
  surveyId: string,
  changes: readonly (PublicChange & { readonly userId: string })[],
  at: string,
): Promise<void> {
  if (changes.length === 0) return;
  await sql`
    insert into survey_answers as kept (survey_id, person, public_score, user_id, changed_at)
    select ${surveyId}, person, "publicScore", "userId", ${at}::text::timestamptz
    from json_to_recordset(${JSON.stringify(changes)}::text::json)
      as f(person text, "publicScore" integer, "userId" text)
    order by person
    on conflict (survey_id, person) do update set public_score = excluded.public_score,
      changed_at = case when kept.private_score is null then excluded.changed_at else kept.changed_at end`;
  await noteChange(
    sql,
    surveyId,
    changes.map(({ userId }) => userId),
  );
}

/** Which of a person's identities counts may change with each of them. */
async function noteChange(sql: TransactionSql, surveyId: string, userIds: readonly string[]): Promise<void> {
  await sql`
    update survey_answers set revision = revision + 1
    where survey_id = ${surveyId}
      and user_id in (select json_array_elements_text(${JSON.stringify(userIds)}::text::json))`;
}

export interface PrivateAnswer {
  readonly person: string;
  readonly userId: string;
  /** 0 to 10; null takes it back, and what was said in public counts again. */
  readonly score: number | null;
  readonly reason: string | null;
}

/** False when the round takes no answers any more. */
export async function storePrivate(
  sql: TransactionSql,
  surveyId: string,
  { person, userId, score, reason }: PrivateAnswer,
  at: string,
): Promise<boolean> {
  const [open] = await sql`
    select survey_id from survey_rounds
    where survey_id = ${surveyId} and closed_at is null and closes_at > ${at}::text::timestamptz for share`;
  if (open === undefined) return false;
  await sql`
    insert into survey_answers as kept (survey_id, person, private_score, reason, user_id, changed_at)
    values (${surveyId}, ${person}, ${score}::int, ${reason}, ${userId}, ${at}::text::timestamptz)
    on conflict (survey_id, person) do update set private_score = excluded.private_score, reason = excluded.reason,
      changed_at = case when kept.private_score is not distinct from excluded.private_score
        and kept.reason is not distinct from excluded.reason then kept.changed_at else excluded.changed_at end`;
  await noteChange(sql, surveyId, [userId]);
  return true;
}

/** Rounds with an answer of which the intake may not know what it is now. */
export async function surveysToTell(sql: Sql): Promise<string[]> {
  const rows = await sql<{ surveyId: string }[]>`
    select distinct survey_id as "surveyId" from survey_answers where told_revision < revision`;
  return rows.map(({ surveyId }) => surveyId);
}

export interface Telling {
  readonly person: string;
  readonly no: number;
  /** JSON without its id; null: no event stands any more. */
  readonly event: string | null;
  readonly revision: number;
}

/** Says which event will stand for an answer, before it is sent. */
export async function noteTelling(sql: Sql, surveyId: string, tellings: readonly Telling[]): Promise<void> {
  await sql`
    update survey_answers a set told_no = f.no, told_as = f.event
    from json_to_recordset(${JSON.stringify(tellings)}::text::json) as f(person text, no integer, event text)
    where a.survey_id = ${surveyId} and a.person = f.person`;
}

export async function noteTold(sql: Sql, surveyId: string, tellings: readonly Telling[]): Promise<void> {
  await sql`
    update survey_answers a set told_revision = greatest(told_revision, f.revision)
    from json_to_recordset(${JSON.stringify(tellings)}::text::json) as f(person text, no integer, revision integer)
    where a.survey_id = ${surveyId} and a.person = f.person and a.told_no = f.no`;
}

/** Turns the answers of a person over to another product user. Answers the rounds that changed. */
export async function moveAnswers(sql: TransactionSql, person: string, userId: string): Promise<string[]> {
  const rows = await sql<{ surveyId: string; before: string }[]>`
    with old as (select survey_id, user_id from survey_answers where person = ${person} and user_id <> ${userId} for update)
    update survey_answers a set user_id = ${userId} from old
    where a.survey_id = old.survey_id and a.person = ${person}
    returning a.survey_id as "surveyId", old.user_id as before`;
  for (const { surveyId, before } of rows) await noteChange(sql, surveyId, [userId, before]);
  return rows.map(({ surveyId }) => surveyId);
}
