import { pino } from "pino";
import { expect, test } from "vitest";
import { createAccess, type Access } from "../../src/access/access.ts";
import { Problem } from "../../src/core/problem.ts";
import { Temporal, type Clock } from "../../src/core/time.ts";
import { createWeb, type WebParts } from "../../src/web/web.ts";
import { createTestDatabase } from "../support/database.ts";
import { madeUpReader, NOW, workspace } from "./made-up-numbers.ts";
import { textOf } from "./pages.ts";

async function setUp(more: Partial<WebParts> = {}) {
  const db = await createTestDatabase();
  const time = { now: NOW };
  const clock: Clock = { now: () => time.now };
  const access = createAccess({ db, clock });
  const parts: WebParts = {
    reader: madeUpReader(),
    access,
    clock,
    workspace,
    log: pino({ level: "silent" }),
    demo: false,
    publicUrl: () => "http://localhost:3000",
    addressOf: (context) => context.req.header("x-address") ?? "192.0.2.1",
    ...more,
  };
  return { web: createWeb(parts), parts, access, time };
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

function signIn({ web }: Pick<SetUp, "web">, key: string, headers: Record<string, string> = {}) {
  return web.request("/metrics/sign-in", { method: "POST", body: new URLSearchParams({ key }), headers });
}

async function sessionOf(set: SetUp, scope: "read" | "admin" = "read") {
  const { key, keyId } = await set.access.create({ scope });
  const response = await signIn(set, key);
  const cookie = /^bellwether_session=([^;]+)/.exec(response.headers.get("set-cookie") ?? "")?.[1] ?? "";
  return { key, keyId, cookie, response };
}

const withCookie = ({ web }: SetUp, cookie: string) =>
  web.request("/metrics", { headers: { cookie: `bellwether_session=${cookie}` } });

test("without a key the page is a door and shows no number", async () => {
  const { web } = await setUp();
  const response = await web.request("/metrics?days=7");
  const page = await response.text();
  expect(response.status).toBe(401);
  expect(page).toContain('action="/metrics/sign-in"');
  expect(page).not.toContain("$16");
});

test.each(["read", "admin"] as const)("a key with the scope %s opens the page", async (scope) => {
  const set = await setUp();
  const { cookie, response } = await sessionOf(set, scope);
  expect([response.status, response.headers.get("location")]).toEqual([303, "/metrics"]);
  const page = await withCookie(set, cookie);
  expect(page.status).toBe(200);
  expect(textOf(await page.text())).toContain("$16,394");
});

test("the cookie is out of reach for scripts and other sites, and secure where the address is", async () => {
  const plain = (await sessionOf(await setUp())).response.headers.get("set-cookie") ?? "";
  expect(plain).toContain("HttpOnly");
  expect(plain).toContain("SameSite=Strict");
  expect(plain).toContain("Path=/metrics");
  expect(plain).toContain(`Max-Age=${14 * 86_400}`);
  expect(plain).not.toContain("Secure");
  const https = await setUp({ publicUrl: () => "https://numbers.example.com" });
  expect((await sessionOf(https)).response.headers.get("set-cookie")).toContain("Secure");
});

test("the cookie never holds the key", async () => {
  const { key, cookie } = await sessionOf(await setUp());
  const secret = /^bw_\w{12}_(.{43})_/.exec(key)?.[1];
  expect(secret).toBeDefined();
  expect(cookie).not.toContain(secret);
});

test.each([
  ["mistyped", (key: string) => `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`, 401, "checksum does not fit"],
  ["foreign", () => "hello", 401, "not one of Bellwether's"],
  ["empty", () => "  ", 401, "Enter a key."],
] as const)("a key that is %s is refused with a sentence on the same page", async (_, change, status, sentence) => {
  const set = await setUp();
  const { key } = await set.access.create({ scope: "read" });
  const response = await signIn(set, change(key));
  const page = await response.text();
  expect(response.status).toBe(status);
  expect(textOf(page)).toContain(sentence);
  expect(page).toContain('action="/metrics/sign-in"');
  expect(response.headers.get("set-cookie")).toBeNull();
});

test("a key that may only send events does not open the page", async () => {
  const set = await setUp();
  const { key } = await set.access.create({ scope: "ingest" });
  const response = await signIn(set, key);
  expect(response.status).toBe(403);
  expect(textOf(await response.text())).toContain("needs a key with the scope read; yours has ingest");
  expect(response.headers.get("set-cookie")).toBeNull();
});

test("revoking the key ends its sessions", async () => {
  const set = await setUp();
  const { cookie, keyId } = await sessionOf(set);
  expect((await withCookie(set, cookie)).status).toBe(200);
  await set.access.revoke(keyId);
  expect((await withCookie(set, cookie)).status).toBe(401);
});

test("a session ends after 14 days", async () => {
  const set = await setUp();
  const { cookie } = await sessionOf(set);
  set.time.now = NOW.add({ hours: 14 * 24 - 1 });
  expect((await withCookie(set, cookie)).status).toBe(200);
  set.time.now = NOW.add({ hours: 14 * 24 });
  expect((await withCookie(set, cookie)).status).toBe(401);
});

test("a session that was tampered with is none: longer life, another key, another signature", async () => {
  const set = await setUp();
  const { cookie } = await sessionOf(set);
  const other = await sessionOf(set);
  const [keyId = "", expiry = "", seal = ""] = cookie.split(".");
  const forged = [
    `${keyId}.${Number(expiry) + 1}.${seal}`,
    `${other.keyId}.${expiry}.${seal}`,
    `${keyId}.${expiry}.${"A".repeat(43)}`,
    `${keyId}.${expiry}.`,
    `${keyId}.${expiry}`,
    "",
    "x".repeat(5_000),
  ];
  for (const one of forged) expect((await withCookie(set, one)).status).toBe(401);
  expect((await withCookie(set, cookie)).status).toBe(200);
});

test("another instance on the same database accepts the session", async () => {
  const set = await setUp();
  const { cookie } = await sessionOf(set);
  const second: SetUp = { ...set, web: createWeb(set.parts) };
  expect((await withCookie(second, cookie)).status).toBe(200);
});

test("wrong keys from one address are slowed down; another address is not", async () => {
  const set = await setUp();
  const statuses: number[] = [];
  for (let tries = 0; tries < 22; tries += 1)
    statuses.push((await signIn(set, "bw_wrong", { "x-address": "a" })).status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(20);
  const refused = await signIn(set, "bw_wrong", { "x-address": "a" });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(textOf(await refused.text())).toContain("Too many wrong keys came from this address.");
  expect((await signIn(set, "bw_wrong", { "x-address": "b" })).status).toBe(401);
});

test("a bearer key is accepted as well, and a wrong one is refused with its reason", async () => {
  const set = await setUp();
  const ask = (key: string) => set.web.request("/metrics", { headers: { authorization: `Bearer ${key}` } });
  const read = await set.access.create({ scope: "read" });
  const ingest = await set.access.create({ scope: "ingest" });
  expect((await ask(read.key)).status).toBe(200);
  expect((await ask(ingest.key)).status).toBe(403);
  const wrong = await ask("hello");
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get("www-authenticate")).toContain("Bearer");
});

test("signing out takes the cookie away", async () => {
  const set = await setUp();
  const response = await set.web.request("/metrics/sign-out", { method: "POST" });
  expect([response.status, response.headers.get("location")]).toEqual([303, "/metrics"]);
  expect(response.headers.get("set-cookie")).toMatch(/^bellwether_session=; Max-Age=0; Path=\/metrics/);
});

test("a form from another site signs nobody in", async () => {
  const set = await setUp();
  const { key } = await set.access.create({ scope: "read" });
  const response = await signIn(set, key, { "sec-fetch-site": "cross-site" });
  expect(response.status).toBe(403);
  expect(response.headers.get("set-cookie")).toBeNull();
});

test("a link from another site comes back once by itself, because a strict cookie stays behind", async () => {
  const { web } = await setUp();
  const page = async (site: string) => (await web.request("/metrics", { headers: { "sec-fetch-site": site } })).text();
  expect(await page("cross-site")).toContain('http-equiv="refresh" content="0"');
  expect(await page("same-origin")).not.toContain("refresh");
  expect(await page("none")).not.toContain("refresh");
});

test("a form that is too long is refused before it is read", async () => {
  const set = await setUp();
  const response = await signIn(set, "x".repeat(10_000));
  expect(response.status).toBe(413);
});

test("a database that does not answer while signing in is 503 and not a wrong key", async () => {
  const away = () => Promise.reject(new Problem("database_unavailable", 503, "The database does not answer."));
  const access: Pick<Access, "admit" | "sessionSecret"> = { admit: away, sessionSecret: away };
  const set = await setUp({ access });
  expect((await signIn(set, "bw_any")).status).toBe(503);
});

test("an expired key opens nothing", async () => {
  const set = await setUp();
  const expiresAt = NOW.add({ hours: 1 });
  const { key } = await set.access.create({ scope: "read", expiresAt });
  expect((await signIn(set, key)).status).toBe(303);
  set.time.now = Temporal.Instant.from(expiresAt).add({ seconds: 1 });
  const response = await signIn(set, key);
  expect(response.status).toBe(401);
  expect(textOf(await response.text())).toContain("The key has expired.");
});

test.each(["multipart/form-data", "multipart/form-data; boundary=x", "application/json", "nonsense"])(
  "a sign-in that no form sends, as %s, is refused and not an error of ours",
  async (type) => {
    const { web } = await setUp();
    const headers = { "content-type": type };
    expect((await web.request("/metrics/sign-in", { method: "POST", body: "garbage", headers })).status).toBe(401);
  },
);
