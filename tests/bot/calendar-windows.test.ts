import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommands } from "../../src/bot/commands/commands.ts";
import { OPERATOR_VISIT } from "../../src/bot/permission/gate.ts";
import { runText } from "../../src/bot/run-command.ts";
import { Temporal } from "../../src/core/time.ts";
import type { Explanation } from "../../src/metrics/explained.ts";
import type { Daily, Series, Summary } from "../../src/metrics/answers.ts";
import { ADMIN_KEY, bearer, createRig } from "../api/support.ts";
import { createWorld, type World } from "../support/world.ts";
import { demoPages, textOf } from "../web/pages.ts";
import { noRules, noSurveys } from "./support/made-up-numbers.ts";
import { wordsOf } from "./support/reading-words.ts";

const NOW = "2026-11-20T09:00:00Z";
const ZONE = "Europe/Berlin";

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const request = (occurred_at: string, status: number, user_id?: string) => ({
  type: "request",
  method: "GET",
  route: "/users/:id",
  status,
  duration_ms: 20,
  occurred_at,
  ...(user_id === undefined ? {} : { user_id }),
});
const revenue = (event: string, team_id: string, occurred_at: string, amount?: string) => ({
  type: "revenue",
  event,
  team_id,
  plan: "pro",
  occurred_at,
  ...(amount === undefined ? {} : { amount, currency: "USD" }),
});
const signup = (user_id: string, occurred_at: string) => ({ type: "signup", user_id, occurred_at });

/** Clocks go back in Berlin on 25 October: its October has 745 hours, from 30 September 22:00 to 31 October 23:00 UTC. */
const EVENTS = [
  signup("first", "2026-08-25T09:00:00Z"),
  ...times(22, (index) => signup(`s${index}`, "2026-09-14T09:00:00Z")),
  signup("at the last moment of September", "2026-09-30T21:59:59.999Z"),
  signup("at the first moment of October", "2026-09-30T22:00:00Z"),
  ...times(38, (index) => signup(`o${index}`, "2026-10-14T09:00:00Z")),
  signup("at the last moment of October", "2026-10-31T22:59:59.999Z"),
  signup("at the first moment of November", "2026-10-31T23:00:00Z"),
  ...times(200, () => request("2026-09-10T09:00:00Z", 200)),
  ...times(4, () => request("2026-09-10T09:00:00Z", 500)),
  ...times(290, (index) => request("2026-10-10T09:00:00Z", 200, `s${index % 20}`)),
  ...times(10, () => request("2026-10-31T22:30:00Z", 503, "s1")),
  request("2026-10-31T23:10:00Z", 500, "s2"),
  revenue("subscription_started", "initech", "2026-09-05T09:00:00Z", "100"),
  revenue("subscription_started", "umbrella", "2026-09-06T09:00:00Z", "40"),
  revenue("subscription_started", "globex", "2026-10-12T09:00:00Z", "50"),
  revenue("canceled", "umbrella", "2026-10-20T09:00:00Z"),
  revenue("canceled", "initech", "2026-11-03T09:00:00Z"),
];

let world: World;
let api: ReturnType<typeof createRig>["api"];

beforeAll(async () => {
  world = await createWorld({ now: NOW, timeZone: ZONE });
  const verdicts = await world.post(EVENTS.map((event, index) => ({ ...event, id: `e${index}` })));
  expect(verdicts.filter(({ verdict }) => verdict !== "accepted")).toEqual([]);
  await world.settle();
  const { reader, overviews } = world;
  api = createRig(world.db, { reader, overviews, workspace: { timeZone: ZONE } }).api;
});
afterAll(() => world.close());

async function get<Answer>(path: string): Promise<Answer> {
  const response = await api.request(path, { headers: bearer(ADMIN_KEY) });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

async function refusal(path: string): Promise<string> {
  const response = await api.request(path, { headers: bearer(ADMIN_KEY) });
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  return `${response.status} ${code}: ${detail}`;
}

async function say(text: string): Promise<{ words: string; data: unknown }> {
  const clock = { now: () => Temporal.Instant.from(NOW) };
  const { db, reader, overviews, details, workspace } = world;
  const parts = { ...noSurveys, db, reader, overviews, details, workspace };
  const commands = createCommands({ ...parts, accessBook: noRules, clock, firstEvent: "curl" });
  const { message, data } = await runText(text, { commands, prefix: "/", ...OPERATOR_VISIT });
  return { words: wordsOf(message).join("\n"), data };
}

/** Worked out from the events above. */
const OCTOBER = {
  new_signups: 40,
  total_users: 1 + 23 + 40,
  mrr: 150,
  arr: 1_800,
  churn_rate: 50,
  arpu: 75,
  total_api_calls: 300,
  error_rate: (100 * 10) / 300,
  active_users_daily: 1,
  active_users_monthly: 20,
  date_range: { start: "2026-10-01", end: "2026-10-31", days: 31, complete: true, timezone: ZONE },
};
const SEPTEMBER = {
  new_signups: 23,
  mrr: 140,
  total_api_calls: 204,
  date_range: { start: "2026-09-01", end: "2026-09-30", days: 30, days_known: 30, timezone: ZONE },
};

describe("the summary of October", () => {
  test("is that of a month by hand, beside September, and says what changed clearly", async () => {
    const summary = await get<Summary>("/api/metrics/summary?month=2026-10");
    expect(summary).toMatchObject({ ...OCTOBER, previous: SEPTEMBER });
    // 40 and 23 differ by 17, and 1.96 × √63 is 15.6; 300 and 204 by 96 of 44; 10/300 and 4/204 by less than chance makes.
    expect(summary.change).toMatchObject({
      new_signups: { absolute: 17, percent: (100 * 17) / 23, clear: true },
      mrr: { absolute: 10, clear: true },
      total_api_calls: { absolute: 96, clear: true },
      error_rate: { clear: false },
    });
    expect(await get<Summary>("/api/metrics/summary?from=2026-10-01&to=2026-10-31")).toMatchObject(OCTOBER);
  });

  test("is the same in chat, however it is asked for, and on the page", async () => {
    const summary = await get<Summary>("/api/metrics/summary?month=2026-10");
    for (const typed of ["--month 2026-10", "last month", "October", "——month 2026-10", "—month=Oct", "2026-10"]) {
      const { words, data } = await say(`metrics summary ${typed}`);
      expect(data).toEqual(summary);
      expect(words).toMatch(/^October 2026 against the month before/);
      expect(words).toContain("40 new, ▲ 74 % (23)");
      expect(words).toContain("no clear change, was 2 %");
    }
    const page = textOf(await (await demoPages(world.reader).request("/metrics?month=2026-10")).text());
    expect(page).toContain("October 2026 1 Oct - 31 Oct 2026, against 1 Sep - 30 Sep 2026");
    expect(page).toContain("MRR $150 ▲ $10 (30 Sep 2026 $140)");
    expect(page).toContain("Sign-ups 40 ▲ 74 % (1 Sep - 30 Sep 2026 23)");
    expect(page).toContain("no clear change, was 2 % (1 Sep - 30 Sep 2026)");
  });

  test("has a row for each of its days, and no line of the page goes on to today", async () => {
    const { days, date_range } = await get<Daily>("/api/metrics/daily?month=2026-10");
    expect([days.length, days[0]?.date, days.at(-1)?.date]).toEqual([31, "2026-10-01", "2026-10-31"]);
    expect(days.reduce((sum, day) => sum + (day.signups ?? 0), 0)).toBe(40);
    expect(date_range).toEqual(OCTOBER.date_range);
    const page = await (await demoPages(world.reader).request("/metrics?month=2026-10")).text();
    expect(page).not.toContain("(partial)");
  });

  test("is explained and charted by the number of the month", async () => {
    const explained = await get<Explanation>("/api/metrics/explain/churn_rate?month=2026-10");
    expect(explained).toMatchObject({ value: 50, date_range: OCTOBER.date_range });
    const { words } = await say("metrics show churn_rate October");
    expect(words).toContain("Customer churn, October 2026");
    expect(words).toContain("1 Oct - 31 Oct | 50 %");
  });
});

test("a month that is not over is cut at yesterday and says so, beside as many days of the month before", async () => {
  const summary = await get<Summary>("/api/metrics/summary?month=2026-11");
  expect(summary.date_range).toEqual({
    start: "2026-11-01",
    end: "2026-11-19",
    days: 19,
    complete: false,
    timezone: ZONE,
  });
  expect(summary.previous?.date_range).toMatchObject({
    start: "2026-10-01",
    end: "2026-10-19",
    days: 19,
    days_known: 19,
  });
  expect((await say("metrics summary this month")).words).toContain("1 Nov - 19 Nov (not over) against 1 Oct - 19 Oct");
});

test("nothing is called a change against days that are not all on record", async () => {
  const summary = await get<Summary>("/api/metrics/summary?month=2026-09");
  expect(summary.previous?.date_range).toMatchObject({ start: "2026-08-01", days: 31, days_known: 7 });
  expect(summary.change).toBeNull();
  expect(await get<Summary>("/api/metrics/summary?month=2026-10&compare=none")).toMatchObject({
    ...OCTOBER,
    previous: null,
    change: null,
  });
  const year = await get<Summary>("/api/metrics/summary?month=2026-10&compare=year");
  expect([year.previous?.date_range.start, year.previous?.date_range.days_known, year.change]).toEqual([
    "2025-10-01",
    0,
    null,
  ]);
});

test("rates of accounts have a point a month, the 30 days that end with each day, or the day", async () => {
  const monthly = await get<Series>("/api/metrics/series/churn_rate?from=2026-09-20&to=2026-11-19");
  expect(monthly.step).toBe("month");
  expect(monthly.points).toEqual([
    { date: "2026-09-01", value: null, complete: true },
    { date: "2026-10-01", value: 50, complete: true },
    { date: "2026-11-01", value: 50, complete: false },
  ]);
  const trailing = await get<Series>("/api/metrics/series/churn_rate?month=2026-11&step=trailing");
  const one = async (end: string) => {
    const from = Temporal.PlainDate.from(end).subtract({ days: 29 }).toString();
    return (await get<Series>(`/api/metrics/series/churn_rate?from=${from}&to=${end}`)).window.value;
  };
  expect(trailing.points).toHaveLength(19);
  for (const { date, value } of trailing.points.filter((_, index) => index % 6 === 0))
    expect(value).toBe(await one(date));
  const daily = await get<Series>("/api/metrics/series/churn_rate?month=2026-10&step=day");
  expect(daily.points.filter(({ value }) => value !== 0 && value !== null)).toEqual([
    { date: "2026-10-20", value: expect.closeTo(100 / 3, 9) },
  ]);
  expect((await get<Series>("/api/metrics/series/churn_rate?days=366&step=trailing")).points).toHaveLength(366);
});

test("other subjects take the same window, and what it is set beside when that is asked for", async () => {
  expect(await get("/api/metrics/revenue-breakdown?month=2026-10&compare=previous")).toMatchObject({
    total_mrr: 150,
    date_range: OCTOBER.date_range,
    previous: { total_mrr: 140, date_range: SEPTEMBER.date_range },
  });
  expect(await get("/api/metrics/error-overview?quarter=2026-Q3")).toMatchObject({
    total_requests: 204,
    failed_requests: 4,
  });
  expect(await get("/api/metrics/error-overview?quarter=2026-Q3")).not.toHaveProperty("previous");
  expect(await get("/api/metrics/activation-funnel?year=2026")).toMatchObject({ total_signups: 65 });
  expect((await say("metrics errors Q3")).words).toContain("Errors and latency, Q3 2026");
});

test("a window without a complete day is refused, over HTTP and in chat, with the same sentence", async () => {
  const sentence = "December 2026 has no complete day yet: the last complete day is 2026-11-19.";
  expect(await refusal("/api/metrics/summary?month=2026-12")).toBe(`400 invalid_window: ${sentence}`);
  expect((await say("metrics summary --month 2026-12")).words).toBe(sentence);
  expect(await refusal("/api/metrics/daily?from=2025-01-01&to=2026-06-01")).toMatch(
    /^400 invalid_window: A window has 366 days/,
  );
});
