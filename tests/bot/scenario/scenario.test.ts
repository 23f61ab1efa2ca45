import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { defineCommand } from "../../../src/bot/command.ts";
import type { Block } from "../../../src/bot/message.ts";
import { FREE } from "../../../src/bot/permission/need.ts";
import { alertCommandsFor, alertPartsFrom } from "../../../src/alerts.ts";
import { createCommands } from "../../../src/bot/commands/commands.ts";
import { createSubscriptions } from "../../../src/bot/digest/subscriptions.ts";
import { createAccessBook } from "../../../src/bot/permission/access-book.ts";
import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import { standingPolicy } from "../../../src/bot/permission/standing-policy.ts";
import { Temporal } from "../../../src/core/time.ts";
import { createVoider } from "../../../src/events/void.ts";
import { createExporter } from "../../../src/metrics/export/exporter.ts";
import { formatValue } from "../../../src/metrics/format.ts";
import { createDetails } from "../../../src/metrics/read/details.ts";
import { createSurveys } from "../../../src/surveys/surveys.ts";
import { ADMIN_KEY, bearer, createRig, NO_DATABASE } from "../../api/support.ts";
import { createExplainedWorld } from "../../metrics/explained-world.ts";
import { SILENT } from "../../support/silent.ts";
import { createWorld, type World } from "../../support/world.ts";
import { noSurveys } from "../support/made-up-numbers.ts";
import { missingIn, numbersIn, withoutDrawings, wordsOf } from "./facts.ts";
import { CHATS, READERS, type Reader, type Step } from "./readers.ts";

const NOW = Temporal.Instant.from("2026-06-20T08:00:00Z");

/** All that can be asked without changing anything; then what is refused. */
const STEPS: readonly Step[] = [
  { line: "metrics summary", options: { days: 7 } },
  { line: "metrics summary", options: { days: 7, compare: true } },
  { line: "metrics summary" },
  { line: "metrics show", options: { metric: "mrr", days: 14 } },
  { line: "metrics show", options: { metric: "error_rate", days: 30 } },
  { line: "metrics show", options: { metric: "nps" } },
  { line: "metrics show", options: { metric: "api_calls", days: 14, by: "route" } },
  { line: "metrics show", options: { metric: "dau", days: 7, compare: "previous" } },
  { line: "metrics revenue" },
  { line: "metrics funnel" },
  { line: "metrics features" },
  { line: "metrics support" },
  { line: "metrics errors" },
  { line: "metrics explain", options: { metric: "mrr" } },
  { line: "metrics explain", options: { metric: "churn_rate" } },
  { line: "metrics explain", options: { metric: "uptime", days: 7 } },
  { line: "digest preview" },
  { line: "digest list" },
  { line: "nps list" },
  { line: "alert list" },
  { line: "access show" },
  { line: "metrics help" },
  { line: "metrics show", options: { metric: "mmr" } },
  { line: "metrics summary", options: { days: 999 } },
  { line: "nps results" },
];

function commandsFor(world: World) {
  const { db, workspace, intake } = world;
  const clock = { now: () => NOW };
  const exporter = createExporter({ db, clock, workspace, log: SILENT });
  const pool = db.work;
  const commands = createCommands(
    {
      ...noSurveys,
      ...world,
      clock,
      details: createDetails({ db, clock, workspace }),
      exporter,
      accessBook: createAccessBook(db, standingPolicy([], [], [])),
      surveys: createSurveys({ db, intake, voider: createVoider({ db, clock, workspace }), clock, log: SILENT }),
      subscriptions: createSubscriptions({ pool, platforms: [], timeZone: "Europe/Berlin", usualAt: "09:00", clock }),
      firstEvent: "curl http://localhost:3000/api/events",
    },
    alertCommandsFor(alertPartsFrom({ foundation: { db, workspace, log: SILENT }, gate: OPEN_GATE, platforms: [] })),
  );
  const { api } = createRig(NO_DATABASE, { reader: world.reader, overviews: world.overviews, exporter });
  const http = (path: string) => api.request(`/api/${path}`, { headers: bearer(ADMIN_KEY) });
  return { commands, http };
}

type Stage = Awaited<ReturnType<typeof commandsFor>> & { readonly readers: ReadonlyMap<string, Reader> };

async function openStage(world: World): Promise<Stage> {
  const made = commandsFor(world);
  const readers = new Map<string, Reader>();
  for (const [name, start] of Object.entries(READERS)) readers.set(name, await start(made.commands));
  return { ...made, readers };
}

async function everywhere({ readers }: Stage, step: Step) {
  const texts = new Map<string, string>();
  for (const [name, reader] of readers) texts.set(name, await reader.ask(step));
  const terminal = texts.get("the terminal") ?? "";
  return { chats: CHATS.map((name) => texts.get(name) ?? ""), terminal, all: [...texts.values()] };
}

/** The same words in every chat; all of them in the terminal, which says no number that they do not. */
function expectSameFacts({ chats, terminal }: Awaited<ReturnType<typeof everywhere>>): void {
  const [first = "", ...others] = chats;
  for (const other of others) expect(wordsOf(other)).toEqual(wordsOf(first));
  expect(missingIn(wordsOf(terminal), wordsOf(first))).toEqual([]);
  const told = new Set(numbersIn(first));
  expect(numbersIn(withoutDrawings(terminal)).filter((number) => !told.has(number))).toEqual([]);
  expect(first.length).toBeGreaterThan(20);
}

test("a number that one place does not say, or says otherwise, is noticed", () => {
  const chats = ["MRR $16,412 ▲ 6 % since last Friday", "MRR $16,412 ▲ 6 % since last Friday"];
  const terminal = "MRR  $16,412  ▲ 6 % since last Friday  ▂▃▅";
  expectSameFacts({ chats, terminal, all: [] });
  const wrong = [
    { chats: [chats[0] ?? "", "MRR $16,413 ▲ 6 % since last Friday"], terminal },
    { chats: [chats[0] ?? "", "MRR $16,412 since last Friday"], terminal },
    { chats, terminal: "MRR  $16,412  ▲ 6 % since Friday" },
    { chats, terminal: `${terminal} 7 %` },
  ];
  for (const one of wrong) expect(() => expectSameFacts({ ...one, all: [] })).toThrow();
});

const titleOf = ({ line, options = {} }: Step) => `/${line} ${JSON.stringify(options)}`;

describe("the same facts in Slack, Discord and the terminal", () => {
  let world: World;
  let stage: Stage;
  beforeAll(async () => {
    world = await createExplainedWorld();
    stage = await openStage(world);
  });
  afterAll(async () => {
    for (const reader of stage.readers.values()) await reader.stop();
    await world.close();
  });

  test.each(STEPS.map((step) => ({ title: titleOf(step), step })))("$title", async ({ step }) => {
    expectSameFacts(await everywhere(stage, step));
  });

  test.each<[Step, string, (answer: Numbers) => readonly (string | null)[]]>([
    [
      { line: "metrics summary", options: { days: 7 } },
      "metrics/summary?days=7",
      ({ mrr, new_signups, error_rate, api_uptime, open_tickets }) => [
        money(mrr),
        count(new_signups),
        percent(error_rate),
        percent(api_uptime),
        count(open_tickets),
      ],
    ],
    [
      { line: "metrics show", options: { metric: "mrr", days: 14 } },
      "metrics/series/mrr?days=14",
      ({ window, points }) => [money(window), money(points?.[0]?.value), money(points?.at(-1)?.value)],
    ],
    [
      { line: "metrics revenue" },
      "metrics/revenue-breakdown?days=30",
      ({ total_mrr, movements = {} }) => [
        money(total_mrr),
        ...["new", "expansion", "contraction", "churn"].map((name) => money(Math.abs(movements[name] ?? 0))),
      ],
    ],
    [
      { line: "metrics funnel" },
      "metrics/activation-funnel?days=30",
      ({ total_signups, activated_users, activation_rate }) => [
        count(total_signups),
        count(activated_users),
        percent(activation_rate),
      ],
    ],
    [
      { line: "metrics explain", options: { metric: "churn_rate" } },
      "metrics/explain/churn_rate?days=30",
      ({ value }) => [percent(value), "Umbrella".toLowerCase()],
    ],
  ])("%j says what the HTTP API says", async (step, path, pick) => {
    const answer = (await (await stage.http(path)).json()) as Numbers;
    const facts = pick(answer).filter((fact) => fact !== null);
    const { all } = await everywhere(stage, step);
    expect(facts.length).toBeGreaterThan(1);
    for (const text of all) for (const fact of facts) expect(text.replaceAll(/\s+/g, " ")).toContain(fact);
  });

  test.each(["daily-metrics", "usage", "agent-sessions"])(
    "the file of `metrics export %s` is the same everywhere, and that of the HTTP API",
    async (what) => {
      const http = Buffer.from(await (await stage.http(`analytics/export/${what}?days=30`)).arrayBuffer());
      for (const start of Object.values(READERS)) {
        const reader = await start(stage.commands);
        const text = await reader.ask({ line: "metrics export", options: { what } });
        const file = await reader.lastFile();
        await reader.stop();
        expect(text).toContain(KINDS_OF_ROWS[what]);
        expect(file?.equals(http)).toBe(true);
      }
    },
  );

  test("help lists every command, or says how many are left", async () => {
    const { all } = await everywhere(stage, { line: "metrics help", options: { about: "all" } });
    for (const text of all) {
      const left = stage.commands.map(({ path }) => `/${path.join(" ")}`).filter((line) => !text.includes(line));
      if (!/\d+ more/.test(text)) expect(left).toEqual([]);
      expect(stage.commands.length - left.length).toBeGreaterThan(10);
    }
  });
});

interface Numbers {
  readonly [name: string]: unknown;
  readonly mrr: number;
  readonly new_signups: number;
  readonly error_rate: number;
  readonly api_uptime: number;
  readonly open_tickets: number;
  readonly window: { readonly value: number };
  readonly points?: readonly { readonly value: number }[];
  readonly total_mrr: number;
  readonly movements?: Readonly<Record<string, number>>;
  readonly total_signups: number;
  readonly activated_users: number;
  readonly activation_rate: number;
  readonly value: number;
}

const told = (unit: "money" | "count" | "percent") => (value: number | { readonly value: number } | undefined) =>
  value === undefined ? null : formatValue(unit, typeof value === "number" ? value : value.value, { currency: "USD" });
const [money, count, percent] = [told("money"), told("count"), told("percent")];

const KINDS_OF_ROWS: Readonly<Record<string, string>> = {
  "daily-metrics": "One row per day",
  usage: "One line a request",
  "agent-sessions": "One line a session",
};

describe("before the first event", () => {
  test("every question is answered with the same next step everywhere", async () => {
    const world = await createWorld({ now: NOW.toString(), timeZone: "Europe/Berlin" });
    const stage = await openStage(world);
    onTestFinished(async () => {
      for (const reader of stage.readers.values()) await reader.stop();
      await world.close();
    });
    const lines = ["summary", "revenue", "funnel", "features", "support", "errors"] as const;
    const steps: Step[] = [
      ...lines.map((name) => ({ line: `metrics ${name}` }) as const),
      { line: "metrics show", options: { metric: "mrr" } },
      { line: "metrics explain", options: { metric: "dau" } },
      { line: "metrics export", options: { what: "usage" } },
      { line: "digest preview" },
    ];
    for (const step of steps) {
      const seen = await everywhere(stage, step);
      expectSameFacts(seen);
      for (const text of seen.all) expect(text).toContain("curl http://localhost:3000/api/events");
    }
  });
});

const NAME = Array.from({ length: 50 }, (_, index) => `name-${String(index).padStart(4, "0")}`).join(" ");
const large = (name: string, ...blocks: readonly Block[]) =>
  defineCommand({
    path: ["metrics", name],
    description: "as much as there can be",
    options: {},
    access: () => FREE,
    run: async () => ({ message: { title: "At the limits", tone: "neutral", blocks }, data: null }),
  });
const ROWS: Block = {
  kind: "table",
  columns: [
    { label: "Account", align: "left" },
    { label: "MRR", align: "right" },
  ],
  rows: Array.from({ length: 51 }, (_, index) => [`account-${index}-`, `$${1_000 + index}`]),
};
const FACTS: Block = {
  kind: "facts",
  facts: Array.from({ length: 26 }, (_, index) => ({ label: `fact-${index}-`, value: `$${2_000 + index}` })),
};
const CHOICES: Block = {
  kind: "menu",
  label: "Choose",
  options: Array.from({ length: 26 }, (_, index) => ({
    label: `choice-${index}-`,
    command: `metrics summary ${index + 1}`,
  })),
};
const LONG: Block = {
  kind: "text",
  text: Array.from({ length: 1_000 }, (_, index) => `w${index}`.padEnd(5, ".")).join(" "),
};
const NAMED: Block = { kind: "facts", facts: [{ label: NAME, value: "$7", detail: NAME }] };
const LARGE = [
  large("rows", ROWS),
  large("facts", FACTS),
  large("choices", CHOICES),
  large("long", LONG),
  large("named", NAMED),
  large("everything", LONG, ROWS, FACTS, NAMED, CHOICES),
];

describe("at the limits", () => {
  let readers: Reader[] = [];
  beforeAll(async () => {
    readers = await Promise.all(Object.values(READERS).map((start) => start(LARGE)));
  });
  afterAll(async () => {
    for (const reader of readers) await reader.stop();
  });

  test.each([
    ["51 rows", "rows", "account", 51, 1_000],
    ["26 numbers", "facts", "fact", 26, 2_000],
  ] as const)(
    "%s are shown each with its number, or it is said how many are left",
    async (_, name, item, total, first) => {
      for (const reader of readers) {
        const text = (await reader.ask({ line: `metrics ${name}` })).replaceAll(/\s+/g, " ");
        const shown = Array.from({ length: total }, (_item, index) => index).filter((index) =>
          new RegExp(
            `${item}-${index}- (· )?\\$${(first + index).toString()}\\b|${item}-${index}- (· )?\\$${(first + index).toLocaleString("en-US")}\\b`,
          ).test(text),
        ).length;
        expect(shown).toBeGreaterThan(10);
        expect(shown === total || text.includes(`${total - shown} more`)).toBe(true);
      }
    },
  );

  test("6,000 characters are shown, or end with a mark that they go on", async () => {
    for (const reader of readers) {
      const text = await reader.ask({ line: "metrics long" });
      expect(text).toContain("w0... w1...");
      expect(text.includes("w999.") || text.includes("…")).toBe(true);
    }
  });

  test("a name of 500 characters does not push its number out", async () => {
    for (const reader of readers) {
      const text = await reader.ask({ line: "metrics named" });
      expect(text).toContain("name-0000");
      expect(text).toContain("$7");
    }
  });

  test.each(["choices", "everything"])("a message with all of that (%s) is taken everywhere", async (name) => {
    for (const reader of readers) expect(await reader.ask({ line: `metrics ${name}` })).toContain("At the limits");
  });
});
