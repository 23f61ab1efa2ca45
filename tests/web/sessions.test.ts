import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { createAccess } from "../../src/access/access.ts";
import { createWeb } from "../../src/web/web.ts";
import { NOW } from "./made-up-numbers.ts";
import { openDoor, sessionOf, signIn, tokenIn, withCookie, type Door } from "./session-ground.ts";

const ORIGIN = "http://localhost:3000";

/** As earlier versions sealed a session: whoever has a key, or its hash from a dump, can write this one. */
function sealedWith(keyHash: Uint8Array, keyId: string, expirySeconds: number): string {
  const seal = createHmac("sha256", keyHash).update(`bellwether session ${keyId}.${expirySeconds}`).digest("base64url");
  return `${keyId}.${expirySeconds}.${seal}`;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest();

function signOut({ web }: Pick<Door, "web">, cookie: string, headers: Record<string, string> = {}) {
  return web.request("/metrics/sign-out", {
    method: "POST",
    headers: { cookie: `bellwether_session=${cookie}`, ...headers },
  });
}

async function dumpOf(door: Door, table: string): Promise<string> {
  const [row] = await door.db.read.run((sql) => sql.unsafe(`select json_agg(t)::text as rows from ${table} t`));
  return String(row?.["rows"]);
}

test.each(["ingest", "read", "admin"] as const)(
  "nobody makes a session out of a key with the scope %s",
  async (scope) => {
    const door = await openDoor();
    const { key, keyId } = await door.access.create({ scope });
    const expiry = Math.floor(NOW.epochMilliseconds / 1000) + 3_600;
    expect((await withCookie(door, sealedWith(sha256(key), keyId, expiry))).status).toBe(401);
  },
);

test("nothing in a dump of the database is a session, nor makes one", async () => {
  const door = await openDoor();
  const { key, keyId, cookie } = await sessionOf(door);
  const dump = await dumpOf(door, "web_sessions");
  expect(dump).not.toContain(cookie);
  const held = [...dump.matchAll(/\\\\x([0-9a-f]{64})/g)].map((match) => Buffer.from(match[1] ?? "", "hex"));
  expect(held.length).toBeGreaterThanOrEqual(2);
  for (const bytes of [...held, sha256(key)]) {
    for (const text of [bytes.toString("base64url"), bytes.toString("hex"), sealedWith(bytes, keyId, 9_999_999_999)])
      expect((await withCookie(door, text)).status).toBe(401);
  }
});

test("signing out ends the session on every instance, and the cookie that somebody kept with it", async () => {
  const door = await openDoor();
  const { cookie } = await sessionOf(door);
  const elsewhere = {
    web: createWeb({ ...door.parts, access: createAccess({ db: door.db, clock: door.parts.clock }) }),
  };
  expect((await withCookie(elsewhere, cookie)).status).toBe(200);
  const response = await signOut(door, cookie);
  expect([response.status, response.headers.get("location")]).toEqual([303, "/metrics"]);
  expect(response.headers.get("set-cookie")).toMatch(/^bellwether_session=; Max-Age=0; Path=\/metrics/);
  expect((await withCookie(door, cookie)).status).toBe(401);
  expect((await withCookie(elsewhere, cookie)).status).toBe(401);
});

test("signing out ends one session and no other", async () => {
  const door = await openDoor();
  const { key, cookie } = await sessionOf(door);
  const other = tokenIn(await signIn(door, key));
  await signOut(door, cookie);
  expect((await withCookie(door, other)).status).toBe(200);
});

test("revoking a key ends its sessions at once, also on instances that still hold a copy of it", async () => {
  const door = await openDoor();
  const { cookie, keyId } = await sessionOf(door);
  const elsewhere = {
    web: createWeb({ ...door.parts, access: createAccess({ db: door.db, clock: door.parts.clock }) }),
  };
  expect((await withCookie(elsewhere, cookie)).status).toBe(200);
  await door.access.revoke(keyId);
  expect((await withCookie(elsewhere, cookie)).status).toBe(401);
});

test("a session ends with the key that expires", async () => {
  const door = await openDoor();
  const { key } = await door.access.create({ scope: "read", expiresAt: NOW.add({ hours: 1 }) });
  const cookie = tokenIn(await signIn(door, key));
  expect((await withCookie(door, cookie)).status).toBe(200);
  door.time.now = NOW.add({ hours: 1 });
  expect((await withCookie(door, cookie)).status).toBe(401);
});

test("another ADMIN_KEY ends the sessions of the one before", async () => {
  const first = "h3Qm8sZ1Lk0vXw9RtYb5Ncd7Pfg2JaUe";
  const door = await openDoor({}, first);
  const cookie = tokenIn(await signIn(door, first));
  expect((await withCookie(door, cookie)).status).toBe(200);
  const access = createAccess({ db: door.db, clock: door.parts.clock, adminKey: "Zr4Tq9Wn2Bv7Xc1Lm6Kj8Hg3Fd5Sa0Pe" });
  expect((await withCookie({ web: createWeb({ ...door.parts, access }) }, cookie)).status).toBe(401);
});

test("a key that may no longer read opens nothing with the session that it began", async () => {
  const door = await openDoor();
  const { cookie, keyId } = await sessionOf(door);
  await door.db.read.run((sql) => sql`update api_keys set scope = 'ingest' where key_id = ${keyId}`);
  const access = createAccess({ db: door.db, clock: door.parts.clock });
  expect((await withCookie({ web: createWeb({ ...door.parts, access }) }, cookie)).status).toBe(401);
});

test("no session can be stored that lasts longer than 14 days", async () => {
  const door = await openDoor();
  await sessionOf(door);
  const lengthen = door.db.read.run(
    (sql) => sql`update web_sessions set expires_at = expires_at + interval '1 second'`,
  );
  await expect(lengthen).rejects.toThrow("web_sessions_14_days");
});

test("a key has at most 500 sessions: the newest stay", async () => {
  const door = await openDoor();
  const { key, keyId, cookie } = await sessionOf(door);
  door.time.now = NOW.add({ seconds: 1 });
  await door.db.read.run(
    (sql) => sql`
      insert into web_sessions (token_hash, key_id, key_proof, created_at, expires_at)
      select sha256(n::text::bytea), ${keyId}, sha256('x'), ${door.time.now.toString()}::text::timestamptz,
             ${door.time.now.add({ hours: 1 }).toString()}::text::timestamptz
      from generate_series(1, 499) n`,
  );
  expect((await withCookie(door, cookie)).status).toBe(200);
  const newest = tokenIn(await signIn(door, key));
  expect((await withCookie(door, cookie)).status).toBe(401);
  expect((await withCookie(door, newest)).status).toBe(200);
  const [count] = await door.db.read.run((sql) => sql`select count(*)::int as n from web_sessions`);
  expect(count?.["n"]).toBe(500);
});

test("sessions whose time is over are cleared away when somebody signs in", async () => {
  const door = await openDoor();
  await sessionOf(door);
  door.time.now = NOW.add({ hours: 14 * 24 });
  await sessionOf(door);
  const [count] = await door.db.read.run((sql) => sql`select count(*)::int as n from web_sessions`);
  expect(count?.["n"]).toBe(1);
});

test("signing in never takes over a token that was there before, and ends it", async () => {
  const door = await openDoor();
  const { key, cookie } = await sessionOf(door);
  const response = await signIn(door, key, { cookie: `bellwether_session=${cookie}` });
  expect(tokenIn(response)).not.toBe(cookie);
  expect((await withCookie(door, cookie)).status).toBe(401);
  const planted = "A".repeat(43);
  expect(tokenIn(await signIn(door, key, { cookie: `bellwether_session=${planted}` }))).not.toBe(planted);
  expect((await withCookie(door, planted)).status).toBe(401);
});

test("over https the cookie is one that no neighbour of the host can set", async () => {
  const door = await openDoor({ publicUrl: () => "https://numbers.example.com" });
  const { cookie, response } = await sessionOf(door);
  const set = response.headers.get("set-cookie") ?? "";
  expect(set).toMatch(/^__Host-bellwether_session=[A-Za-z0-9_-]{43}; /);
  for (const part of ["Path=/;", "HttpOnly", "Secure", "SameSite=Strict"]) expect(set).toContain(part);
  expect(set).not.toContain("Domain");
  const page = (name: string) => door.web.request("/metrics", { headers: { cookie: `${name}=${cookie}` } });
  expect((await page("__Host-bellwether_session")).status).toBe(200);
  expect((await page("bellwether_session")).status).toBe(401);
});

const ELSEWHERE: Record<string, string>[] = [
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
  { "sec-fetch-site": "cross-site", origin: ORIGIN },
  { "sec-fetch-site": "none", origin: "https://evil.example" },
  { origin: "https://evil.example" },
  { origin: "http://localhost:3001" },
  { origin: "http://localhost.evil.example:3000" },
  { origin: "null" },
  { origin: "nonsense" },
  { origin: `${ORIGIN}.evil.example` },
];

test.each(ELSEWHERE)("a form from another site signs nobody in or out: %o", async (headers) => {
  const door = await openDoor();
  const { key, cookie } = await sessionOf(door);
  const into = await signIn(door, key, { host: "localhost:3000", ...headers });
  expect([into.status, into.headers.get("set-cookie")]).toEqual([403, null]);
  const out = await signOut(door, cookie, { host: "localhost:3000", ...headers });
  expect([out.status, out.headers.get("set-cookie")]).toEqual([403, null]);
  expect((await withCookie(door, cookie)).status).toBe(200);
});

test.each([
  { "sec-fetch-site": "same-origin", origin: ORIGIN },
  { "sec-fetch-site": "same-origin", origin: "null" },
  { origin: ORIGIN },
  { origin: "http://10.0.0.7:3000", host: "10.0.0.7:3000" },
  {},
] as Record<string, string>[])("our own forms are taken: %o", async (headers) => {
  const door = await openDoor();
  const { key, cookie } = await sessionOf(door);
  expect((await signIn(door, key, headers)).status).toBe(303);
  expect((await signOut(door, cookie, headers)).status).toBe(303);
});

test("signing in and out is on record, with the key's id and nothing secret", async () => {
  const door = await openDoor();
  const { key, keyId, cookie } = await sessionOf(door);
  await signOut(door, cookie);
  await signOut(door, cookie);
  const rows = await door.db.read.run((sql) => sql`select actor, action, subject from audit_log order by id`);
  expect(rows.map((row) => [row["actor"], row["action"], row["subject"]])).toEqual([
    ["cli", "key created", keyId],
    [`key ${keyId}`, "signed in", keyId],
    [`key ${keyId}`, "signed out", keyId],
  ]);
  const written = await dumpOf(door, "audit_log");
  for (const secret of [key, cookie, sha256(key).toString("hex"), sha256(cookie).toString("hex")])
    expect(written).not.toContain(secret);
});
