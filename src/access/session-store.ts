import type { Pool } from "../db/client.ts";
import { recordAccess } from "./audit-store.ts";

export interface SessionRow {
  /** SHA-256 of the token. */
  readonly tokenHash: Uint8Array;
  readonly keyId: string;
  readonly keyProof: Uint8Array;
  /** ISO instants. */
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface SessionStore {
  /** Inserts the row; of the key's sessions the newest `atMost` stay, of all those whose time is over none. */
  insert(row: SessionRow, atMost: number): Promise<void>;
  /** Null when there is none, or its time was over at `now`. */
  find(tokenHash: Uint8Array, now: string): Promise<{ readonly keyId: string; readonly keyProof: Uint8Array } | null>;
  /** Ends the session; nothing happens when there is none. */
  remove(tokenHash: Uint8Array): Promise<void>;
}

export function createSessionStore(pool: Pool): SessionStore {
  return {
    insert: (row, atMost) => insert(pool, row, atMost),
    async find(tokenHash, now) {
      const [row] = await pool.run(
        (sql) => sql<{ keyId: string; keyProof: string }[]>`
          select key_id as "keyId", encode(key_proof, 'hex') as "keyProof" from web_sessions
          where token_hash = decode(${hex(tokenHash)}, 'hex') and expires_at > ${now}::text::timestamptz`,
      );
      return row === undefined ? null : { keyId: row.keyId, keyProof: Buffer.from(row.keyProof, "hex") };
    },
    async remove(tokenHash) {
      await pool.transaction(async (sql) => {
        const [ended] = await sql<{ keyId: string }[]>`
          delete from web_sessions where token_hash = decode(${hex(tokenHash)}, 'hex') returning key_id as "keyId"`;
        if (ended === undefined) return;
        const { keyId } = ended;
        await recordAccess(sql, { actor: `key ${keyId}`, action: "signed out", keyId, detail: {} });
      });
    },
  };
}

async function insert(pool: Pool, row: SessionRow, atMost: number): Promise<void> {
  const { tokenHash, keyId, keyProof, createdAt, expiresAt } = row;
  await pool.transaction(async (sql) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('bellwether sessions of ' || ${keyId}::text, 0))`;
    await sql`delete from web_sessions where expires_at <= ${createdAt}::text::timestamptz`;
    await sql`
      delete from web_sessions where token_hash in (
        select token_hash from web_sessions where key_id = ${keyId}
        order by created_at desc, token_hash offset ${atMost - 1})`;
    await sql`
      insert into web_sessions (token_hash, key_id, key_proof, created_at, expires_at)
      values (decode(${hex(tokenHash)}, 'hex'), ${keyId}, decode(${hex(keyProof)}, 'hex'),
              ${createdAt}::text::timestamptz, ${expiresAt}::text::timestamptz)`;
    await recordAccess(sql, { actor: `key ${keyId}`, action: "signed in", keyId, detail: {} });
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
