import { createHmac } from "node:crypto";
import type { Sql } from "../db/client.ts";

/** What `pseudonym` gives, as a regular expression of PostgreSQL. */
export const PSEUDONYM = "^chat_[A-Za-z0-9_-]{43}$";

/** Under which a person who is not linked counts: nobody learns who that is without the database's secret. */
export function pseudonym(person: string, secret: string): string {
  return `chat_${hashOf(`chat ${person}`, secret)}`;
}

/** Names a person within one round, for the ids of events. */
export function pseudonymIn(surveyId: string, person: string, secret: string): string {
  return hashOf(`survey ${surveyId} ${person}`, secret).slice(0, 22);
}

function hashOf(text: string, secret: string): string {
  return createHmac("sha256", secret).update(text).digest("base64url");
}

/** By person (`slack:U123`): whom their answers count for. */
export async function userIdsOf(
  sql: Sql,
  people: readonly string[],
  secret: string,
): Promise<ReadonlyMap<string, string>> {
  const linked = await linkedUsers(sql, people);
  return new Map(people.map((person) => [person, linked.get(person) ?? pseudonym(person, secret)]));
}

/** By person: the user they are linked to; whoever is not linked is left out. */
export async function linkedUsers(sql: Sql, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await sql<{ person: string; userId: string }[]>`
    select person, user_id as "userId" from person_links
    where person in (select json_array_elements_text(${JSON.stringify(people)}::text::json))`;
  return new Map(rows.map(({ person, userId }) => [person, userId]));
}

interface Link {
  readonly person: string;
  readonly userId: string;
  readonly linkedBy: string;
}

/** Everybody in chat who is that user. */
export async function identitiesOf(sql: Sql, userId: string): Promise<string[]> {
  const rows = await sql<{ person: string }[]>`
    select person from person_links where user_id = ${userId} order by person collate "C"`;
  return rows.map(({ person }) => person);
}

/** Writes down whom a person counts for already; a link that is there stays. */
export async function keepLink(sql: Sql, { person, userId, linkedBy }: Link): Promise<void> {
  await sql`
    insert into person_links (person, user_id, linked_by) values (${person}, ${userId}, ${linkedBy})
    on conflict (person) do nothing`;
}

export async function storeLink(sql: Sql, { person, userId, linkedBy }: Link): Promise<void> {
  await sql`
    insert into person_links (person, user_id, linked_by) values (${person}, ${userId}, ${linkedBy})
    on conflict (person) do update set user_id = excluded.user_id, linked_by = excluded.linked_by, linked_at = now()`;
}
