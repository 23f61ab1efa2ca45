import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/metrics/catalogue.ts";
import { createTestDatabase } from "../support/database.ts";
import { ADMIN_KEY, bearer, createRig, from, NO_DATABASE, post } from "./support.ts";

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toMatchObject({
    type: "about:blank",
    title: expect.any(String),
    status: response.status,
    detail: expect.any(String),
  });
  expect(body["request_id"]).toBe(response.headers.get("x-request-id"));
  expect(JSON.stringify(body)).not.toMatch(/\bat \S+:\d+|node_modules|stack/);
  return body;
}

const summary = "/api/metrics/summary";

describe("keys over HTTP", () => {
  it("that are missing, wrong, mistyped, revoked, expired or under-scoped are told apart", async () => {
    const { api, access, clock } = createRig(await createTestDatabase());
    const read = await access.create({ scope: "read" });
    const revoked = await access.create({ scope: "read" });
    await access.revoke(revoked.keyId);
    const expired = await access.create({ scope: "read", expiresAt: clock.now() });
    const ask = async (key: string, path = summary, method = "GET") =>
      problemOf(await api.request(path, { method, headers: bearer(key) }));

    expect(await problemOf(await api.request(summary))).toMatchObject({ status: 401, code: "missing_key" });
    expect(await ask("nobody")).toMatchObject({ status: 401, code: "invalid_key" });
    expect(await ask(`${read.key}0`)).toMatchObject({
      code: "invalid_key",
      detail: expect.stringContaining("mistyped"),
    });
    expect(await ask(revoked.key)).toMatchObject({ status: 401, detail: "The key was revoked." });
    expect(await ask(expired.key)).toMatchObject({ status: 401, detail: "The key has expired." });
    expect(await ask(read.key, "/api/events", "POST")).toMatchObject({ status: 403, code: "insufficient_scope" });
  });

  it("are asked for with WWW-Authenticate, and any case of Bearer will do", async () => {
    const { api } = createRig(NO_DATABASE);
    expect((await api.request(summary)).headers.get("www-authenticate")).toBe('Bearer realm="bellwether"');
    const wrong = await api.request(summary, { headers: bearer("bw_wrong") });
    expect(wrong.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect((await api.request(summary, { headers: { authorization: `BEARER ${ADMIN_KEY}` } })).status).toBe(200);
    const basic = await api.request(summary, { headers: { authorization: `Basic ${btoa("a:b")}` } });
    expect(await problemOf(basic)).toMatchObject({ code: "missing_key" });
  });

  it("are limited by the second, and say when to come back", async () => {
    const { api, access, clock } = createRig(await createTestDatabase());
    const { key } = await access.create({ scope: "read", requestsPerSecond: 2 });
    const statuses = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await api.request(summary, { headers: bearer(key) })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    const refused = await api.request(summary, { headers: bearer(key) });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await problemOf(refused)).toMatchObject({ code: "rate_limited" });
    clock.advance(1_000);
    expect((await api.request(summary, { headers: bearer(key) })).status).toBe(200);
  });

  it("that fail are limited by the address that the proxy saw, when there is one to trust", async () => {
    const { api } = createRig(NO_DATABASE, { trustProxy: true });
    const ask = async (forwarded: string) =>
      (await api.request(summary, { headers: bearer("wrong", { "x-forwarded-for": forwarded }) }, from("10.0.0.1")))
        .status;
    for (let n = 0; n < 20; n += 1) expect(await ask(`203.0.113.${n}, 192.0.2.7`)).toBe(401);
    expect(await ask("192.0.2.7")).toBe(429);
    expect(await ask("192.0.2.8")).toBe(401);
  });

  it("that fail count together for one IPv6 network, and a made-up X-Forwarded-For changes nothing", async () => {
    const { api } = createRig(NO_DATABASE);
    const ask = async (address: string, n: number) =>
      (await api.request(summary, { headers: bearer("wrong", { "x-forwarded-for": `192.0.2.${n}` }) }, from(address)))
        .status;
    for (let n = 0; n < 20; n += 1) expect(await ask(`2001:db8:0:1::${n.toString(16)}`, n)).toBe(401);
    expect(await ask("2001:db8:0:1:ffff::1", 99)).toBe(429);
    expect(await ask("2001:db8:0:2::1", 99)).toBe(401);
  });
});

describe("`days`", () => {
  it.each(["0", "367", "-1", "1.5", "abc", "", "1e2", "+7", "030", " 7", "７", "99999999999999999999"])(
    "of %j is refused with the range",
    async (days) => {
      const { api } = createRig(NO_DATABASE);
      for (const path of [summary, "/api/metrics/daily"]) {
        const response = await api.request(`${path}?days=${encodeURIComponent(days)}`, { headers: bearer(ADMIN_KEY) });
        expect(await problemOf(response)).toMatchObject({
          status: 400,
          code: "invalid_days",
          detail: expect.stringContaining("a whole number from 1 to 366"),
        });
      }
    },
  );

  it("is refused when given twice, is 30 when absent, and reaches from 1 to 366", async () => {
    const { api } = createRig(NO_DATABASE);
    const ask = async (query: string) => api.request(`${summary}${query}`, { headers: bearer(ADMIN_KEY) });
    expect(await problemOf(await ask("?days=7&days=7"))).toMatchObject({ code: "invalid_days" });
    for (const [query, days] of [
      ["", 30],
      ["?days=1", 1],
      ["?days=366", 366],
      ["?", 30],
    ] as const) {
      expect(await (await ask(query)).json()).toMatchObject({ date_range: { days } });
    }
  });
});

describe("addresses", () => {
  it("that nobody has are 404, below /api/ and elsewhere", async () => {
    const { api } = createRig(NO_DATABASE);
    for (const path of [
      "/api/none",
      "/none",
      "/api/metrics/none",
      "/api/events/",
      "/%E0%A4%A",
      "/api/metrics/series/",
    ]) {
      expect(await problemOf(await api.request(path))).toMatchObject({ status: 404, code: "not_found" });
    }
  });

  it("refuse a method they do not have and name those they do", async () => {
    const { api } = createRig(NO_DATABASE);
    for (const [method, path, allow] of [
      ["GET", "/api/events", "POST, OPTIONS"],
      ["DELETE", "/api/metrics/summary", "GET, HEAD, OPTIONS"],
      ["POST", "/api/metrics/series/mrr", "GET, HEAD, OPTIONS"],
      ["PROPFIND", "/healthz", "GET, HEAD, OPTIONS"],
    ] as const) {
      const response = await api.request(path, { method });
      expect(response.headers.get("allow")).toBe(allow);
      expect(await problemOf(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
    }
  });

  it("answer HEAD without a body and OPTIONS with their methods", async () => {
    const { api } = createRig(NO_DATABASE);
    const head = await api.request("/healthz", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const options = await api.request("/api/events", { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "POST, OPTIONS"]);
  });

  it("of other apps are theirs, but those below /api/ stay the API's", async () => {
    const pages = { fetch: (request: Request) => new Response(`page ${new URL(request.url).pathname}`) };
    const { api } = createRig(NO_DATABASE, { pages });
    expect(await (await api.request("/metrics")).text()).toBe("page /metrics");
    expect((await api.request("/api/none")).status).toBe(404);
    expect((await api.request("/healthz", { method: "POST" })).status).toBe(405);
  });
});

describe("a metric", () => {
  it("that does not exist is 404 and the nearest name is offered", async () => {
    const { api } = createRig(NO_DATABASE);
    const ask = (name: string) => api.request(`/api/metrics/series/${name}`, { headers: bearer(ADMIN_KEY) });
    const [known = ""] = Object.keys(catalogue);
    expect(await problemOf(await ask(`${known}x`))).toMatchObject({
      status: 404,
      code: "unknown_metric",
      detail: `There is no metric \`${known}x\`. Did you mean \`${known}\`?`,
    });
    for (const name of ["constructor", "__proto__", "%00", "a".repeat(5_000), "%F0%9F%98%80"]) {
      expect(await problemOf(await ask(name))).toMatchObject({ status: 404, code: "unknown_metric" });
    }
  });

  it("of the catalogue is answered, and the catalogue lists it", async () => {
    const { api } = createRig(NO_DATABASE);
    const listed = (await (await api.request("/api/metrics", { headers: bearer(ADMIN_KEY) })).json()) as {
      metrics: { name: string }[];
    };
    expect(listed.metrics.map(({ name }) => name)).toEqual(Object.keys(catalogue));
    for (const { name } of listed.metrics) {
      const response = await api.request(`/api/metrics/series/${name}?days=7`, { headers: bearer(ADMIN_KEY) });
      expect(await response.json()).toMatchObject({ metric: name, date_range: { days: 7 } });
    }
  });
});

describe("a failure of our own", () => {
  it("is answered neutrally, logged with the request id, and no secret is in either", async () => {
    const intake = { accept: () => Promise.reject(new Error("password=hunter2")), stop: () => Promise.resolve() };
    const { api, log } = createRig(NO_DATABASE, { intake });
    const response = await api.request("/api/events", post('{"events":[{"user_id":"hunter2"}]}'));
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 500, code: "internal_error" });
    const line = log.lines.at(-1);
    expect(line).toMatchObject({
      level: "error",
      fields: {
        requestId: problem["request_id"],
        method: "POST",
        route: "/api/events",
        status: 500,
        failure: { name: "Error" },
      },
    });
    expect(JSON.stringify([problem, log.lines])).not.toMatch(/hunter2|bw_|this-test/);
  });
});

describe("browsers", () => {
  it("may read answers from the origins of the configuration only", async () => {
    const { api } = createRig(NO_DATABASE, { corsOrigins: ["https://app.example.com"] });
    const ask = (origin: string, method = "GET") => api.request("/api/events", { method, headers: { origin } });
    const allowed = await ask("https://app.example.com", "OPTIONS");
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(allowed.headers.get("access-control-allow-headers")).toContain("Authorization");
    expect((await ask("https://app.example.com")).headers.get("access-control-allow-origin")).toBe(
      "https://app.example.com",
    );
    const other = await ask("https://evil.example", "OPTIONS");
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
    expect(other.headers.get("vary")).toBe("Origin");
  });

  it("may send events from there and read no numbers, whatever key their page has", async () => {
    const origin = "https://app.example.com";
    const { api } = createRig(NO_DATABASE, { corsOrigins: [origin] });
    const allows = async (path: string, method: string) => {
      const response = await api.request(path, { method, headers: bearer(ADMIN_KEY, { origin }) });
      expect(response.headers.get("vary")).toBe("Origin");
      return response.headers.get("access-control-allow-origin");
    };
    for (const path of ["/api/events", "/api/track/nps", "/api/track/health-check"])
      for (const method of ["OPTIONS", "POST"]) expect(await allows(path, method)).toBe(origin);
    for (const path of [
      summary,
      "/api/metrics",
      "/api/tickets",
      "/api/events/void",
      "/openapi.json",
      "/healthz",
      "/none",
    ])
      for (const method of ["OPTIONS", "GET"]) expect(await allows(path, method)).toBeNull();
  });

  it("are told to cache, sniff and frame nothing", async () => {
    const { api } = createRig(NO_DATABASE);
    for (const path of ["/healthz", "/api/none", "/api/events"]) {
      const { headers } = await api.request(path);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    }
  });
});
