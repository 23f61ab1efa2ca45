import fc from "fast-check";
import { expect, test } from "vitest";
import { Temporal, type Window } from "../../src/core/time.ts";
import { EVENT_TYPES } from "../../src/events/event-type.ts";
import { metricNames, metricOf, type MetricName, type StoredName } from "../../src/metrics/catalogue.ts";
import { dayNumbers } from "../../src/metrics/read/day.ts";
import { ONE } from "../../src/metrics/read/exact.ts";
import { EMPTY_HISTOGRAM, mergeHistograms, parseHistogram, quantileMs } from "../../src/metrics/read/histogram.ts";
import { numbersOf, type ActivationRow, type Loaded } from "../../src/metrics/read/numbers.ts";
import { readingFor } from "../../src/metrics/read/reading.ts";
import { arrayText, spanOf, windowKey } from "../../src/metrics/read/segments.ts";
import { valueOver } from "../../src/metrics/read/value.ts";
import { SUMMARY_LEVELS, windowNumbers } from "../../src/metrics/read/window.ts";

const FIRST = Temporal.PlainDate.from("2026-06-01");

const NAMES: readonly StoredName[] = [
  "signups",
  "activations",
  "dau",
  "wau",
  "mau",
  "api_calls",
  "failed_requests",
  "client_errors",
  "apdex_points",
  "agent_sessions",
  "errors",
  "up_seconds",
  "observed_seconds",
  "mrr_new",
  "mrr_expansion",
  "mrr_contraction",
  "mrr_churn",
  "mrr_reactivation",
  "mrr_paused",
  "mrr_resumed",
  "mrr_fx",
  "customers_gained",
  "customers_lost",
  "unconverted_change",
  "nps_promoters",
  "nps_passives",
  "nps_detractors",
  "tickets_opened",
  "tickets_resolved",
  "tickets_reopened",
];

type Daily = Readonly<Record<string, readonly bigint[]>>;

/** Days before the first segment, as one sum, and the segments' days. */
interface Story {
  readonly before: Readonly<Record<string, bigint>>;
  readonly daily: Daily;
  readonly lengths: readonly number[];
}

const hours = metricNames.filter((name) => metricOf(name).kind === "hours");

const whole = fc.bigInt({ min: 0n, max: 40n });
const everyName = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.array(arbitrary, { minLength: NAMES.length, maxLength: NAMES.length }).map((values) => {
    return Object.fromEntries(NAMES.map((name, index) => [name, values[index] as T]));
  });

const story: fc.Arbitrary<Story> = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 })
  .chain((lengths) => {
    const days = lengths.reduce((sum, length) => sum + length, 0);
    return fc.record({
      before: everyName(whole),
      daily: everyName(fc.array(whole, { minLength: days, maxLength: days })),
      lengths: fc.constant(lengths),
    });
  });

const isMoney = (name: string) => name.startsWith("mrr_");

/** Money is stored as a year's, in millionths of the minor unit: this is so many minor units and a bit a month. */
const inStore = (name: string, value: bigint): bigint => (isMoney(name) ? value * 12_345_678_901n : value);

function segmentsOf({ lengths }: Story): Window[] {
  let start = FIRST;
  return lengths.map((days) => {
    const window = { start, end: start.add({ days: days - 1 }), days };
    start = start.add({ days });
    return window;
  });
}

const since = (day: Temporal.PlainDate | null): Loaded["firstDays"] =>
  new Map(day === null ? [] : EVENT_TYPES.map((type) => [type, day]));

const empty = (windows: readonly Window[]): Loaded => ({
  segments: windows,
  firstDays: since(FIRST),
  timeZone: "Europe/Berlin",
  now: null,
  stored: new Map(),
  histograms: [],
  activation: [],
  churn: new Map(),
  retention: new Map(),
  lifetime: new Map(),
  trials: new Map(),
  grossMargin: 100,
  ticketHours: new Map(),
});

function load(told: Story, firstDay: Temporal.PlainDate | null): Loaded {
  const segments = segmentsOf(told);
  const rows = NAMES.map((name) => {
    const values = (told.daily[name] ?? []).map((value) => inStore(name, value) * ONE);
    let from = 0;
    let total = inStore(name, told.before[name] ?? 0n) * ONE;
    const [sums, lasts, running]: [bigint[], bigint[], bigint[]] = [[], [], [total]];
    for (const length of told.lengths) {
      const own = values.slice(from, from + length);
      const sum = own.reduce((all, value) => all + value, 0n);
      sums.push(sum);
      lasts.push(own.at(-1) ?? 0n);
      running.push((total += sum));
      from += length;
    }
    return [name, { sums, lasts, running }] as const;
  });
  return { ...empty(segments), firstDays: since(firstDay), stored: new Map(rows) };
}

/** The stored numbers of the days from `from` to `to`, taken one by one. */
function byHand({ before, daily }: Story, from: number, to: number) {
  const all = (name: string) => (daily[name] ?? []).map((value) => inStore(name, value));
  const add = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n);
  const start = (name: string) => inStore(name, before[name] ?? 0n);
  return {
    sum: (name: string) => add(all(name).slice(from, to + 1)),
    last: (name: string) => all(name)[to] ?? 0n,
    closing: (name: string) => start(name) + add(all(name).slice(0, to + 1)),
    opening: (name: string) => start(name) + add(all(name).slice(0, from)),
  };
}

type ByHand = ReturnType<typeof byHand>;
type Read = (name: string) => bigint;

const money = (year: bigint, parts: bigint): number => {
  const unit = 1_000_000n * parts;
  const twice = 2n * year + unit;
  return Number(twice >= 0n ? twice / (2n * unit) : -((-2n * year + unit) / (2n * unit))) / 100;
};
const rate = (scale: number, top: bigint, bottom: bigint): number | null =>
  bottom > 0n ? (scale * Number(top)) / Number(bottom) : null;
const mrr = (read: Read): bigint =>
  read("mrr_new") +
  read("mrr_reactivation") +
  read("mrr_expansion") +
  read("mrr_resumed") +
  read("mrr_fx") -
  read("mrr_contraction") -
  read("mrr_churn") -
  read("mrr_paused");
const lostRevenue = ({ sum }: ByHand): bigint => sum("mrr_churn") + sum("mrr_contraction");
const customers = (read: Read): bigint => read("customers_gained") - read("customers_lost");
const answers = ({ last }: ByHand): bigint => last("nps_promoters") + last("nps_passives") + last("nps_detractors");

const EXPECTED: Readonly<Partial<Record<MetricName, (n: ByHand) => number | null>>> = {
  signups: (n) => Number(n.sum("signups")),
  total_users: (n) => Number(n.closing("signups")),
  dau: (n) => Number(n.last("dau")),
  wau: (n) => Number(n.last("wau")),
  mau: (n) => Number(n.last("mau")),
  stickiness: (n) => rate(100, n.sum("dau"), n.sum("mau")),
  activations: (n) => Number(n.sum("activations")),
  mrr: (n) => money(mrr(n.closing), 12n),
  arr: (n) => money(mrr(n.closing), 1n),
  new_revenue: (n) => money(n.sum("mrr_new") + n.sum("mrr_reactivation"), 12n),
  churned_revenue: (n) => money(n.sum("mrr_churn"), 12n),
  mrr_expansion: (n) => money(n.sum("mrr_expansion"), 12n),
  customers: (n) => Number(customers(n.closing)),
  arpu: (n) => (customers(n.closing) > 0n ? money(mrr(n.closing), 12n * customers(n.closing)) : null),
  gross_mrr_churn: (n) => rate(100, 0n, mrr(n.opening)),
  net_mrr_churn: (n) => rate(100, 0n, mrr(n.opening)),
  quick_ratio: (n) => rate(1, n.sum("mrr_new") + n.sum("mrr_expansion") + n.sum("mrr_reactivation"), lostRevenue(n)),
  churn_rate: () => null,
  api_calls: (n) => Number(n.sum("api_calls")),
  error_rate: (n) => rate(100, n.sum("failed_requests"), n.sum("api_calls")),
  client_error_rate: (n) => rate(100, n.sum("client_errors"), n.sum("api_calls")),
  apdex: (n) => rate(1, n.sum("apdex_points"), n.sum("api_calls")),
  uptime: (n) => rate(100, n.sum("up_seconds"), n.sum("observed_seconds")),
  nps: (n) => rate(100, n.last("nps_promoters") - n.last("nps_detractors"), answers(n)),
  nps_responses: (n) => Number(answers(n)),
  tickets_opened: (n) => Number(n.sum("tickets_opened")),
  open_tickets: (n) =>
    Number(n.closing("tickets_opened") + n.closing("tickets_reopened") - n.closing("tickets_resolved")),
  latency_p50: () => null,
};

const whereItLies = ({ lengths }: Story, segment: number): number =>
  lengths.slice(0, segment).reduce((sum, length) => sum + length, 0);

const joined = (from: Window | undefined, to: Window | undefined): Window => {
  const [start, end] = [from?.start ?? FIRST, to?.end ?? FIRST];
  return { start, end, days: start.until(end).days + 1 };
};

test("over any window that segments make up, each metric is what its days say one by one", () => {
  const picks = fc.tuple(fc.nat(3), fc.nat(3));
  fc.assert(
    fc.property(story, picks, (told, [one, other]) => {
      const segments = segmentsOf(told);
      const [from = 0, to = 0] = [one % segments.length, other % segments.length].sort((a, b) => a - b);
      const window = joined(segments[from], segments[to]);
      const numbers = numbersOf(load(told, FIRST.subtract({ days: 5 })))(window);
      const naive = byHand(told, whereItLies(told, from), whereItLies(told, to + 1) - 1);
      for (const [name, expected] of Object.entries(EXPECTED)) {
        if (name === "churn_rate" && customers(naive.opening) > 0n) continue;
        const said = valueOver(metricOf(name as MetricName), numbers, "USD");
        const counted = expected(naive);
        if (said === null || counted === null) expect([name, said]).toEqual([name, counted]);
        else expect(said, name).toBeCloseTo(counted, 9);
      }
    }),
  );
});

test("before the first event every metric is no data, and a window in which it lies has the days since", () => {
  const told = fc.sample(story, { numRuns: 1, seed: 5 })[0] as Story;
  const lengths = [2, 2];
  const daily = Object.fromEntries(NAMES.map((name) => [name, [4n, 4n, 4n, 4n]]));
  const loaded = (firstDay: Temporal.PlainDate | null) => load({ ...told, lengths, daily }, firstDay);
  const window = { start: FIRST, end: FIRST.add({ days: 3 }), days: 4 };
  for (const name of metricNames) {
    expect(valueOver(metricOf(name), numbersOf(loaded(null))(window), "USD")).toBeNull();
    expect(valueOver(metricOf(name), numbersOf(loaded(FIRST.add({ days: 4 })))(window), "USD")).toBeNull();
  }
  const half = numbersOf(loaded(FIRST.add({ days: 2 })))(window);
  expect(valueOver(metricOf("signups"), half, "USD")).toBe(16);
});

test("a metric begins with the first event of a type that it is made of, whatever else was sent before", () => {
  const beginning = (name: MetricName) =>
    EVENT_TYPES.filter((type) => {
      const numbers = numbersOf({ ...empty([week]), firstDays: new Map([[type, FIRST]]) })(week);
      return valueOver(metricOf(name), numbers, "USD") !== null;
    });
  expect(Object.fromEntries(COUNTED.map((name) => [name, beginning(name)]))).toEqual({
    signups: ["signup"],
    total_users: ["signup"],
    activations: ["signup"],
    dau: ["request", "agent_session"],
    wau: ["request", "agent_session"],
    mau: ["request", "agent_session"],
    api_calls: ["request"],
    agent_sessions: ["agent_session"],
    errors: ["request", "error"],
    mrr: ["revenue"],
    customers: ["revenue"],
    new_revenue: ["revenue"],
    tickets_opened: ["ticket"],
    open_tickets: ["ticket"],
    nps_responses: ["nps"],
  });
});

const COUNTED = [
  "signups",
  "total_users",
  "activations",
  "dau",
  "wau",
  "mau",
  "api_calls",
  "agent_sessions",
  "errors",
  "mrr",
  "customers",
  "new_revenue",
  "tickets_opened",
  "open_tickets",
  "nps_responses",
] as const satisfies readonly MetricName[];

const week: Window = { start: FIRST, end: FIRST.add({ days: 6 }), days: 7 };

test("what was never stored is zero", () => {
  const numbers = numbersOf(empty([week]))(week);
  expect([numbers.sum("dau"), numbers.last("dau"), numbers.closing("dau"), numbers.opening("dau")]).toEqual([
    0n,
    0n,
    0n,
    0n,
  ]);
  expect([numbers.churn(), numbers.activation()]).toEqual([
    { part: 0, whole: 0 },
    { part: 0, whole: 0 },
  ]);
  expect(valueOver(metricOf("mrr"), numbers, "USD")).toBe(0);
});

test("the activation rate is over those who signed up in the window and whose time was over by its end, or by the day that is said", () => {
  const row = (signedUp: string, matured: string, fields: Partial<ActivationRow> = {}): ActivationRow => ({
    signedUp,
    matured,
    people: 10,
    activated: 4,
    activatedOnNextDay: 0,
    ...fields,
  });
  const rateOf = (rows: readonly ActivationRow[], matureBy?: Temporal.PlainDate) =>
    valueOver(metricOf("activation_rate"), numbersOf({ ...empty([week]), activation: rows })(week, matureBy), "USD");
  expect(rateOf([row("2026-05-31", "2026-06-02"), row("2026-06-08", "2026-06-09")])).toBeNull();
  expect(rateOf([row("2026-06-08", "2026-06-08")], FIRST.add({ days: 9 }))).toBeNull();
  expect(rateOf([row("2026-06-01", "2026-06-03"), row("2026-06-07", "2026-06-07", { activated: 0 })])).toBe(20);
  expect(rateOf([row("2026-06-01", "2026-06-03"), row("2026-06-04", "2026-06-08", { activated: 9 })])).toBe(40);
  expect(rateOf([row("2026-06-04", "2026-06-08", { activated: 9 })], FIRST.add({ days: 7 }))).toBe(90);
  expect(rateOf([row("2026-06-05", "2026-06-07", { activatedOnNextDay: 3 })])).toBe(10);
  expect(rateOf([row("2026-06-04", "2026-06-06", { activatedOnNextDay: 3 })])).toBe(40);
});

test("customer churn is the accounts lost of those at risk when the window began", () => {
  const of = (loaded: Partial<Loaded>) =>
    valueOver(metricOf("churn_rate"), numbersOf({ ...empty([week]), ...loaded })(week), "USD");
  expect(of({ churn: new Map([[windowKey(week), { part: 3, whole: 10 }]]) })).toBe(30);
  expect(of({ churn: new Map([[windowKey(week), { part: 0, whole: 0 }]]) })).toBeNull();
  expect(of({ churn: new Map([["2026-05-01/2026-05-07", { part: 3, whole: 10 }]]) })).toBeNull();
});

test("what is retained is of the revenue with which the window began, and nothing began with nothing", () => {
  const annual = { sums: [0n], lasts: [0n], running: [200n * ONE, 200n * ONE] };
  const changed = { openingOfTouched: 120n * ONE, opening: 120n * ONE, kept: 90n * ONE, ending: 170n * ONE };
  const of = (metric: MetricName, loaded: Partial<Loaded>) =>
    valueOver(metricOf(metric), numbersOf({ ...empty([week]), ...loaded })(week), "USD");
  const all = (loaded: Partial<Loaded>) =>
    (["grr", "nrr", "gross_mrr_churn", "net_mrr_churn"] as const).map((metric) => of(metric, loaded));
  const stored = new Map([["mrr_new", annual]]);
  expect(all({ stored, retention: new Map([[windowKey(week), changed]]) })).toEqual([85, 125, 15, -25]);
  expect(all({ stored })).toEqual([100, 100, 0, 0]);
  expect(all({})).toEqual([null, null, null, null]);
  const paused = { ...changed, opening: 20n * ONE, kept: 20n * ONE, ending: 20n * ONE };
  expect(all({ stored, retention: new Map([[windowKey(week), paused]]) })).toEqual([100, 100, 0, 0]);
});

test("lifetime value is what a customer pays a month by the margin and by how few of them leave", () => {
  const level = (value: bigint) => ({ sums: [0n], lasts: [0n], running: [value * ONE, value * ONE] });
  const stored = new Map([
    ["mrr_new", level(12n * 400_00n * 1_000_000n)],
    ["customers_gained", level(4n)],
  ]);
  const ltv = (lost: number, opening: number, more: Partial<Loaded> = {}) => {
    const lifetime = new Map([["2026-06-07", { part: lost, whole: opening }]]);
    return valueOver(metricOf("ltv"), numbersOf({ ...empty([week]), stored, lifetime, ...more })(week), "USD");
  };
  expect([ltv(1, 10), ltv(2, 10), ltv(1, 10, { grossMargin: 82.5 })]).toEqual([1000, 500, 825]);
  expect([ltv(0, 10), ltv(1, 0), ltv(1, 10, { stored: new Map() })]).toEqual([null, null, null]);
});

test("a window's quantile is that of all its segments' requests together", () => {
  const next = { start: week.end.add({ days: 1 }), end: week.end.add({ days: 1 }), days: 1 };
  const histograms = [parseHistogram("{10,50}", "{1,1}"), parseHistogram("{90}", "{8}")];
  const numbers = numbersOf({ ...empty([week, next]), histograms });
  const p50 = (window: Window) => valueOver(metricOf("latency_p50"), numbers(window), "USD");
  const of = (buckets: string, counts: string) => quantileMs(parseHistogram(buckets, counts), 0.5);
  expect(p50(week)).toBe(of("{10}", "{1}"));
  expect(p50(next)).toBe(of("{90}", "{1}"));
  expect(p50(joined(week, next))).toBe(of("{90}", "{1}"));
});

test("histograms without requests merge to none", () => {
  expect(mergeHistograms([])).toEqual({ buckets: [], counts: [] });
  expect(mergeHistograms([EMPTY_HISTOGRAM, EMPTY_HISTOGRAM])).toEqual({ buckets: [], counts: [] });
  expect(parseHistogram("{}", "{}")).toEqual({ buckets: [], counts: [] });
  const one = parseHistogram("{1,2}", "{3,4}");
  expect(mergeHistograms([one])).toEqual(one);
  expect(mergeHistograms([one, one])).toEqual({ buckets: [1, 2], counts: [6, 8] });
});

test("a level is read with all earlier days, other numbers with the days asked for, and each only once", () => {
  expect(readingFor(["signups"])).toEqual({
    days: ["signups"],
    levels: [],
    histograms: false,
    activation: false,
    churn: false,
    retention: false,
    lifetime: false,
    trials: false,
    ticketHours: false,
  });
  expect(readingFor(["nrr"])).toMatchObject({ retention: true, churn: false });
  expect(readingFor(["grr"])).toMatchObject({ retention: true, lifetime: false });
  expect(readingFor(["ltv"])).toMatchObject({ retention: false, lifetime: true });
  const allOf = readingFor(["dau", "activation_rate", "churn_rate", "grr", "ltv", ...hours]);
  expect(allOf).toMatchObject({ activation: true, churn: true, retention: true, lifetime: true, ticketHours: true });
  expect(readingFor(hours)).toMatchObject({ days: [], levels: [], ticketHours: true });
  const gained = ["mrr_expansion", "mrr_fx", "mrr_new", "mrr_reactivation", "mrr_resumed"];
  const mrrNames = ["mrr_churn", "mrr_contraction", "mrr_paused", ...gained].toSorted();
  expect(readingFor(["nrr"]).levels.toSorted()).toEqual(mrrNames);
  expect(readingFor(["ltv"]).levels.toSorted()).toEqual(["customers_gained", "customers_lost", ...mrrNames]);
  expect(readingFor(["wau"])).toMatchObject({ days: ["wau"], levels: [] });
  expect(readingFor(["signups", "total_users", "dau"])).toMatchObject({ days: ["dau"], levels: ["signups"] });
  expect(readingFor(["dau"], ["unconverted_change"])).toMatchObject({ days: ["dau"], levels: ["unconverted_change"] });
  expect(readingFor(["churn_rate"])).toMatchObject({
    days: [],
    levels: ["customers_gained", "customers_lost"],
    churn: true,
  });
  expect(readingFor(["activation_rate"])).toMatchObject({ days: [], levels: [], activation: true, churn: false });
  expect(readingFor(["latency_p95", "dau"])).toMatchObject({ days: ["dau"], histograms: true, activation: false });
  expect(readingFor(["stickiness"])).toMatchObject({ days: ["dau", "mau"], levels: [] });
  const { days, levels } = readingFor(["gross_mrr_churn"]);
  expect([days, levels.toSorted()]).toEqual([
    [],
    [
      "mrr_churn",
      "mrr_contraction",
      "mrr_expansion",
      "mrr_fx",
      "mrr_new",
      "mrr_paused",
      "mrr_reactivation",
      "mrr_resumed",
    ],
  ]);
});

test("the span of segments is from the first day of the first to the last of the last, and without any it is empty", () => {
  const next = { start: week.end.add({ days: 1 }), end: week.end.add({ days: 3 }), days: 3 };
  expect(spanOf([week, next])).toEqual({ start: "2026-06-01", end: "2026-06-10" });
  expect(spanOf([week])).toEqual({ start: "2026-06-01", end: "2026-06-07" });
  expect(spanOf([])).toEqual({ start: "infinity", end: "-infinity" });
  expect(arrayText(["a", FIRST])).toBe("{a,2026-06-01}");
  expect(windowKey(week)).toBe("2026-06-01/2026-06-07");
});

test("a day and a window carry each of their numbers under its own name", () => {
  const numbers = numbersOf(
    load({ before: {}, daily: { signups: [3n], nps_promoters: [10n], unconverted_change: [2n] }, lengths: [1] }, FIRST),
  )(joined({ start: FIRST, end: FIRST, days: 1 }, { start: FIRST, end: FIRST, days: 1 }));
  const day = dayNumbers(FIRST, numbers, "USD");
  expect(day).toMatchObject({ date: "2026-06-01", signups: 3, nps: 100, nps_responses: 10, mrr: 0, error_rate: null });
  const window = windowNumbers(numbers, "USD");
  expect(window).toMatchObject({ new_signups: 3, total_users: 3, nps_score: 100, unconverted: 2, error_rate: null });
  expect(window.nps_interval?.center).toBeCloseTo(76.9, 1);
  const stored = { nps_promoters: [50n], nps_passives: [30n], nps_detractors: [20n] };
  const mixed = numbersOf(load({ before: {}, daily: stored, lengths: [1] }, FIRST))({
    start: FIRST,
    end: FIRST,
    days: 1,
  });
  expect(windowNumbers(mixed, "USD").nps_interval?.center).toBeCloseTo(29.13, 1);
  expect(SUMMARY_LEVELS).toContain("unconverted_change");
  const none = numbersOf(empty([week]))(week);
  expect(windowNumbers(none, "USD").nps_interval).toBeNull();
});

test("asking for a window of which one end is no segment's is a bug, and says which window", () => {
  const over = numbersOf(empty([week]));
  const late = { ...week, start: FIRST.add({ days: 1 }), days: 6 };
  expect(() => over(late)).toThrow("no segments make up 2026-06-02/2026-06-07");
  expect(() => over({ ...week, end: FIRST, days: 1 })).toThrow("no segments make up 2026-06-01/2026-06-01");
});
