import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommands } from "../../src/bot/commands/commands.ts";
import { OPERATOR_VISIT } from "../../src/bot/permission/gate.ts";
import { runText } from "../../src/bot/run-command.ts";
import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import type {
  ActivationFunnel,
  ErrorOverview,
  RevenueBreakdown,
  Series,
  Summary,
  SupportOverview,
} from "../../src/metrics/answers.ts";
import { formatValue } from "../../src/metrics/format.ts";
import type { NamedMovement } from "../../src/metrics/read/movement-page.ts";
import type { RouteUse } from "../../src/metrics/read/route-page.ts";
import { mixedEvents } from "../acceptance/mixed-events.ts";
import { createWorld, type World } from "../support/world.ts";
import { createRig, ADMIN_KEY, bearer } from "../api/support.ts";
import { noRules, noSurveys } from "./support/made-up-numbers.ts";
import { wordsOf } from "./support/reading-words.ts";
import { Temporal } from "../../src/core/time.ts";

const NOW = "2026-11-20T09:00:00Z";
const DAYS = [1, 7, 18];
const currency = { currency: "USD" };

let world: World;
let api: ReturnType<typeof createRig>["api"];
beforeAll(async () => {
  world = await createWorld({ now: NOW, timeZone: "Europe/Berlin" });
  const events = mixedEvents(3_000, 7, Temporal.Instant.from(NOW));
  for (let first = 0; first < events.length; first += 1_000) await world.post(events.slice(first, first + 1_000));
  await world.settle();
  const { reader, overviews } = world;
  api = createRig(world.db, { reader, overviews, workspace: { timeZone: "Europe/Berlin" } }).api;
});
afterAll(() => world.close());

async function overHttp<Answer>(path: string): Promise<Answer> {
  const response = await api.request(path, { headers: bearer(ADMIN_KEY) });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

interface Told<Data> {
  readonly words: string;
  readonly data: Data;
}

async function inChat<Data>(text: string): Promise<Told<Data>> {
  const clock = { now: () => Temporal.Instant.from(NOW) };
  const { db, reader, overviews, details, workspace } = world;
  const parts = { db, reader, overviews, details, workspace: { ...workspace, policies: DEFAULT_POLICIES } };
  const commands = createCommands({ ...noSurveys, ...parts, accessBook: noRules, clock, firstEvent: "curl" });
  const { ok, message, data } = await runText(text, { commands, prefix: "/", ...OPERATOR_VISIT });
  expect(ok).toBe(true);
  return { words: wordsOf(message).join("\n"), data: data as Data };
}

describe.each(DAYS)("over %i days chat says what HTTP says", (days) => {
  test("of revenue, and the movements by account add up to it", async () => {
    const told = await overHttp<RevenueBreakdown>(`/api/metrics/revenue-breakdown?days=${days}`);
    type Data = RevenueBreakdown & { account_movements_total: number; account_movements: NamedMovement[] };
    const { words, data } = await inChat<Data>(`metrics revenue ${days}`);
    expect(data).toMatchObject(told);
    for (const value of [told.total_mrr, told.avg_revenue_per_user, told.ltv])
      expect(words).toContain(formatValue("money", value, currency));
    for (const value of [told.nrr, told.grr, told.churn_rate])
      expect(words).toContain(formatValue("percent", value, currency));
    for (const { plan, mrr } of told.tiers) expect(words).toContain(`${plan} | ${formatValue("money", mrr, currency)}`);
    const all: NamedMovement[] = [];
    for (let page = 1; all.length < data.account_movements_total; page += 1)
      all.push(...(await inChat<Data>(`metrics revenue ${days} --page ${page}`)).data.account_movements);
    for (const [kind, value] of Object.entries(told.movements)) {
      const sum = all
        .filter(({ movement }) => (movement === "paused" ? "churn" : movement) === kind)
        .reduce((total, { change }) => total + change, 0);
      expect(Math.abs(sum)).toBeCloseTo(value ?? 0, 1);
    }
    const { new: gained, expansion, reactivation, contraction, churn } = told.movements;
    const end = [told.opening_mrr, gained, expansion, reactivation].reduce<number>((sum, part) => sum + (part ?? 0), 0);
    expect(end - (contraction ?? 0) - (churn ?? 0)).toBeCloseTo(told.total_mrr ?? 0, 1);
    const series = await overHttp<Series>(`/api/metrics/series/mrr?days=${days}`);
    expect([told.opening_mrr, told.total_mrr]).toEqual([series.previous?.value ?? 0, series.window.value]);
  });

  test.each(["churn_rate", "gross_mrr_churn", "net_mrr_churn", "grr", "nrr", "quick_ratio", "ltv"] as const)(
    "of %s in the revenue as in its own series",
    async (metric) => {
      const series = await overHttp<Series>(`/api/metrics/series/${metric}?days=${days}`);
      expect((await inChat<RevenueBreakdown>(`metrics revenue ${days}`)).data[metric]).toBe(series.window.value);
    },
  );

  test("of the funnel", async () => {
    const told = await overHttp<ActivationFunnel>(`/api/metrics/activation-funnel?days=${days}`);
    const { words, data } = await inChat(`metrics funnel ${days}`);
    expect(data).toEqual(told);
    expect(words).toContain(`Sign-ups | ${formatValue("count", told.total_signups, currency)}`);
  });

  test("of features, and of as many as there are", async () => {
    const { top_features: top, total_api_calls: calls } = await overHttp<Summary>(`/api/metrics/summary?days=${days}`);
    const { data, words } = await inChat<{ routes: RouteUse[]; total_api_calls: number }>(`metrics features ${days}`);
    expect(data.routes.map(({ route, calls: own, p95 }) => [route, own, p95])).toEqual(
      top.map(({ feature, usage_count, p95_response_time_ms }) => [feature, usage_count, p95_response_time_ms]),
    );
    expect(data.total_api_calls).toBe(calls);
    expect(words).toContain(`API calls | ${formatValue("count", calls, currency)}`);
  });

  test("of support", async () => {
    const told = await overHttp<SupportOverview>(`/api/metrics/support-overview?days=${days}`);
    const { words, data } = await inChat(`metrics support ${days}`);
    expect(data).toEqual(told);
    expect(words).toContain(`Open at the end | ${formatValue("count", told.open_tickets, currency)}`);
    const open = await overHttp<Series>(`/api/metrics/series/open_tickets?days=${days}`);
    expect(told.open_tickets).toBe(open.window.value);
  });

  test("of errors, and the routes add up to the failed requests", async () => {
    const told = await overHttp<ErrorOverview>(`/api/metrics/error-overview?days=${days}`);
    const { words, data } = await inChat<ErrorOverview & { by_route: RouteUse[] }>(`metrics errors ${days}`);
    expect(data).toMatchObject(told);
    expect(data.by_route.reduce((sum, { failed }) => sum + failed, 0)).toBe(told.failed_requests);
    expect(words).toContain(`Error rate | ${formatValue("percent", told.error_rate, currency)}`);
    for (const metric of ["apdex", "latency_p95", "latency_p99", "client_error_rate"] as const)
      expect(told[metric]).toBe((await overHttp<Series>(`/api/metrics/series/${metric}?days=${days}`)).window.value);
  });

  test.each([
    ["mrr", "plan"],
    ["api_calls", "route"],
    ["errors", "severity"],
    ["tickets_opened", "category"],
    ["latency_p95", "route"],
  ] as const)("of %s by %s", async (metric, by) => {
    const told = await overHttp<Series>(`/api/metrics/series/${metric}?days=${days}&by=${by}`);
    const { data, words } = await inChat(`metrics show ${metric} ${days} --by ${by}`);
    expect(data).toEqual(told);
    for (const { group, window } of told.groups ?? [])
      expect(words).toContain(`${group} | ${formatValue(metric, window.value, currency)}`);
  });

  test.each(["signups", "mrr", "error_rate", "dau"] as const)("of %s in the days before", async (metric) => {
    const [told, twice] = await Promise.all([
      overHttp<Series>(`/api/metrics/series/${metric}?days=${days}`),
      overHttp<Series>(`/api/metrics/series/${metric}?days=${2 * days}`),
    ]);
    const { data } = await inChat<{ compared: { values: (number | null)[]; window: { value: number | null } } }>(
      `metrics show ${metric} ${days} --compare`,
    );
    expect(data.compared.window).toEqual({ value: told.previous?.value });
    expect(data.compared.values).toEqual(twice.points.slice(0, days).map(({ value }) => value));
  });
});
