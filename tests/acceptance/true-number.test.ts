import { Temporal } from "temporal-polyfill";
import { expect, onTestFinished, test } from "vitest";
import { createOracle } from "../oracle/numbers.ts";
import { freshFolder, removeFolder, runProgram, startProgram, type Program } from "../support/program.ts";
import { mixedEvents, shuffledWithRepeats } from "./mixed-events.ts";

const EVENTS = 20_000;
const BATCH = 97;
const ZONE = "Europe/Berlin";
const DAYS = 14;

interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly code: string }[];
}

/** One program that is killed and started again; callers see only that an answer takes longer. */
async function createUndying(settings: Readonly<Record<string, string>>) {
  let program: Promise<Program> = startProgram(settings);
  return {
    current: () => program,
    async killAndStartAgain() {
      const dying = await program;
      const killed = dying.kill();
      program = killed.then(() => startProgram(settings));
      await program;
    },
  };
}

async function postUntilAnswered(
  undying: { current: () => Promise<Program> },
  events: readonly unknown[],
): Promise<Answer> {
  for (;;) {
    const program = await undying.current();
    const response = await fetch(`${program.url}/api/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${program.adminKey}` },
      body: JSON.stringify({ events }),
    }).catch(() => null);
    if (response?.status === 200) return (await response.json()) as Answer;
    expect([undefined, 429, 503]).toContain(response?.status);
  }
}

async function getJson<T>(program: Program, path: string): Promise<T> {
  const response = await fetch(`${program.url}${path}`, { headers: { authorization: `Bearer ${program.adminKey}` } });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

test(
  "20,000 mixed events in any order, twice killed: every door shows the number that was counted by hand",
  { timeout: 1_500_000 },
  async () => {
    const folder = await freshFolder();
    onTestFinished(() => removeFolder(folder));
    const settings = { DATA_DIR: folder, TIMEZONE: ZONE };
    const undying = await createUndying(settings);
    onTestFinished(async () => void (await (await undying.current()).stop()));

    const now = Temporal.Now.instant();
    const events = mixedEvents(EVENTS, 7, now);
    const sent = shuffledWithRepeats(events, 11);
    const batches = Array.from({ length: Math.ceil(sent.length / BATCH) }, (_, n) =>
      sent.slice(n * BATCH, (n + 1) * BATCH),
    );
    const killAt = new Set([Math.floor(batches.length / 3), Math.floor((batches.length * 2) / 3)]);
    const answers: Answer[] = [];
    let next = 0;
    const client = async () => {
      for (let mine = next++; mine < batches.length; mine = next++) {
        const batch = batches[mine] ?? [];
        const [answer] = await Promise.all([
          postUntilAnswered(undying, batch),
          killAt.has(mine) ? undying.killAndStartAgain() : undefined,
        ]);
        expect(answer.accepted + answer.duplicates + answer.rejected.length).toBe(batch.length);
        answers.push(answer);
      }
    };
    await Promise.all([client(), client(), client(), client()]);

    const oracle = createOracle(
      events.map((event) => ({ source: "api", event })),
      { timeZone: ZONE, currency: "USD", activationDays: 7, now: now.toString() },
    );
    const valid = oracle.judgements.filter((judgement) => judgement === "accepted").length;
    const badIds = new Set(events.filter((_, n) => oracle.judgements[n] === "rejected").map((event) => event["id"]));
    const sum = (count: (answer: Answer) => number) => answers.reduce((total, answer) => total + count(answer), 0);
    expect(sum((answer) => answer.rejected.length)).toBe(sent.filter((event) => badIds.has(event["id"])).length);
    expect(sum((answer) => answer.accepted)).toBeLessThanOrEqual(valid);
    expect(sum((answer) => answer.accepted + answer.duplicates)).toBe(
      sent.length - sum((answer) => answer.rejected.length),
    );

    const program = await undying.current();
    const cli = await runProgram("cli", ["metrics", "summary", "--days", String(DAYS), "--json"], settings);
    expect(cli.stderr).toBe("");
    const told = JSON.parse(cli.stdout) as Record<string, unknown> & { date_range: { start: string; end: string } };
    const summary = await getJson<typeof told>(program, `/api/metrics/summary?days=${DAYS}`);
    const { days } = await getJson<{ days: (Record<string, unknown> & { date: string })[] }>(
      program,
      `/api/metrics/daily?days=${DAYS}`,
    );
    const timeless = ({ computed_at: _, today: __, ...rest }: Record<string, unknown>) => rest;
    expect(timeless(told)).toEqual(timeless(summary));

    const window = oracle.window(summary.date_range.start, summary.date_range.end);
    const shown = {
      total_users: "total_users",
      new_signups: "signups",
      active_users_daily: "dau",
      active_users_monthly: "mau",
      activation_rate: "activation_rate",
      mrr: "mrr",
      arr: "arr",
      churn_rate: "churn_rate",
      arpu: "arpu",
      total_api_calls: "api_calls",
      total_agent_sessions: "agent_sessions",
      error_rate: "error_rate",
      api_uptime: "uptime",
      open_tickets: "open_tickets",
      avg_resolution_time_hours: "resolution_hours",
      nps_score: "nps",
      nps_responses: "nps_responses",
      unconverted: "unconverted",
    };
    expect(Object.keys(window)).toEqual(expect.arrayContaining(Object.values(shown)));
    for (const [field, counted] of Object.entries(shown)) expectSame(field, summary[field], window[counted]);

    expect(days).toHaveLength(DAYS);
    for (const day of days) {
      const counted = oracle.day(day.date);
      for (const field of [
        "signups",
        "dau",
        "wau",
        "mau",
        "activations",
        "mrr",
        "arr",
        "new_revenue",
        "churned_revenue",
        "api_calls",
        "agent_sessions",
        "errors",
        "error_rate",
        "uptime",
        "nps",
        "nps_responses",
        "tickets_opened",
        "tickets_resolved",
        "open_tickets",
      ])
        expectSame(`${field} on ${day.date}`, day[field], counted[field]);
      for (const field of ["latency_p50", "latency_p95"])
        expectWithin(`${field} on ${day.date}`, day[field], counted[field], 0.0101);
    }

    const terminal = await runProgram("cli", ["metrics", "summary", "--days", String(DAYS)], settings);
    expect(terminal.stdout).toContain(new Intl.NumberFormat("en-US").format(Number(window["total_users"])));
    expect(terminal.stdout).toContain(
      new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 }).format(
        Number(window["mrr"]),
      ),
    );
    expect(terminal.stdout).toContain(new Intl.NumberFormat("en-US").format(Number(window["api_calls"])));
  },
);

function expectSame(name: string, got: unknown, counted: number | null | undefined): void {
  if (counted === null || counted === undefined) expect(got, name).toBe(counted ?? null);
  else expect(got, name).toBeCloseTo(counted, 6);
}

function expectWithin(name: string, got: unknown, counted: number | null | undefined, share: number): void {
  if (counted === null || counted === undefined) expect(got, name).toBeNull();
  else expect(Math.abs(Number(got) - counted), name).toBeLessThanOrEqual(counted * share);
}
