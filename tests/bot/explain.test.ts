import { daysIn } from "./support/made-up-series.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommands } from "../../src/bot/commands/commands.ts";
import type { Message } from "../../src/bot/message.ts";
import { OPEN_GATE, OPERATOR_VISIT, type Gate } from "../../src/bot/permission/gate.ts";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { messageLines } from "../../src/bot/platforms/terminal/message-text.ts";
import { runText, type Outcome } from "../../src/bot/run-command.ts";
import { Temporal } from "../../src/core/time.ts";
import { metricNames } from "../../src/metrics/catalogue.ts";
import type { Reader } from "../../src/metrics/read/reader.ts";
import { createExplainedWorld } from "../metrics/explained-world.ts";
import { createTestWorld, type World } from "../support/world.ts";
import {
  clock,
  madeUpExplanation,
  madeUpReader,
  noDatabase,
  noRules,
  workspace,
  noSurveys,
} from "./support/made-up-numbers.ts";

function texts({ blocks }: Message): string[] {
  return blocks.flatMap((block) => (block.kind === "text" || block.kind === "note" ? [block.text] : []));
}

/** As a real world would answer in a terminal. */
function asking(world: World, gate: Gate = OPEN_GATE): (line: string) => Promise<Outcome> {
  const { reader, db, now } = world;
  const worldClock = { now: () => Temporal.Instant.from(now()) };
  const commands = createCommands({
    ...noSurveys,
    reader,
    db,
    clock: worldClock,
    workspace: world.workspace,
    firstEvent: "curl",
    accessBook: noRules,
  });
  return (line) => runText(line, { commands, prefix: "", ...OPERATOR_VISIT, gate });
}

function askingMadeUp(parts: Partial<Reader>): (line: string) => Promise<Outcome> {
  const commands = createCommands({
    ...noSurveys,
    reader: madeUpReader(parts),
    db: noDatabase,
    accessBook: noRules,
    clock,
    workspace,
    firstEvent: "curl",
  });
  return (line) => runText(line, { commands, prefix: "/", ...OPERATOR_VISIT });
}

describe("metrics explain in a filled world", () => {
  let world: World;
  beforeAll(async () => {
    world = await createExplainedWorld();
  });
  afterAll(() => world.close());

  test("tells churn by the accounts that cancelled, the rule, the policies and the inputs", async () => {
    const { message } = await asking(world)("metrics explain churn_rate");
    expect(message.title).toBe("Customer churn 20 % · 21 May - 19 Jun");
    expect(texts(message)).toEqual([
      "1 of the 5 accounts that paid or were paused when the window began cancelled: umbrella (8 Jun).",
      expect.stringMatching(
        /^Accounts that paid .* \(policy `paused_counts`: no\)\. .*\(policy `discounts`: counted\)\.$/,
      ),
      "From 18 `revenue` events, the newest 46 h old · 21 May - 19 Jun",
      expect.stringMatching(
        /^days end at midnight Europe\/Berlin · as of just now · day revision \d+ · definition v2, after /,
      ),
    ]);
  });

  test("adds MRR up from its start and its movements, and says what is left out", async () => {
    const { message } = await asking(world)("metrics explain mrr");
    expect(message.title).toBe("MRR $532.32 · 19 Jun");
    const [sum, , movements, unconverted] = texts(message);
    expect(sum).toBe(
      "$320.32 on 20 May + $99.33 new + $52.00 reactivation + $220.00 expansion − $20.00 contraction − $90.33 churn − $61.00 paused + $11.00 resumed + $1.00 exchange rates = $532.32 on 19 Jun.",
    );
    expect(movements).toBe(
      "Largest movements: acme +$220.00 expansion (6 Jun), initech +$83.33 new (5 Jun), soylent +$52.00 reactivation (16 Jun), hooli −$50.00 paused (17 Jun), umbrella −$47.00 churn (8 Jun) and 6 more.",
    );
    expect(unconverted).toBe("1 subscription is left out: there is no exchange rate for the currency.");
  });

  test.for([
    ["error_rate", "22 failed requests ÷ 66 requests × 100 = 33.33 %."],
    ["arpu", "$532.32 MRR on 19 Jun ÷ 6 customers on 19 Jun = $88.72."],
    ["nps", "(2 promoters − 4 detractors) ÷ 8 NPS answers on 19 Jun × 100 = −25."],
    ["nps_responses", "On 19 Jun: 2 promoters + 2 passives + 4 detractors = 8."],
    ["signups", "Over 30 days: 8 sign-ups."],
    ["open_tickets", "0 on 20 May + 2 opened + 1 reopened − 2 resolved = 1 on 19 Jun."],
    [
      "activation_rate",
      "4 of the 8 people who signed up in the window and whose time to activate is over were fully activated in time.",
    ],
    ["nrr", "$270.32 MRR when the window began: $431.99 have become what the same accounts pay."],
    ["resolution_hours", "360 hours of 2 tickets ÷ 2 = 7.5 d."],
    ["gross_mrr_churn", "$270.32 MRR when the window began: $67.00 are not paid any more by the same accounts."],
  ] as const)("says of %s: %s", async ([metric, sentence]) => {
    const { message } = await asking(world)(`metrics explain ${metric}`);
    expect(texts(message)[0]).toBe(sentence);
  });

  test("has words for every metric, with nothing that is not a word", async () => {
    for (const metric of metricNames) {
      for (const days of [30, 1]) {
        const { ok, message } = await asking(world)(`metrics explain ${metric} --days ${days} --date today`);
        const lines = messageLines(message, { columns: 80, prefix: "", style: (_, text) => text }).join("\n");
        expect(ok, metric).toBe(true);
        expect(lines, metric).not.toMatch(/undefined|null|NaN|\[object|\$-/);
        expect(message.title, metric).toMatch(/\(today is partial\)$/);
      }
    }
  });

  test("names no account to those who may not see names", async () => {
    const view = { ...EVERYTHING, names: new Set<never>() };
    const gate: Gate = { ...OPEN_GATE, admit: async () => ({ ok: true, view }) };
    for (const metric of ["churn_rate", "mrr"]) {
      const { message, data } = await asking(world, gate)(`metrics explain ${metric}`);
      expect(JSON.stringify([message, data])).not.toMatch(/umbrella|soylent|acme|hooli/);
    }
  });
});

test("before the first event it says how to send one", async () => {
  const world = await createTestWorld({ now: "2026-06-20T08:00:00Z" });
  const { message } = await asking(world)("metrics explain mrr");
  expect(message.blocks).toContainEqual({ kind: "code", text: "curl" });
});

test("a number without data says the next step", async () => {
  const explain = async () =>
    madeUpExplanation("uptime", { value: null, built: null, today: { date: "2026-11-22", value: null } });
  const { message } = await askingMadeUp({ explain })("metrics explain uptime");
  expect(message.title).toMatch(/^Uptime no data/);
  expect(texts(message)[0]).toBe("Send `health_check` events.");
});

test("an NPS is explained with its answers and its interval, and without a score under ten answers", async () => {
  const scored = (answers: number) =>
    askingMadeUp({
      explain: async (metric) =>
        madeUpExplanation(metric, {
          unit: "score",
          value: 32.76,
          nps_responses: answers,
          nps_interval: { center: 31, margin: 17 },
          today: { date: "2026-11-22", value: 30, nps_responses: answers, nps_interval: { center: 29, margin: 18 } },
        }),
    });
  const { message } = await scored(58)("metrics explain nps");
  expect(message.title).toMatch(/^NPS 33 ± 17 \(58 answers\) · /);
  expect(texts(message)).toContain("Today so far 30 ± 18 (58 answers) (partial).");
  expect((await scored(9)("metrics explain nps")).message.title).toMatch(/^NPS too few answers \(9\) · /);
});

test("a day before the first event is told to be before all that is on record", async () => {
  const explain: Reader["explain"] = async (metric) => {
    const made = madeUpExplanation(metric, { value: null, built: null });
    return { ...made, date_range: { ...made.date_range, start: "1998-12-03", end: "1999-01-01" } };
  };
  const { message } = await askingMadeUp({ explain })("metrics explain mrr --date 1999-01-01");
  expect(texts(message)).toContain("Nothing is on record before 1 Jan 2025.");
});

test("a number whose first events are of today waits for midnight, and asks for no more", async () => {
  const explain: Reader["explain"] = async (metric) =>
    madeUpExplanation(metric, {
      value: null,
      built: null,
      inputs: [{ event: "revenue", rows: 0, newest_at: "2026-11-22T08:35:00.000Z" }],
    });
  const { message } = await askingMadeUp({ explain })("metrics explain mrr");
  expect(texts(message)).toContain("It begins today: the first complete day ends at midnight.");
  expect(texts(message).join(" ")).not.toContain("Send `revenue`");
  expect(texts(message).join(" ")).toContain("From 0 `revenue` events (the newest of all is ");
});

test("what was restated is told with the day, the numbers and the cause", async () => {
  const row = {
    label: "Sign-ups",
    unit: "count",
    date: "2026-11-19",
    restated_on: "2026-11-21",
    before: 14,
    after: 17,
  } as const;
  const level = {
    label: "MRR",
    unit: "money",
    date: "2026-11-02",
    restated_on: "2026-11-20",
    before: 0,
    after: 220,
  } as const;
  const explain: Reader["explain"] = async (metric) =>
    madeUpExplanation(metric, {
      restatements: {
        total: 4,
        newest: [
          { ...row, metric: "signups", is_change: false, cause: "events arrived late" },
          { ...level, metric: "mrr", is_change: true, cause: "an event was taken back: wrong price" },
        ],
      },
    });
  const { message } = await askingMadeUp({ explain })("metrics explain signups");
  expect(texts(message)).toContain(
    "Restated: Sign-ups of 19 Nov, 14 → 17, on 21 Nov: events arrived late · the change in MRR on 2 Nov, $0.00 → $220.00, and with it every later day, on 20 Nov: an event was taken back: wrong price · and 2 more.",
  );
});

test("a day may be given as a date or a word; one that is none, or not yet, is refused with a sentence", async () => {
  const asked: string[] = [];
  const explain: Reader["explain"] = async (metric, { days, date }) => {
    asked.push(`${daysIn(days)} until ${String(date)}`);
    return madeUpExplanation(metric);
  };
  const ask = askingMadeUp({ explain });
  for (const words of ["", " --date today", " 7 2026-11-03", " --date Yesterday"])
    await ask(`metrics explain mrr${words}`);
  expect(asked).toEqual(["30 until 2026-11-21", "30 until 2026-11-22", "7 until 2026-11-03", "30 until 2026-11-21"]);
  const complaint = async (line: string) => ((await ask(line)).data as { complaint: string }).complaint;
  expect(await complaint("metrics explain mrr --date 2026-02-30")).toBe(
    "`date` must be `today`, `yesterday` or a day such as `2026-11-20`; you wrote `2026-02-30`.",
  );
  expect(await complaint("metrics explain mrr --date")).toBe(
    "`date` needs a day: `/metrics explain mrr --date yesterday`.",
  );
  expect(await complaint("metrics explain mrr --date 2026-11-23")).toBe("`date` must not be after today, 2026-11-22.");
});
