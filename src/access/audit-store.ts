import type { TransactionSql } from "../db/client.ts";

/** Who made, revoked or used a key. Never the key, its hash, or a session. */
export interface AccessRecord {
  /** `key 0123456789ab`, `cli` or `first start`. */
  readonly actor: string;
  readonly action: "key created" | "key revoked" | "signed in" | "signed out";
  /** The id of the key. */
  readonly keyId: string;
  readonly detail: Readonly<Record<string, string>>;
}

/** In the transaction of what it tells, so that neither is there without the other. */
export async function recordAccess(sql: TransactionSql, { actor, action, keyId, detail }: AccessRecord): Promise<void> {
  await sql`
    insert into audit_log (actor, action, subject, detail)
    values (${actor}, ${action}, ${keyId}, ${JSON.stringify(detail)}::text::jsonb)`;
}
