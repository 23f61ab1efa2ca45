import type { Sql } from "../../db/client.ts";
import type { Asker } from "../asker.ts";

/** What is kept of who changed access or a digest, and who asked for money or for a file. Never what was written or answered. */
export type AuditAction =
  | "access granted"
  | "access revoked"
  | "asked for money"
  | "asked for a file"
  | "money left out of a message"
  | "digest changed"
  | "alert changed";

export interface AuditEntry {
  /** See `actorOf`. */
  readonly actor: string;
  readonly action: AuditAction;
  /** A command, or whom a rule is about. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | boolean>>;
}

export interface AuditRow {
  /** ISO instant, UTC. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
  readonly detail: unknown;
}

/** "slack:U123": the platform's own id, never a name. */
export function actorOf({ platform, person }: Pick<Asker, "platform" | "person">): string {
  return `${platform}:${person}`;
}

export async function writeAudit(sql: Sql, { actor, action, subject, detail }: AuditEntry): Promise<void> {
  await sql`
    insert into audit_log (actor, action, subject, detail)
    values (${actor}, ${action}, ${subject}, ${JSON.stringify(detail)}::text::jsonb)`;
}

/** The last `days` times 24 hours, the oldest first. */
export async function readAudit(sql: Sql, days: number): Promise<AuditRow[]> {
  return sql<AuditRow[]>`
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at, actor, action, subject, detail
    from audit_log where at > now() - make_interval(days => ${days}) order by at, id`;
}
