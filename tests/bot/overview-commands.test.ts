import { describe, expect, test } from "vitest";
import type { Chart } from "../../src/charts/chart.ts";
import { Temporal } from "../../src/core/time.ts";
import { pageText, readPage } from "../../src/bot/commands/paging.ts";
import type { Message } from "../../src/bot/message.ts";
import { ALL_GROUPS } from "../../src/bot/permission/need.ts";
import type { RouteUse } from "../../src/metrics/read/route-page.ts";
import { ask } from "./support/asking.ts";
import { madeUpDaily, madeUpDays, madeUpSeries, madeUpToday } from "./support/made-up-numbers.ts";
import {
  madeUpErrors,
  madeUpFunnel,
  madeUpRevenue,
  madeUpSplit,
  madeUpSupport,
  MOVED,
} from "./support/made-up-overviews.ts";
import type { WindowAsked } from "../../src/core/window-wish.ts";
import { daysIn } from "./support/made-up-series.ts";
import { wordsOf } from "./support/reading-words.ts";

const NO_MOVEMENTS = {
  new: 0,
  expansion: 0,
  contraction: 0,
  churn: 0,
  reactivation: 0,
  paused: 0,
  resumed: 0,
  fx: 0,
  transfer: 0,
};

const COMMANDS = ["revenue", "funnel", "features", "support", "errors"] as const;
const FOOT = "as of 2 min ago · days end at midnight Europe/Berlin · 23 Oct - 21 Nov";

function periods(command: string, rest = ""): string[] {
  return [
    ...[7, 30, 90, 365].map((days) => [`Last ${days} days`, `--days ${days}`]),
    ["This month (November 2026)", "--month 2026-11"],
    ["Last month (October 2026)", "--month 2026-10"],
    ["This quarter (Q4 2026)", "--quarter 2026-Q4"],
    ["Last quarter (Q3 2026)", "--quarter 2026-Q3"],
    ["This year (2026)", "--year 2026"],
    ["Last year (2025)", "--year 2025"],
  ].map(([label = "", window = ""]) => `[Period: ${label}: ${command} ${window}${rest}]`);
}

async function say(...given: Parameters<typeof ask>): Promise<string[]> {
  return wordsOf((await ask(...given)).message);
}

function chartIn({ blocks }: Message): Chart | null {
  const block = blocks.find(({ kind }) => kind === "chart");
  return block?.kind === "chart" ? block.chart : null;
}

describe("metrics revenue", () => {
  test("tells MRR with what came and went, how well it stays, who moved it, and plans", async () => {
    expect(await say("metrics revenue")).toEqual([
      "Revenue, last 30 days",
      "MRR | $16,412 | ▲ $571 (22 Oct $15,841)",
      "Customers | 94 | ARPU $174.60 · 2 paused",
      "Net revenue retention | 99.61 % | gross 97.9 % · customer churn 2.1 %",
      "Quick ratio | 2.68 | LTV $8,197",
      "$15,841.00 on 22 Oct + $632.00 new + $278.00 expansion − $120.00 contraction − $219.00 churned = $16,412.00 on 21 Nov.",
      "Accounts: 4 new, 2 expansion, 1 contraction, 1 churned.",
      "[MRR movements]",
      "Account | MRR | What | Day",
      "Initech | +$220.00 | expansion | 12 Nov",
      "Umbrella | −$47.00 | churned | 3 Nov",
      "Globex | +$79.00 | new | 1 Nov",
      "Plan | MRR | Customers | ARPU | Users",
      "workflow | $11,212 | 20 | $560.60 | 24",
      "pro | $5,200 | 74 | $70.27 | 80",
      "free | $0 | 0 | no data | 1,100",
      FOOT,
      ...periods("metrics revenue"),
      "[Explain MRR: metrics explain mrr --days 30]",
    ]);
  });

  test("draws the way from MRR at the start to MRR at the end", async () => {
    expect(chartIn((await ask("metrics revenue 7")).message)).toMatchObject({
      kind: "waterfall",
      currency: "USD",
      steps: [
        { label: "Start", role: "level", value: 15_841 },
        { label: "New", role: "change", value: 632 },
        { label: "Reactivated", role: "change", value: 0 },
        { label: "Expansion", role: "change", value: 278 },
        { label: "Contraction", role: "change", value: -120 },
        { label: "Churned", role: "change", value: -219 },
        { label: "End", role: "level", value: 16_412 },
      ],
    });
  });

  test("counts accounts, and names none, for those who may see no names; nor are users of plans for those who may see no people", async () => {
    const view = { names: new Set<never>(), groups: new Set(["revenue"] as const) };
    const { message, data } = await ask("metrics revenue", {}, view);
    const words = wordsOf(message);
    expect(words).toContain("Accounts: 4 new, 2 expansion, 1 contraction, 1 churned.");
    expect(words).toContain("Plan | MRR | Customers | ARPU");
    expect(JSON.stringify([message, data])).not.toMatch(/Initech|Umbrella|Globex/);
  });

  test("says that parts which were rounded one by one do not add up to the cent", async () => {
    const revenueBreakdown = async (days: number) =>
      madeUpRevenue(days, {
        opening_mrr: 10,
        total_mrr: 43.33,
        movements: { ...NO_MOVEMENTS, new: 33.34 },
      });
    expect(await say("metrics revenue", { overviews: { revenueBreakdown } })).toContain(
      "$10.00 on 22 Oct + $33.34 new = $43.33 on 21 Nov (each rounded: $0.01 apart).",
    );
  });

  test("says no data where a ratio has none, and what to do when there is no revenue", async () => {
    const nothing = NO_MOVEMENTS;
    const revenueBreakdown = async (days: number) =>
      madeUpRevenue(days, {
        total_mrr: 0,
        opening_mrr: 0,
        movements: nothing,
        tiers: [],
        customers: 0,
        paused_customers: 0,
        avg_revenue_per_user: null,
        nrr: null,
        grr: null,
        churn_rate: null,
        quick_ratio: null,
        ltv: null,
      });
    const accounts = { new: 0, reactivation: 0, expansion: 0, contraction: 0, paused: 0, resumed: 0, churn: 0, fx: 0 };
    const accountMovements = async () => ({ accounts, total: 0, movements: [] });
    const words = await say("metrics revenue", { overviews: { revenueBreakdown }, details: { accountMovements } });
    expect(words.slice(0, 7)).toEqual([
      "Revenue, last 30 days",
      "MRR | $0 | no change",
      "Customers | 0 | ARPU no data",
      "Net revenue retention | no data | gross no data · customer churn no data",
      "Quick ratio | no data | LTV no data",
      "No revenue in these days. Send `revenue` events.",
      FOOT,
    ]);
  });

  test("says that nothing moved, and how many subscriptions are left out", async () => {
    const nothing = NO_MOVEMENTS;
    const revenueBreakdown = async (days: number) =>
      madeUpRevenue(days, { opening_mrr: 16_412, movements: nothing, unconverted: 3 });
    const words = await say("metrics revenue", { overviews: { revenueBreakdown } });
    expect(words).toContain("No movements: MRR is what it was on 22 Oct.");
    expect(words).toContain("3 subscriptions left out: there is no exchange rate for the currency.");
  });

  test("sums up the plans beyond eight", async () => {
    const tiers = Array.from({ length: 51 }, (_, index) => ({
      plan: `plan ${index}`,
      users: 2,
      customers: 1,
      mrr: 100,
      arpu: 100,
    }));
    const words = await say("metrics revenue", {
      overviews: { revenueBreakdown: async (days) => madeUpRevenue(days, { tiers }) },
    });
    expect(words.filter((line) => line.startsWith("plan "))).toHaveLength(8);
    expect(words).toContain("43 more plans | $4,300 | 43 | $100 | 86");
  });
});

describe("metrics funnel", () => {
  test("tells each step with its share of all, of those who took the step before, and the time to it", async () => {
    expect(await say("metrics funnel")).toEqual([
      "Activation, last 30 days",
      "Sign-ups | 412 | 40 still inside their 7 days",
      "Fully activated | 9",
      "Activation rate | 3.1 % | of the 372 whose 7 days are over",
      "[From sign-up to activation]",
      "Step | People | Of all | Of those before | Median time",
      "Signed up | 412 |  |  | ",
      "Profile completed | 311 | 75.5 % | 75.5 % | 24 min",
      "First API call | 240 | 58.3 % | 64.3 % | 20.5 h",
      "First agent session | 12 | 2.9 % | 5 % | 2.5 d",
      "Fully activated | 9 | 2.2 % | 9 of 12 | ",
      "Those who signed up in these days, and what they did within 7 days of it, up to the end of the last one.",
      FOOT,
      ...periods("metrics funnel"),
      "[Explain the rate: metrics explain activation_rate --days 30]",
    ]);
  });

  test("draws the steps", async () => {
    expect(chartIn((await ask("metrics funnel")).message)).toMatchObject({
      kind: "funnel",
      steps: [
        { label: "Signed up", count: 412 },
        { label: "Profile completed", count: 311 },
        { label: "First API call", count: 240 },
        { label: "First agent session", count: 12 },
        { label: "Fully activated", count: 9 },
      ],
    });
  });

  test("says what to send while nobody signed up", async () => {
    const activationFunnel = async (days: number) => madeUpFunnel(days, { total_signups: 0 });
    expect((await say("metrics funnel", { overviews: { activationFunnel } })).slice(1, 3)).toEqual([
      "Sign-ups | 0",
      "Nobody signed up in these days. Send `signup` events.",
    ]);
  });
});

const ROUTES: RouteUse[] = Array.from({ length: 312 }, (_, index) => ({
  route: `GET /thing/${index}`,
  calls: 1_000 - index,
  failed: 1,
  p50: 10,
  p95: 20,
}));
const manyRoutes = {
  routes: async (_: number, { skipped, limit }: { readonly skipped: number; readonly limit: number }) => {
    const routes = ROUTES.slice(skipped, skipped + limit);
    return { total: routes.length === 0 ? 0 : ROUTES.length, routes };
  },
};

describe("metrics features", () => {
  test("tells calls, share, latency and failures; a percentage only where it says something", async () => {
    const seriesBy = async () => madeUpSplit("api_calls", 30, "route", { "GET /users/:id": 30, "POST /exports": 20 });
    expect(await say("metrics features", { overviews: { seriesBy } })).toEqual([
      "Features, last 30 days",
      "API calls | 1,500",
      "Features in use | 3",
      "[API calls by feature]",
      "Feature | Calls | Share | p95 | Failed",
      "GET /users/:id | 1,000 | 66.7 % | 40 ms | 1 %",
      "POST /exports | 300 | 20 % | 2.1 s | 30 %",
      "GET /rare | 5 | 0.33 % | 3 ms | 1 of 5",
      FOOT,
      ...periods("metrics features"),
    ]);
  });

  test("turns pages of hundreds, and says that there are not so many", async () => {
    const seriesBy = async () => madeUpSplit("api_calls", 7, "route", { "GET /thing/0": 30_000 });
    const second = await say("metrics features 7 --page 2", { details: manyRoutes, overviews: { seriesBy } });
    expect(second.filter((line) => line.startsWith("GET "))).toHaveLength(10);
    expect(second[2]).toBe("GET /thing/10 | 990 | 0.47 % | 20 ms | 0.1 %");
    expect(second).toContain("as of 2 min ago · days end at midnight Europe/Berlin · 15 Nov - 21 Nov · page 2 of 32");
    expect(second.slice(-2)).toEqual([
      "[Previous page: metrics features --days 7 --page 1]",
      "[Next page: metrics features --days 7 --page 3]",
    ]);
    const last = await say("metrics features 7 --page 32", { details: manyRoutes });
    expect(last.filter((line) => line.startsWith("GET "))).toHaveLength(2);
    expect(last.at(-1)).toBe("[Previous page: metrics features --days 7 --page 31]");
    const behind = await say("metrics features --page 99", { details: manyRoutes });
    expect(behind.join()).toContain("there are 32 pages, this is the last");
    expect(behind).toContain("[Previous page: metrics features --days 30 --page 31]");
    const oneRow = { total: 1 };
    const found = await readPage(99, 10, async ({ skipped }) => (skipped === 0 ? oneRow : { total: 0 }));
    expect([found.found, pageText(found.page)]).toEqual([oneRow, "there is 1 page"]);
  });

  test("keeps latency and failures from those who may not see health", async () => {
    const groups = new Set(ALL_GROUPS.filter((group) => group !== "health"));
    const words = await say("metrics features", {}, { groups });
    expect(words).toContain("Feature | Calls | Share");
    expect(words.join()).not.toContain("2.1 s");
  });

  test("says what to send while there are no requests", async () => {
    const routes = async () => ({ total: 0, routes: [] });
    expect((await say("metrics features", { details: { routes } }))[1]).toBe(
      "No requests in these days. Send `request` events, or mount the tracking middleware.",
    );
  });
});

describe("metrics support", () => {
  const series = async (metric: Parameters<typeof madeUpSeries>[0], days: WindowAsked) =>
    madeUpSeries(
      metric,
      Array.from({ length: daysIn(days) }, () => 1),
      { window: { value: 42 }, previous: { value: 30 } },
    );

  test("tells what was opened, answered and resolved, and what it is about, zero included", async () => {
    expect(await say("metrics support", { reader: { series } })).toEqual([
      "Support, last 30 days",
      "Opened | 42 | ▲ 40 %, worse (23 Sep - 22 Oct 30)",
      "Resolved | 42 | ▲ 40 % (23 Sep - 22 Oct 30)",
      "Open at the end | 42 | ▲ 40 %, worse (22 Oct 30)",
      "First response | 45 min | median · mean 2.1 h · 90 % within 6 h",
      "Resolution | 5.2 h | median · mean 20 h · 90 % within 2.1 d",
      "By status | 6 open, 5 in progress, 21 resolved, 10 closed",
      "By priority | 1 urgent, 8 high, 30 medium, 3 low",
      "By category | 12 bug, 8 feature request, 4 billing, 18 general",
      "[Tickets opened and resolved]",
      "Status, priority, category and first response are those of the tickets opened in these days; resolution is that of those first resolved in them.",
      FOOT,
      ...periods("metrics support"),
      "[Open tickets by day: metrics show open_tickets --days 30]",
    ]);
  });

  test("sets today beside the window, which ends yesterday", async () => {
    const supportOverview = async (days: number) => madeUpSupport(days, { opened: 0, resolved: 0, open_tickets: 0 });
    const withToday = async (metric: Parameters<typeof madeUpSeries>[0], days: number) => ({
      ...(await series(metric, days)),
      today: { date: "2026-11-22", value: metric === "tickets_resolved" ? 0 : 1 },
    });
    const words = await say("metrics support", { overviews: { supportOverview }, reader: { series: withToday } });
    expect(words[4]).toBe("Today so far | 1 opened, 0 resolved, 1 open");
  });

  test("tells reopened tickets apart, and no time where nobody answered", async () => {
    const none = { mean: null, median: null, p90: null };
    const supportOverview = async (days: number) =>
      madeUpSupport(days, {
        first_response_hours: none,
        full_resolution_hours: { mean: 30, median: 6, p90: 70 },
      });
    const words = await say("metrics support", { overviews: { supportOverview } });
    expect(words).toContain("First response | no data");
    expect(words).toContain("Resolution, reopened ones to the last | 6 h | median · mean 30 h · 90 % within 2.9 d");
  });

  test("says what to send while there are no tickets", async () => {
    const supportOverview = async (days: number) => madeUpSupport(days, { opened: 0, resolved: 0, open_tickets: 0 });
    expect((await say("metrics support", { overviews: { supportOverview } }))[4]).toMatch(
      /^No tickets in these days\. .*`ticket`/,
    );
  });
});

describe("metrics errors", () => {
  test("says how much of the time was observed where it was not all", async () => {
    const errorOverview = async (days: number) => madeUpErrors(days, { api_uptime_observed: 87.04 });
    expect(await say("metrics errors", { overviews: { errorOverview } })).toContain(
      "Uptime | 99.97 %, observed 87 % of the time",
    );
  });

  test("tells the rate and its change, latency, Apdex, the routes that failed most, and the error log", async () => {
    const series = async () =>
      madeUpSeries("error_rate", [0.3, 0.41], { window: { value: 0.41 }, previous: { value: 0.62 } });
    const words = await say("metrics errors", { reader: { series } });
    expect(words.slice(0, 11)).toEqual([
      "Errors and latency, last 30 days",
      "Error rate | 0.41 % | ▼ 0.21 points, better (18 Nov - 19 Nov 0.62 %)",
      "Failed | 4,277 of 1,043,211 requests | 4xx 3.2 %",
      "Median latency | 42 ms | p95 180 ms · p99 1.4 s",
      "Apdex | 0.94 | satisfied within 500 ms, tolerating within 2 s",
      "Uptime | 99.97 %",
      "[Error rate, last 30 days]",
      "Route | Failed | Of calls | p95",
      "GET /users/:id | 10 | 1 % | 40 ms",
      "POST /exports | 90 | 30 % | 2.1 s",
      "GET /rare | 1 | 1 of 5 | 3 ms",
    ]);
    expect(words).toContain("Error log: 57, 2 critical. By type: TimeoutError 30, TypeError 20.");
    expect(words.at(-1)).toBe("[Errors by type: metrics show errors --days 30 --by type]");
  });

  test("turns pages of routes", async () => {
    const words = await say("metrics errors --page 3", { details: manyRoutes });
    expect(words.filter((line) => line.startsWith("GET "))[0]).toBe("GET /thing/20 | 1 | 0.1 % | 20 ms");
    expect(words).toContain("[Next page: metrics errors --days 30 --page 4]");
  });

  test("says what to send where there is nothing", async () => {
    const errorOverview = async (days: number) =>
      madeUpErrors(days, {
        total_requests: 0,
        failed_requests: 0,
        error_rate: null,
        api_uptime: null,
        total_errors: 0,
        critical_errors: 0,
        by_type: [],
      });
    const routes = async () => ({ total: 0, routes: [] });
    const words = await say("metrics errors", { overviews: { errorOverview }, details: { routes } });
    expect(words).toContain("Uptime | no data | Send `health_check` events.");
    expect(words).toContain("No requests in these days. Send `request` events, or mount the tracking middleware.");
    expect(words).toContain("The error log is empty. Send `error` events.");
  });
});

describe("every subject", () => {
  test.each(COMMANDS)("%s says how to send the first event", async (name) => {
    expect(await say(`metrics ${name}`, { reader: { firstDay: async () => null } })).toEqual([
      "No events yet. Send the first:",
      "curl http://localhost:3000",
    ]);
  });

  test.each([
    ["revenue", "MRR $310, New revenue $310, Churned revenue $0"],
    ["funnel", "Sign-ups 3, Activations 0"],
    ["features", "API calls 1,204, Agent sessions no data"],
    ["support", "Tickets opened 2, Tickets resolved 0, Open tickets 2"],
    ["errors", "Error rate 1.5 %, Errors 4, 95th percentile latency 180 ms"],
  ])("%s tells of the first day what there is so far", async (name, numbers) => {
    const today = madeUpToday({
      mrr: 310,
      new_revenue: 310,
      churned_revenue: 0,
      activations: 0,
      tickets_opened: 2,
      tickets_resolved: 0,
      open_tickets: 2,
      error_rate: 1.5,
      errors: 4,
      latency_p95: 180,
    });
    const daily = async () => ({ ...madeUpDaily(madeUpDays(1)), today });
    const words = await say(`metrics ${name}`, {
      reader: { daily, firstDay: async () => Temporal.PlainDate.from("2026-11-22") },
    });
    expect(words[1]).toBe(
      `Today so far (until 10:15, partial): ${numbers}. The first full day ends tonight at midnight Europe/Berlin.`,
    );
    expect(words).toHaveLength(3);
  });

  test.each(COMMANDS)("%s takes a period by its name", async (name) => {
    expect((await say(`metrics ${name} --period quarter`))[0]).toMatch(/, last 90 days$/);
    expect((await say(`metrics ${name} --days 7 --period days`))[0]).toMatch(/, last 7 days$/);
    expect((await say(`metrics ${name} 14`))[0]).toMatch(/, last 14 days$/);
  });

  test("data that begins within the window is said to", async () => {
    const words = await say("metrics revenue", {
      reader: { firstDay: async () => Temporal.PlainDate.from("2026-11-03") },
    });
    expect(words).toContain(`${FOOT} · data since 3 Nov`);
  });

  test("a name of 500 characters does not fill the screen", async () => {
    const account = `${"🧑‍🚀".repeat(40)}${"x".repeat(500)}`;
    const accountMovements = async () => ({
      ...MOVED,
      movements: [{ account, date: "2026-11-01", movement: "new", change: 79 }],
    });
    const words = await say("metrics revenue", { details: { accountMovements } });
    expect(words.find((line) => line.includes("+$79.00"))?.length).toBeLessThan(160);
  });
});
