import { createHmac, randomBytes } from "node:crypto";
import type { Pool } from "../db/client.ts";

const E_MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
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

/** The id under which a person or team is kept: what was sent, or a keyed hash of it when it is an e-mail address. */
export function keptId(id: string, secret: string): string {
  if (!E_MAIL.test(id)) return id;
  return `email_${createHmac("sha256", secret).update(id).digest("base64url")}`;
}

export function isEmailAddress(id: string): boolean {
  return E_MAIL.test(id);
}
