import { describe, expect, test } from "vitest";
import { OPERATOR_VISIT } from "../../src/bot/permission/gate.ts";
import { createCommands } from "../../src/bot/commands/commands.ts";
import { runText, type Outcome } from "../../src/bot/run-command.ts";
import { Problem } from "../../src/core/problem.ts";
import { Temporal } from "../../src/core/time.ts";
import { catalogueRows, metricNames } from "../../src/metrics/catalogue.ts";
import type { Reader } from "../../src/metrics/read/reader.ts";
import {
  clock,
  madeUpReader,
  madeUpSeries,
  madeUpSummary,
  noDatabase,
  noRules,
  NO_NUMBERS,
  workspace,
  noSurveys,
} from "./support/made-up-numbers.ts";
import { daysIn } from "./support/made-up-series.ts";
import { wordsOf } from "./support/reading-words.ts";

const TODAY = Temporal.PlainDate.from("2026-11-22");

function ask(text: string, reader: Partial<Reader> = {}, prefix = "/"): Promise<Outcome> {
  const commands = createCommands({
    ...noSurveys,
    db: noDatabase,
    accessBook: noRules,
    reader: madeUpReader(reader),
    clock,
    workspace,
    firstEvent: "curl http://localhost:3000",
  });
  return runText(text, { commands, prefix, ...OPERATOR_VISIT });
}

async function say(text: string, reader: Partial<Reader> = {}): Promise<string[]> {
  return wordsOf((await ask(text, reader)).message);
}

describe("metrics summary", () => {
  test("names its period first, then five lines, then how fresh they are", async () => {
    expect(await say("metrics summary")).toEqual([
      "Last 30 days against the 30 before",
      "Users | 1,204 | 696 new, ▲ 10 % (630) · 412 active yesterday, 830 in 30 days · activation 41.2 %, no change",
      "MRR | $16,412 | ▲ $1,310 ($15,102) · ARPU $174.60 · churn 2.1 %, ▼ 1.3 points, better (3.4 %)",
      "API calls | 1,043,211 | ▲ 6 % (981,004) · 3,710 agent sessions, ▼ 3 % (3,820)",
      "Error rate | 0.41 % | ▼ 0.21 points, better (0.62 %) · uptime 99.97 %, ▲ 0.07 points (99.9 %)",
      "NPS | 38 ± 14 | 41 answers · not clearly different (31 ± 16) · 11 open tickets, ▲ 6 → 11, worse · resolved in 5.2 h on average",
      "as of 2 min ago · days end at midnight Europe/Berlin · 23 Oct - 21 Nov against 23 Sep - 22 Oct",
      "[Compare: metrics summary --days 30 --compare]",
      "[Show MRR: metrics show mrr --days 30]",
    ]);
  });

  test("of one day speaks of yesterday and the day before", async () => {
    const words = await say("metrics summary 1");
    expect(words[0]).toBe("Yesterday against the day before");
    expect(words.at(-3)).toBe("as of 2 min ago · days end at midnight Europe/Berlin · 21 Nov against 20 Nov");
  });

  test("with --compare sets each number beside the one before it", async () => {
    const words = await say("metrics summary --compare");
    expect(words.slice(0, 5)).toEqual([
      "Last 30 days against the 30 before",
      " | Now | Before | Change",
      "Total users | 1,204 | 1,108 | ▲ 9 %",
      "Sign-ups | 696 | 630 | ▲ 10 %",
      "Active users | 412 | 389 | ▲ 6 %",
    ]);
    expect(words).toContain("NPS | 38 ± 14 | 31 ± 16 | not clearly different");
    expect(words).toContain("Open tickets | 11 | 6 | ▲ 6 → 11, worse");
  });

  test("says what is missing and what to do about it", async () => {
    const summary = madeUpSummary(30, {
      ...NO_NUMBERS,
      total_users: 0,
      active_users_monthly: 0,
      mrr: 0,
      total_api_calls: 0,
      total_agent_sessions: 0,
      open_tickets: 0,
    });
    const words = await say("metrics summary", { summary: async () => summary });
    expect(words.slice(1, 6)).toEqual([
      "Users | 0 | Send `signup` events.",
      "MRR | $0 | no paying accounts. Send `revenue` events.",
      "API calls | 0 | Send `request` events, or mount the tracking middleware.",
      "Error rate | no data | Send `request` events, or mount the tracking middleware. · uptime no data: Send `health_check` events.",
      "NPS | no data | Run an NPS survey, or send `nps` events. · 0 open tickets, ▼ 6 → 0, better",
    ]);
  });

  test("shows no NPS from fewer than ten answers", async () => {
    const summary = madeUpSummary(30, { nps_score: 75, nps_responses: 4, nps_interval: { center: 40, margin: 50 } });
    const words = await say("metrics summary", { summary: async () => summary });
    expect(words[5]).toBe(
      "NPS | too few answers | 4 answers · 11 open tickets, ▲ 6 → 11, worse · resolved in 5.2 h on average",
    );
  });

  test("says how many subscriptions are left out because they have no exchange rate", async () => {
    const words = await say("metrics summary", { summary: async () => madeUpSummary(30, { unconverted: 3 }) });
    expect(words[2]).toMatch(/ · 3 without an exchange rate left out$/);
  });

  test("compares with nothing while the days before are not all on record", async () => {
    const reader = { firstDay: async () => Temporal.PlainDate.from("2026-11-03") };
    const words = await say("metrics summary", reader);
    expect(words[0]).toBe("Last 30 days · data since 3 Nov");
    expect(words.join("\n")).not.toMatch(/[▲▼]/);
    expect(await say("metrics summary --compare", reader)).toContain(
      "Nothing to compare with: the 30 days before are not all on record.",
    );
  });

  test("on the first day leads with today so far", async () => {
    expect(await say("metrics summary", { firstDay: async () => TODAY })).toEqual([
      "Today so far (until 10:15, partial): 3 sign-ups, 41 active users, 1,204 requests. The first full day ends tonight at midnight Europe/Berlin.",
    ]);
  });

  test.each(["metrics summary", "metrics show mrr", "digest preview"])(
    "%s says how to send the first event",
    async (text) => {
      expect(await say(text, { firstDay: async () => null })).toEqual([
        "No events yet. Send the first:",
        "curl http://localhost:3000",
      ]);
    },
  );

  test("hands programs the answer of the reader as it is", async () => {
    const outcome = await ask("metrics summary 7");
    expect(outcome).toMatchObject({ ok: true, data: madeUpSummary(7) });
  });

  test("says how much of the time uptime rests on, and leaves out what was never sent", async () => {
    const words = await say("metrics summary", {
      summary: async (days) => ({
        ...madeUpSummary(days),
        api_uptime_observed: 62.5,
        total_agent_sessions: null,
        new_signups: null,
      }),
    });
    expect(words.join("\n")).toContain("observed 62.5 % of the time");
    expect(words.join("\n")).not.toMatch(/no data (new|agent sessions)/);
  });

  test("says how old its numbers are", async () => {
    const freshness = async (computed_at: string | null) => {
      const words = await say("metrics summary", {
        summary: async (days) => ({ ...madeUpSummary(days), computed_at }),
      });
      return words.at(-3)?.split(" · ")[0];
    };
    expect(await freshness("2026-11-22T09:14:30Z")).toBe("as of just now");
    expect(await freshness("2026-11-22T06:10:00Z")).toBe("as of 3 h ago");
    expect(await freshness("2026-11-18T06:10:00Z")).toBe("as of 4 days ago");
    expect(await freshness(null)).toBe("not worked out yet");
  });
});

describe("metrics show", () => {
  test("says of uptime how much of the time was observed, unless it was all", async () => {
    const shown = async (uptime_observed: number) => {
      const series = madeUpSeries("uptime", [99.9, 99.97], {
        window: { value: 99.97, uptime_observed },
        previous: { value: 99.9, uptime_observed: 100 },
      });
      return (await say("metrics show uptime 2", { series: async () => series }))[1];
    };
    expect(await shown(87.04)).toContain("99.97 %, observed 87 % of the time");
    expect(await shown(100)).not.toContain("observed");
  });

  test("gives the number, what it is compared with, today apart, a picture and the meaning", async () => {
    const series = madeUpSeries("signups", [3, 5, 2, 6, 7, 8, 9], {
      window: { value: 40 },
      previous: { value: 50 },
      today: { date: "2026-11-22", value: 4 },
    });
    expect(await say("metrics show signups 7", { series: async () => series })).toEqual([
      "Sign-ups, last 7 days",
      "15 Nov - 21 Nov | 40 | ▼ 20 % (8 Nov - 14 Nov 50)",
      "Today so far | 4 | partial",
      "[Sign-ups, last 7 days]",
      "People who signed up.",
      "as of 2 min ago · days end at midnight Europe/Berlin",
      "[Period: Last 7 days: metrics show signups --days 7]",
      "[Period: Last 30 days: metrics show signups --days 30]",
      "[Period: Last 90 days: metrics show signups --days 90]",
      "[Period: Last 365 days: metrics show signups --days 365]",
      "[Period: This month (November 2026): metrics show signups --month 2026-11]",
      "[Period: Last month (October 2026): metrics show signups --month 2026-10]",
      "[Period: This quarter (Q4 2026): metrics show signups --quarter 2026-Q4]",
      "[Period: Last quarter (Q3 2026): metrics show signups --quarter 2026-Q3]",
      "[Period: This year (2026): metrics show signups --year 2026]",
      "[Period: Last year (2025): metrics show signups --year 2025]",
      "[Against the days before: metrics show signups --days 7 --compare previous]",
      "[Against a year ago: metrics show signups --days 7 --compare year]",
      "[Explain: metrics explain signups --days 7]",
    ]);
  });

  test("of a level speaks of the last day, and of the last day before the window", async () => {
    const series = madeUpSeries("mrr", [100, 200], { window: { value: 16_412 }, previous: { value: 15_102 } });
    expect((await say("metrics show mrr 2", { series: async () => series }))[1]).toBe(
      "21 Nov | $16,412 | ▲ $1,310 (19 Nov $15,102)",
    );
  });

  test("draws complete days only: bars for counts, a line for the rest", async () => {
    const chartOf = async (text: string) => {
      const { blocks } = (await ask(text)).message;
      const block = blocks.find(({ kind }) => kind === "chart");
      return block?.kind === "chart" ? block.chart : null;
    };
    expect(await chartOf("metrics show signups 7")).toMatchObject({ kind: "bar", unit: "count" });
    expect(await chartOf("metrics show mrr 7")).toMatchObject({
      kind: "line",
      unit: "money",
      currency: "USD",
      labels: expect.toSatisfy((labels: readonly string[]) => labels.at(-1) === "2026-11-21"),
    });
  });

  test("says what to send when there is nothing to draw", async () => {
    const series = madeUpSeries("mrr", [0, 0], {
      window: { value: 0 },
      previous: { value: 0 },
      today: { date: "2026-11-22", value: 0 },
    });
    expect(await say("metrics show mrr 2", { series: async () => series })).toContain("Send `revenue` events.");
  });

  test("shows an NPS with its interval, and draws only days with enough answers", async () => {
    const reader: Partial<Reader> = {
      series: async (metric, days) =>
        metric === "nps" ? madeUpSeries("nps", [50, 60, 38]) : madeUpSeries(metric, [9, 10, 41].slice(-daysIn(days))),
    };
    const { message, data } = await ask("metrics show nps 3", reader);
    expect(wordsOf(message)[1]).toBe("21 Nov | 38 ± 14 (41 answers) | not clearly different (31 ± 16)");
    const chart = message.blocks.find(({ kind }) => kind === "chart");
    expect(chart).toMatchObject({ chart: { series: [{ values: [null, 60, 38] }] } });
    expect(data).toEqual(madeUpSeries("nps", [50, 60, 38]));
  });

  test("on the first day shows today apart from any comparison", async () => {
    const series = madeUpSeries("signups", [null], { today: { date: "2026-11-22", value: 3 } });
    expect(await say("metrics show signups 1", { series: async () => series, firstDay: async () => TODAY })).toEqual([
      "Sign-ups",
      "Today so far | 3 | partial",
      "The first full day ends tonight at midnight Europe/Berlin.",
      "People who signed up.",
      "as of 2 min ago · days end at midnight Europe/Berlin",
    ]);
  });

  test.each(metricNames)("%s can be shown", async (metric) => {
    const outcome = await ask(`metrics show ${metric} 3`);
    expect(outcome.ok).toBe(true);
  });
});

describe("metrics help", () => {
  test("lists every command as it is typed here, and every metric", async () => {
    const words = (await say("metrics help all")).join("\n");
    expect(words).toContain(
      "/metrics summary [--days 30] [--compare previous|year|none] | users, money, usage, health, satisfaction and support at a glance",
    );
    expect(words).toContain(
      "/metrics show <metric> [--days 30] [--by whole|plan|route|service|type|endpoint|severity|priority|category] [--compare previous|year|none] | one metric, drawn and in numbers",
    );
    expect(words).toContain(
      "/metrics explain <metric> [--days 30] [--date yesterday] | how a number comes about: formula, parts, inputs, corrections",
    );
    expect(words).toContain(
      "/digest preview [sections] [--edition daily|weekly|monthly] | a digest, as it would be posted now",
    );
    for (const metric of metricNames) expect(words).toMatch(new RegExp(`[ |]${metric}(,|\n)`));
  });

  test("gives programs the commands and the catalogue", async () => {
    const { data } = await ask("metrics help");
    expect(data).toMatchObject({
      commands: expect.arrayContaining([
        expect.objectContaining({
          command: "metrics summary",
          options: expect.objectContaining({
            window: expect.objectContaining({ kind: "window", fallback: 30 }),
          }),
        }),
        expect.objectContaining({ command: "metrics explain" }),
      ]),
      metrics: catalogueRows(),
    });
  });
});

describe("a problem", () => {
  test("is one sentence with the next step", async () => {
    const problem = new Problem("database_unavailable", 503, "The database does not answer.", {
      next: "Try again in a minute.",
    });
    const outcome = await ask("metrics summary", { summary: () => Promise.reject(problem) });
    expect(outcome).toEqual({
      ok: false,
      isShareable: false,
      message: {
        tone: "warning",
        blocks: [{ kind: "text", text: "The database does not answer. Try again in a minute." }],
      },
      data: { complaint: "The database does not answer. Try again in a minute." },
    });
  });

  test("that is a bug is thrown on, for the log", async () => {
    await expect(ask("metrics summary", { summary: () => Promise.reject(new TypeError("bug")) })).rejects.toThrow(
      TypeError,
    );
  });
});
