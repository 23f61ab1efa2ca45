import { expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { Temporal } from "../../src/core/time.ts";
import { createWeb, type WebParts } from "../../src/web/web.ts";
import { NOW } from "./made-up-numbers.ts";
import { textOf } from "./pages.ts";
import { openDoor, sessionOf, signIn, withCookie, type Door } from "./session-ground.ts";

test("without a key the page is a door and shows no number", async () => {
  const { web } = await openDoor();
  const response = await web.request("/metrics?days=7");
  const page = await response.text();
  expect(response.status).toBe(401);
  expect(page).toContain('action="/metrics/sign-in"');
  expect(page).not.toContain("$16");
});

test.each(["read", "admin"] as const)("a key with the scope %s opens the page", async (scope) => {
  const set = await openDoor();
  const { cookie, response } = await sessionOf(set, scope);
  expect([response.status, response.headers.get("location")]).toEqual([303, "/metrics"]);
  const page = await withCookie(set, cookie);
  expect(page.status).toBe(200);
  expect(textOf(await page.text())).toContain("$16,394");
});

test("the cookie is out of reach for scripts and other sites, and secure where the address is", async () => {
  const plain = (await sessionOf(await openDoor())).response.headers.get("set-cookie") ?? "";
  expect(plain).toContain("HttpOnly");
  expect(plain).toContain("SameSite=Strict");
  expect(plain).toContain("Path=/metrics");
  expect(plain).toContain(`Max-Age=${14 * 86_400}`);
  expect(plain).not.toContain("Secure");
  const https = await openDoor({ publicUrl: () => "https://numbers.example.com" });
  expect((await sessionOf(https)).response.headers.get("set-cookie")).toContain("Secure");
});

test("the cookie never holds the key", async () => {
  const { key, cookie } = await sessionOf(await openDoor());
  const secret = /^bw_\w{12}_(.{43})_/.exec(key)?.[1];
  expect(secret).toBeDefined();
  expect(cookie).not.toContain(secret);
});

test.each([
  ["mistyped", (key: string) => `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`, 401, "checksum does not fit"],
  ["foreign", () => "hello", 401, "not one of Bellwether's"],
  ["empty", () => "  ", 401, "Enter a key."],
] as const)("a key that is %s is refused with a sentence on the same page", async (_, change, status, sentence) => {
  const set = await openDoor();
  const { key } = await set.access.create({ scope: "read" });
  const response = await signIn(set, change(key));
  const page = await response.text();
  expect(response.status).toBe(status);
  expect(textOf(page)).toContain(sentence);
  expect(page).toContain('action="/metrics/sign-in"');
  expect(response.headers.get("set-cookie")).toBeNull();
});

test("a key that may only send events does not open the page", async () => {
  const set = await openDoor();
  const { key } = await set.access.create({ scope: "ingest" });
  const response = await signIn(set, key);
  expect(response.status).toBe(403);
  expect(textOf(await response.text())).toContain("needs a key with the scope read; yours has ingest");
  expect(response.headers.get("set-cookie")).toBeNull();
});

test("revoking the key ends its sessions", async () => {
  const set = await openDoor();
  const { cookie, keyId } = await sessionOf(set);
  expect((await withCookie(set, cookie)).status).toBe(200);
  await set.access.revoke(keyId);
  expect((await withCookie(set, cookie)).status).toBe(401);
});

test("a session ends after 14 days", async () => {
  const set = await openDoor();
  const { cookie } = await sessionOf(set);
  set.time.now = NOW.add({ hours: 14 * 24 - 1 });
  expect((await withCookie(set, cookie)).status).toBe(200);
  set.time.now = NOW.add({ hours: 14 * 24 });
  expect((await withCookie(set, cookie)).status).toBe(401);
});

test("what is not a session's token opens nothing, however it is shaped", async () => {
  const set = await openDoor();
  const { cookie } = await sessionOf(set);
  const other = cookie.startsWith("A") ? `B${cookie.slice(1)}` : `A${cookie.slice(1)}`;
  for (const one of [other, cookie.slice(1), `${cookie}A`, `${cookie}.1`, "A".repeat(43), "", "x".repeat(5_000)])
    expect((await withCookie(set, one)).status).toBe(401);
  expect((await withCookie(set, cookie)).status).toBe(200);
});

test("another instance on the same database accepts the session", async () => {
  const set = await openDoor();
  const { cookie } = await sessionOf(set);
  const second: Door = { ...set, web: createWeb(set.parts) };
  expect((await withCookie(second, cookie)).status).toBe(200);
});

test("wrong keys from one address are slowed down; another address is not", async () => {
  const set = await openDoor();
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
  const set = await openDoor();
  const ask = (key: string) => set.web.request("/metrics", { headers: { authorization: `Bearer ${key}` } });
  const read = await set.access.create({ scope: "read" });
  const ingest = await set.access.create({ scope: "ingest" });
  expect((await ask(read.key)).status).toBe(200);
  expect((await ask(ingest.key)).status).toBe(403);
  const wrong = await ask("hello");
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get("www-authenticate")).toContain("Bearer");
});

test("a link from another site comes back once by itself, because a strict cookie stays behind", async () => {
  const { web } = await openDoor();
  const page = async (site: string) => (await web.request("/metrics", { headers: { "sec-fetch-site": site } })).text();
  expect(await page("cross-site")).toContain('http-equiv="refresh" content="0"');
  expect(await page("same-origin")).not.toContain("refresh");
  expect(await page("none")).not.toContain("refresh");
});

test("a form that is too long is refused before it is read", async () => {
  const set = await openDoor();
  const response = await signIn(set, "x".repeat(10_000));
  expect(response.status).toBe(413);
});

test("a database that does not answer while signing in is 503 and not a wrong key", async () => {
  const away = () => Promise.reject(new Problem("database_unavailable", 503, "The database does not answer."));
  const access: WebParts["access"] = { admit: away, sessions: { begin: away, open: away, end: away } };
  const set = await openDoor({ access });
  expect((await signIn(set, "bw_any")).status).toBe(503);
});

test("an expired key opens nothing", async () => {
  const set = await openDoor();
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
    const { web } = await openDoor();
    const headers = { "content-type": type };
    expect((await web.request("/metrics/sign-in", { method: "POST", body: "garbage", headers })).status).toBe(401);
  },
);
