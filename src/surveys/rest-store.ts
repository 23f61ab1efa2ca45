import type { Sql } from "../db/client.ts";

interface RestQuestion {
  readonly platform: string;
  /** The platform's ids. */
  readonly people: readonly string[];
  /** ISO instant. */
  readonly since: string;
  /** A round that does not count as having asked: the one about which somebody may be reminded. */
  readonly except?: string;
}

/** Of these people of one platform, those who were asked alone or answered since then, on any platform they are linked to. */
export async function restingPeople(sql: Sql, { platform, people, since, except }: RestQuestion): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    with asked as (select json_array_elements_text(${JSON.stringify(people)}::text::json) as id),
    identities as (
      select id, ${platform}::text || ':' || id as person from asked
      union
      select id, other.person from asked
      join person_links own on own.person = ${platform}::text || ':' || id
      join person_links other on other.user_id = own.user_id)
    select id from identities i join survey_answers a on a.person = i.person
    where a.changed_at > ${since}::text::timestamptz
    union
    select id from identities i join survey_messages m on m.platform || ':' || m.person = i.person
    join survey_rounds r using (survey_id)
    where m.about is null and m.state in ('pending', 'sending', 'uncertain', 'posted', 'gone')
      and r.opened_at > ${since}::text::timestamptz and r.survey_id is distinct from ${except ?? null}::text`;
  return rows.map(({ id }) => id);
}
