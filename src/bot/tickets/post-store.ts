import type { Sql } from "../../db/client.ts";

/** A message about a ticket that is posted once; `kind` says which. */
export interface PostName {
  readonly ticketId: string;
  readonly kind: string;
}

export type Claim =
  /** Ours to post. `isFirst`: nobody has tried before, so that it cannot be there already. */
  | { readonly state: "ours"; readonly isFirst: boolean }
  | { readonly state: "posted"; readonly message: string }
  | { readonly state: "another's" };

/** Longer than one attempt may last, so that whoever held it has ended. */
const HELD_SECONDS = 60;

/** Of any number of instances one may try, and the next one a minute later. */
export async function claimPost(sql: Sql, { ticketId, kind }: PostName): Promise<Claim> {
  const first = await sql`
    insert into ticket_posts (ticket_id, kind) values (${ticketId}, ${kind}) on conflict do nothing returning 1 as one`;
  if (first.length > 0) return { state: "ours", isFirst: true };
  const taken = await sql`
    update ticket_posts set tried_at = now()
    where ticket_id = ${ticketId} and kind = ${kind} and message is null
      and tried_at < now() - make_interval(secs => ${HELD_SECONDS})
    returning 1 as one`;
  if (taken.length > 0) return { state: "ours", isFirst: false };
  const [posted] = await sql<{ message: string }[]>`
    select message from ticket_posts where ticket_id = ${ticketId} and kind = ${kind} and message is not null`;
  return posted === undefined ? { state: "another's" } : { state: "posted", message: posted.message };
}

/** Of these tickets, those without a posted message of that kind. */
export async function ticketsWithout(sql: Sql, kind: string, ticketIds: readonly string[]): Promise<string[]> {
  const rows = await sql<{ ticketId: string }[]>`
    select wanted.ticket_id as "ticketId"
    from json_array_elements_text(${JSON.stringify(ticketIds)}::text::json) as wanted(ticket_id)
    where not exists (select from ticket_posts p
      where p.ticket_id = wanted.ticket_id and p.kind = ${kind} and p.message is not null)`;
  return rows.map(({ ticketId }) => ticketId);
}

export async function notePosted(sql: Sql, { ticketId, kind }: PostName, message: string): Promise<void> {
  await sql`update ticket_posts set message = ${message} where ticket_id = ${ticketId} and kind = ${kind}`;
}

/** It cannot be posted there, now or later. */
export async function notePassedOver(sql: Sql, { ticketId, kind }: PostName): Promise<void> {
  await sql`
    insert into ticket_posts (ticket_id, kind, message) values (${ticketId}, ${kind}, '')
    on conflict (ticket_id, kind) do update set message = excluded.message`;
}

/** It was refused, so that it may be tried again at once. */
export async function releasePost(sql: Sql, { ticketId, kind }: PostName): Promise<void> {
  await sql`delete from ticket_posts where ticket_id = ${ticketId} and kind = ${kind} and message is null`;
}
