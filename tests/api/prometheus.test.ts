import { expect, it } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { Temporal } from "../../src/core/time.ts";
import { countVerdicts } from "../../src/events/verdict-counts.ts";
import { createIntake } from "../../src/events/intake.ts";

import { createTestWorld } from "../support/world.ts";
import { madeUpReader } from "../bot/support/made-up-numbers.ts";
import { ADMIN_KEY, bearer, createRig, NO_DATABASE, post } from "./support.ts";

const away = () => Promise.reject(new Problem("database_unavailable", 503, "The database does not answer."));

/** `name{label="value"} number` by what stands before the number. */
function samples(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const cut = line.lastIndexOf(" ");
      return [line.slice(0, cut), Number(line.slice(cut + 1))] as const;
    }),
  );
}

const at = (id: string, fields: object) => ({ id, occurred_at: "2026-11-19T10:00:00Z", ...fields });
const EVENTS = [
  at("r1", { type: "request", user_id: "u1", method: "GET", route: "/x", status: 200, duration_ms: 5 }),
  at("r2", { type: "request", user_id: "u1", method: "GET", route: "/x", status: 500, duration_ms: 5 }),
  at("s1", { type: "signup", user_id: "u1" }),
  at("m1", {
    type: "revenue",
    event: "subscription_started",
    team_id: "t1",
    subscription_id: "a",
    amount: "120.50",
    currency: "USD",
    billing_period: "monthly",
  }),
];

async function scraped() {
  const world = await createTestWorld({ now: "2026-11-20T09:00:00Z" });
  const { db, workspace, reader, roller } = world;
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const intake = countVerdicts(createIntake({ db, clock, workspace }));
  const { api } = createRig(NO_DATABASE, { intake, verdicts: intake, reader, roller });
  const send = (events: readonly object[]) => api.request("/api/events", post(JSON.stringify({ events })));
  const scrape = async () => {
    const answer = await api.request("/metrics/prometheus", { headers: bearer(ADMIN_KEY) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    return samples(await answer.text());
  };
  const summary = async () =>
    (await (await api.request("/api/metrics/summary", { headers: bearer(ADMIN_KEY) })).json()) as Record<
      string,
      unknown
    >;
  return { ...world, send, scrape, summary };
}

it("counts events by source and verdict since the start", async () => {
  const { send, scrape } = await scraped();
  await send(EVENTS);
  await send([EVENTS[0] ?? {}, at("r2", { ...EVENTS[1], status: 404 }), at("x", { type: "nonsense" })]);
  const found = await scrape();
  const count = (verdict: string) => found.get(`bellwether_events_total{source="api",verdict="${verdict}"}`);
  expect(["accepted", "duplicate", "conflict", "rejected"].map(count)).toEqual([4, 1, 1, 1]);
});

it("shows the numbers of the summary under its names, and leaves out what has no data", async () => {
  const { send, scrape, summary, settle } = await scraped();
  await send(EVENTS);
  expect((await scrape()).get("bellwether_rollup_backlog")).toBeGreaterThan(0);
  await settle();
  const found = await scrape();
  const answer = await summary();
  expect(found.get("bellwether_database_up")).toBe(1);
  expect(found.get("bellwether_rollup_backlog")).toBe(0);
  expect(found.get('bellwether_mrr{currency="USD"}')).toBe(120.5);
  for (const name of [
    "unconverted",
    "total_users",
    "new_signups",
    "active_users_daily",
    "total_api_calls",
    "error_rate",
  ]) {
    expect(found.get(`bellwether_${name}`)).toBe(answer[name]);
  }
  expect(answer).toMatchObject({ nps_score: null, api_uptime: null });
  expect([...found.keys()].filter((name) => /nps_score|uptime/.test(name))).toEqual([]);
});

it("says with the process's own health that the database is away, and leaves the numbers out", async () => {
  const roller = { recompute: away, backlog: away };
  const { api } = createRig(NO_DATABASE, { reader: { ...madeUpReader(), summary: away }, roller });
  const answer = await api.request("/metrics/prometheus", { headers: bearer(ADMIN_KEY) });
  const found = samples(await answer.text());
  expect(found.get("bellwether_database_up")).toBe(0);
  expect(found.get("process_resident_memory_bytes")).toBeGreaterThan(0);
  expect([...found.keys()].filter((name) => /mrr|total_users|backlog/.test(name))).toEqual([]);
});

it("shows Bellwether's own numbers first, and nothing of the event loop before it was sampled", async () => {
  const { api } = createRig(NO_DATABASE, { reader: madeUpReader(), roller: { recompute: away, backlog: away } });
  const answer = await api.request("/metrics/prometheus", { headers: bearer(ADMIN_KEY) });
  const found = samples(await answer.text());
  const names = [...found.keys()];
  expect(names[0]).toBe("bellwether_database_up");
  expect(names.findLastIndex((name) => name.startsWith("bellwether_"))).toBeLessThan(
    names.findIndex((name) => !name.startsWith("bellwether_")),
  );
  for (const [name, value] of found) expect(value, name).toSatisfy(Number.isFinite);
  expect(found.get("nodejs_eventloop_lag_min_seconds") ?? 0).toBeLessThan(3_600);
});

it("is kept from who has no key with the scope read", async () => {
  const { api } = createRig(NO_DATABASE);
  expect((await api.request("/metrics/prometheus")).status).toBe(401);
});
