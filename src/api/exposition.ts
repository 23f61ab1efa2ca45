import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import { Problem } from "../core/problem.ts";
import { Temporal } from "../core/time.ts";
import type { CountingIntake } from "../events/verdict-counts.ts";
import type { Summary } from "../metrics/answers.ts";
import type { Reader } from "../metrics/read/reader.ts";
import type { Roller } from "../metrics/rollup/roller.ts";

/** Days of the window behind the business numbers. */
const DAYS = 30;

/** The business numbers: names of `GET /api/metrics/summary`, with what they are. What has no data is left out. */
const NUMBERS = {
  total_users: "Users known at the end of the last complete day",
  new_signups: `Sign-ups of the last ${DAYS} complete days`,
  active_users_daily: "Users active on the last complete day",
  active_users_monthly: "Monthly active users at the end of the last complete day",
  activation_rate: `Activated among mature sign-ups of the last ${DAYS} complete days, percent`,
  mrr: "Monthly recurring revenue at the end of the last complete day, major units",
  arr: "Annual recurring revenue, twelve times MRR, major units",
  unconverted:
    "Subscriptions left out of the money because they have no exchange rate, at the end of the last complete day",
  churn_rate: `Customers lost in the last ${DAYS} complete days, percent`,
  arpu: "MRR for each paying customer, major units",
  total_api_calls: `Requests of the last ${DAYS} complete days`,
  total_agent_sessions: `Agent sessions started in the last ${DAYS} complete days`,
  error_rate: `Failed requests of the last ${DAYS} complete days, percent`,
  api_uptime: `Uptime over the last ${DAYS} complete days, percent of the checked time`,
  api_uptime_observed: `Time in which health checks spoke over the last ${DAYS} complete days, percent`,
  open_tickets: "Tickets open at the end of the last complete day",
  avg_resolution_time_hours: `Mean hours to resolve, of tickets resolved in the last ${DAYS} complete days`,
  nps_score: "Net promoter score at the end of the last complete day, -100 to 100",
  nps_responses: "People behind nps_score",
} as const satisfies Partial<Record<keyof Summary, string>>;

const MONEY = new Set<string>(["mrr", "arr", "arpu"]);

export interface ExpositionParts {
  readonly verdicts: Pick<CountingIntake, "counts">;
  readonly reader: Pick<Reader, "summary">;
  readonly roller: Pick<Roller, "backlog">;
  readonly version: string;
}

/** What a Prometheus server scrapes, in its text format 0.0.4. */
export interface Exposition {
  readonly contentType: string;
  /** When the database does not answer, the numbers that need it are left out, and `bellwether_database_up` is 0. */
  text(): Promise<string>;
}

export function createExposition(parts: ExpositionParts): Exposition {
  // The process is watched from the first scrape on, so that nobody pays who does not scrape.
  let own: Registry | undefined;
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    async text() {
      own ??= ownHealth();
      const registers = [await numbersNow(parts), eventCounts(parts.verdicts), build(parts.version), own];
      return withoutUnsampled(await Registry.merge(registers).metrics());
    },
  };
}

function ownHealth(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register;
}

/** Before the event loop's lag has been sampled its histogram says NaN, 0 and 2^63 ns: all of it is left out. */
function withoutUnsampled(text: string): string {
  if (!/^nodejs_eventloop_lag_mean_seconds nan$/im.test(text)) return text;
  const kept = text.split("\n\n").filter((metric) => !metric.startsWith("# HELP nodejs_eventloop_lag_"));
  return `${kept.join("\n\n").trimEnd()}\n`;
}

function build(version: string): Registry {
  const register = new Registry();
  const info = { name: "bellwether_build_info", help: "Always 1; the version is a label", labelNames: ["version"] };
  new Gauge({ ...info, registers: [register] }).set({ version }, 1);
  return register;
}

function eventCounts(verdicts: Pick<CountingIntake, "counts">): Registry {
  const register = new Registry();
  const events = new Counter({
    name: "bellwether_events_total",
    help: "Events since this process started, by source and verdict",
    labelNames: ["source", "verdict"],
    registers: [register],
  });
  for (const { source, verdict, events: count } of verdicts.counts()) events.inc({ source, verdict }, count);
  return register;
}

async function numbersNow({ reader, roller }: ExpositionParts): Promise<Registry> {
  const register = new Registry();
  const gauge = (name: string, help: string, value: number, labels: Readonly<Record<string, string>> = {}) =>
    new Gauge({ name: `bellwether_${name}`, help, labelNames: Object.keys(labels), registers: [register] }).set(
      labels,
      value,
    );
  const [summary, backlog] = await Promise.all([unlessAway(reader.summary(DAYS)), unlessAway(roller.backlog())]);
  const isUp = summary !== null && backlog !== null;
  gauge("database_up", "1 while the database answers, 0 otherwise", isUp ? 1 : 0);
  if (backlog !== null) gauge("rollup_backlog", "Days and subjects that wait to be computed", backlog);
  if (summary === null) return register;
  if (summary.computed_at !== null) {
    const seconds = Temporal.Instant.from(summary.computed_at).epochMilliseconds / 1_000;
    gauge("rollup_computed_timestamp_seconds", "When the newest rollup was written, Unix time", seconds);
  }
  for (const [name, help] of Object.entries(NUMBERS) as [keyof typeof NUMBERS, string][]) {
    const value = summary[name];
    if (value !== null && !(name === "unconverted" && summary.mrr === null))
      gauge(name, help, value, MONEY.has(name) ? { currency: summary.currency } : {});
  }
  return register;
}

/** Null while the database is away. */
async function unlessAway<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.status === 503) return null;
    throw thrown;
  }
}
