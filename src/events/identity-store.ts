import { randomBytes } from "node:crypto";
import type { Pool } from "../db/client.ts";

const SETTING = "identity_secret";

/**
 * The secret that hides e-mail addresses, made once for a database: whoever comes second reads what
 * the first one stored.
 */
export async function identitySecret(pool: Pool): Promise<string> {
  const made = randomBytes(32).toString("base64url");
  await pool.run(
    (sql) => sql`
      insert into settings (name, value) values (${SETTING}, to_jsonb(${made}::text))
      on conflict (name) do nothing`,
  );
  const rows = await pool.run(
    (sql) => sql<{ secret: string }[]>`select value #>> '{}' as secret from settings where name = ${SETTING}`,
  );
  const secret = rows[0]?.secret;
  if (secret === undefined) throw new Error("the identity secret could not be read");
  return secret;
}

/** The secret once it was read, so that nobody waits for it who does not need it. */
export interface IdentitySecret {
  /** `null` until `read` was awaited. */
  readonly known: string | null;
  read(): Promise<string>;
}

export function createIdentitySecret(pool: Pool): IdentitySecret {
  let known: string | null = null;
  let reading: Promise<string> | null = null;
  return {
    get known() {
      return known;
    },
    async read() {
      reading ??= identitySecret(pool);
      try {
        known = await reading;
        return known;
      } catch (thrown) {
        reading = null;
        throw thrown;
      }
    },
  };
}
