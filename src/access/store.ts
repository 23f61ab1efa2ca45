import type { Pool, TransactionSql } from "../db/client.ts";
import { recordAccess } from "./audit-store.ts";
import type { Scope } from "./scope.ts";

export interface StoredKey {
  readonly keyId: string;
  readonly hash: Uint8Array;
  readonly scope: Scope;
  readonly source: string;
  readonly requestsPerSecond: number;
  /** Milliseconds since 1970; null when it never expires. */
  readonly expiresAtMs: number | null;
  readonly revoked: boolean;
}

export interface KeyDescription {
  readonly keyId: string;
  readonly scope: Scope;
  readonly source: string;
  readonly requestsPerSecond: number;
  /** ISO instants, UTC. */
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export interface KeyRow {
  readonly keyId: string;
  readonly hash: Uint8Array;
  readonly scope: Scope;
  readonly source: string;
  readonly requestsPerSecond: number;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

/** More keys than this are not kept in memory: the newest that still work come first. */
const KEYS_AT_MOST = 10_000;

export interface KeyStore {
  insert(row: KeyRow, actor: string): Promise<void>;
  /** Inserts the row unless an admin key that works exists. Answers whether it did. One winner among many processes. */
  insertFirstAdmin(row: KeyRow, now: string, actor: string): Promise<boolean>;
  /** Every key that may be presented, the revoked and expired included, so that a refusal can say why. */
  loadAll(): Promise<StoredKey[]>;
  list(): Promise<KeyDescription[]>;
  /** Ends its sessions too. False when no such key exists or it was revoked before. */
  revoke(keyId: string, now: string, actor: string): Promise<boolean>;
}

export function createKeyStore(pool: Pool): KeyStore {
  return {
    insert: (row, actor) =>
      pool.transaction(async (sql) => {
        await sql`
          insert into api_keys (key_id, hash, scope, source, requests_per_second, created_at, expires_at)
          values (${row.keyId}, decode(${hex(row.hash)}, 'hex'), ${row.scope}, ${row.source}, ${row.requestsPerSecond},
                  ${row.createdAt}, ${row.expiresAt})`;
        await recordCreated(sql, row, actor);
      }),
    insertFirstAdmin: (row, now, actor) =>
      pool.transaction(async (sql) => {
        await sql`select pg_advisory_xact_lock(hashtextextended('bellwether first admin key', 0))`;
        const made = await sql`
          insert into api_keys (key_id, hash, scope, source, requests_per_second, created_at)
          select ${row.keyId}, decode(${hex(row.hash)}, 'hex'), ${row.scope}, ${row.source}, ${row.requestsPerSecond}::int,
                 ${row.createdAt}::timestamptz
          where not exists (
            select from api_keys
            where scope = 'admin' and revoked_at is null and (expires_at is null or expires_at > ${now}::timestamptz))
          returning key_id`;
        if (made.length === 1) await recordCreated(sql, row, actor);
        return made.length === 1;
      }),
    loadAll: () => loadAll(pool),
    list: () => list(pool),
    revoke: (keyId, now, actor) =>
      pool.transaction(async (sql) => {
        const revoked = await sql`
          update api_keys set revoked_at = ${now} where key_id = ${keyId} and revoked_at is null returning key_id`;
        if (revoked.length === 0) return false;
        await sql`delete from web_sessions where key_id = ${keyId}`;
        await recordAccess(sql, { actor, action: "key revoked", keyId, detail: {} });
        return true;
      }),
  };
}

async function recordCreated(sql: TransactionSql, row: KeyRow, actor: string): Promise<void> {
  const { keyId, scope, source, expiresAt } = row;
  const detail = { scope, source, ...(expiresAt === null ? {} : { expires_at: expiresAt }) };
  await recordAccess(sql, { actor, action: "key created", keyId, detail });
}

async function loadAll(pool: Pool): Promise<StoredKey[]> {
  const rows = await pool.run(
    (sql) => sql<(Omit<StoredKey, "hash"> & { hash: string })[]>`
      select key_id as "keyId", encode(hash, 'hex') as hash, scope, source, requests_per_second as "requestsPerSecond",
             (extract(epoch from expires_at) * 1000)::float8 as "expiresAtMs", revoked_at is not null as revoked
      from api_keys
      order by revoked_at desc nulls first, created_at desc
      limit ${KEYS_AT_MOST}`,
  );
  return rows.map((row) => ({ ...row, hash: Buffer.from(row.hash, "hex") }));
}

async function list(pool: Pool): Promise<KeyDescription[]> {
  return pool.run(
    (sql) => sql<KeyDescription[]>`
      select key_id as "keyId", scope, source, requests_per_second as "requestsPerSecond",
             to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "createdAt",
             to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "expiresAt",
             to_char(revoked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "revokedAt"
      from api_keys
      order by created_at, key_id collate "C"`,
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
