import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FREE, FREE_ACT } from "../../src/bot/permission/need.ts";
import { OPERATOR_VISIT } from "../../src/bot/permission/gate.ts";
import { defineCommand, usageOf, type Command } from "../../src/bot/command.ts";
import { parseCommand } from "../../src/bot/command-line.ts";
import { createCommands } from "../../src/bot/commands/commands.ts";
import { runText, runWords } from "../../src/bot/run-command.ts";
import { splitWords } from "../../src/bot/typed-words.ts";
import { createTicketCommand } from "./support/form-commands.ts";
import { clock, madeUpReader, noDatabase, noRules, workspace, noSurveys } from "./support/made-up-numbers.ts";

const commands = createCommands({
  ...noSurveys,
  db: noDatabase,
  accessBook: noRules,
  reader: madeUpReader(),
  clock,
  workspace,
  firstEvent: "curl",
});

function parse(text: string, all: readonly Command[] = commands, prefix = "/") {
  return parseCommand(splitWords(text).words, all, { prefix });
}

function valuesOf(text: string, all: readonly Command[] = commands) {
  const parsed = parse(text, all);
  return parsed.ok ? parsed.values : parsed.complaint;
}

function complaintOf(text: string, prefix = "/"): string {
  const parsed = parse(text, commands, prefix);
  return parsed.ok ? "understood" : parsed.complaint;
}

/** What `metrics show` takes that was not written. */
const AS_IT_IS = { by: "whole", compare: "no" };
const days = (count: number) => ({ window: { kind: "days", days: count } });

describe("different ways to write the same", () => {
  test.each([
    "/metrics summary 7",
    "metrics summary 7",
    "metrics summary days=7",
    "metrics summary --days 7",
    "metrics summary --days=7",
    "metrics summary —days 7",
    "metrics summary –days=7",
    "  METRICS   Summary --DAYS\t7 ",
    'metrics summary "7"',
    'metrics summary days="7"',
    "metrics summary “7”",
    "metrics summary -- 7",
    "metrics summary 7 --compare=no",
    "metrics summary compare=false 7",
  ])("%s", (text) => {
    expect(valuesOf(text)).toEqual({ ...days(7), compare: "no" });
  });

  test.each([
    "metrics summary --compare",
    "metrics summary compare",
    "metrics summary compare=yes",
    "metrics summary 30 --compare",
  ])("%s asks for the comparison over 30 days", (text) => {
    expect(valuesOf(text)).toEqual({ ...days(30), compare: "previous" });
  });

  test.each([
    "metrics show mrr 7",
    "metrics show MRR days=7",
    "metrics show --days 7 mrr",
    "metrics show metric=mrr --days=7",
  ])("%s", (text) => {
    expect(valuesOf(text)).toEqual({ metric: "mrr", ...days(7), ...AS_IT_IS });
  });

  test.each(["open_tickets", "open-tickets", "OpenTickets", '"open tickets"'])("the metric %s", (name) => {
    expect(valuesOf(`metrics show ${name}`)).toEqual({ metric: "open_tickets", ...days(30), ...AS_IT_IS });
  });

  test.each([
    ["metrics show mrr --compare", "previous"],
    ["metrics show mrr --compare --days 7", "previous"],
    ["metrics show mrr --compare year --days 7", "year"],
    ["metrics show mrr compare=year 7", "year"],
    ["metrics show mrr --compare=no", "no"],
    ["metrics show mrr 7", "no"],
  ])("a choice whose name alone means something: %s", (text, compare) => {
    expect(valuesOf(text)).toMatchObject({ metric: "mrr", compare });
  });

  const OCTOBER = { kind: "month", year: 2026, month: 10 };
  const LAST_MONTH = { kind: "running", unit: "month", ago: 1 };

  test.each([
    ["--month 2026-10", OCTOBER],
    ["month=2026-10", OCTOBER],
    ["—month 2026-10", OCTOBER],
    ["——month 2026-10", OCTOBER],
    ["–—month=2026-10", OCTOBER],
    ["--mon\u200bth 2026-10", OCTOBER],
    ["\u200b--month\u200b 2026-10\u200b", OCTOBER],
    ["--month 2026–10", OCTOBER],
    ["--month 2026\u201110", OCTOBER],
    ["--month October 2026", OCTOBER],
    ["--month “October 2026”", OCTOBER],
    ["2026-10", OCTOBER],
    ["October 2026", OCTOBER],
    ["last month", LAST_MONTH],
    ["last\u00a0month", LAST_MONTH],
    ["Last\u200b Month\ufeff", LAST_MONTH],
    ['"last month"', LAST_MONTH],
    ["--window last month", LAST_MONTH],
    ["--month last", LAST_MONTH],
    ["this month", { kind: "running", unit: "month", ago: 0 }],
    ["last quarter", { kind: "running", unit: "quarter", ago: 1 }],
    ["last year", { kind: "running", unit: "year", ago: 1 }],
    ["October", { kind: "latest", unit: "month", number: 10 }],
    ["Q3", { kind: "latest", unit: "quarter", number: 3 }],
    ["--quarter Q3", { kind: "latest", unit: "quarter", number: 3 }],
    ["--quarter 2025-Q3", { kind: "quarter", year: 2025, quarter: 3 }],
    ["Q3 2025", { kind: "quarter", year: 2025, quarter: 3 }],
    ["--year 2025", { kind: "year", year: 2025 }],
    ["2025", { kind: "year", year: 2025 }],
    ["last 30 days", { kind: "days", days: 30 }],
    ["7 days", { kind: "days", days: 7 }],
    ["yesterday", { kind: "days", days: 1 }],
    ["--period quarter", { kind: "days", days: 90 }],
  ])("a window in the words of a person, before and after other options: %s", (typed, window) => {
    expect(valuesOf(`metrics summary ${typed}`)).toEqual({ window, compare: "no" });
    expect(valuesOf(`metrics show mrr ${typed} --compare year`)).toMatchObject({
      metric: "mrr",
      window,
      compare: "year",
    });
    expect(valuesOf(`metrics summary compare ${typed}`)).toEqual({ window, compare: "previous" });
  });

  test.each([
    "--from 2026-10-01 --to 2026-10-31",
    "to=2026-10-31 from=2026-10-01",
    "2026-10-01 to 2026-10-31",
    "from 2026-10-01 to 2026-10-31",
    "——from 2026-10-01 ——to 2026-10-31",
  ])("days from one to another: %s", (typed) => {
    const { window } = valuesOf(`metrics revenue ${typed} --page 2`) as unknown as {
      window: { from: unknown; to: unknown };
    };
    expect([String(window.from), String(window.to)]).toEqual(["2026-10-01", "2026-10-31"]);
  });

  test("the day of an explanation is no second window", () => {
    expect(valuesOf("metrics explain mrr 30 yesterday")).toEqual({ metric: "mrr", ...days(30), date: "yesterday" });
    expect(valuesOf("metrics explain mrr --days 1 --date 2026-11-20")).toMatchObject({
      ...days(1),
      date: "2026-11-20",
    });
  });

  test("a group alone runs its help", () => {
    const parsed = parse("/metrics");
    expect(parsed.ok && parsed.command.path).toEqual(["metrics", "help"]);
  });

  test("words that a shell has split are not split again", async () => {
    const outcome = await runWords(["metrics", "show", "open tickets"], {
      commands,
      prefix: "",
      ...OPERATOR_VISIT,
    });
    expect(outcome.data).toMatchObject({ metric: "open_tickets" });
  });
});

const SUMMARY_TAKES = "`/metrics summary` takes `days`, `from`, `to`, `month`, `quarter`, `year` and `compare`.";

describe("complaints say what, why and what next", () => {
  test.each([
    [
      "metrics summary abc",
      "`abc` is no window. Write `7`, `last month`, `Q3 2025`, `October`, `2026-10`, or `2026-10-01 to 2026-10-31`.",
    ],
    ["metrics summary 0", "`days` must be a whole number from 1 to 366; you wrote `0`."],
    ["metrics summary 367", "`days` must be a whole number from 1 to 366; you wrote `367`."],
    ["metrics summary -5", "`days` must be a whole number from 1 to 366; you wrote `-5`."],
    ["metrics summary 1.5", "`days` must be a whole number from 1 to 366; you wrote `1.5`."],
    ["metrics summary days=", "`days` must be a whole number from 1 to 366; you left it empty."],
    ["metrics summary --days", "`days` needs a whole number from 1 to 366: `/metrics summary --days 30`."],
    ["metrics summary 7 days=9", "`days` is given twice. Write it once."],
    ["metrics summary in october", "The days are given twice. Write them once: `last month` or `--days 7`."],
    ["metrics summary 7 9", `\`9\` is one word too many. ${SUMMARY_TAKES}`],
    ["metrics summary --dys 7", `There is no option \`dys\`. Did you mean \`days\`? ${SUMMARY_TAKES}`],
    ["metrics summary weeks=2", `There is no option \`weeks\`. ${SUMMARY_TAKES}`],
    ["metrics summary compare=maybe", "`compare` must be `previous`, `year` or `none`; you wrote `maybe`."],
    ["metrics show mmr", "There is no metric `mmr`. Did you mean `mrr`? `/metrics help` lists all."],
    ["metrics show mrr --compare never", "`compare` must be `previous`, `year` or `none`; you wrote `never`."],
    ["metrics show mrr --days", "`days` needs a whole number from 1 to 366: `/metrics show mrr --days 30`."],
    [
      "metrics show mrr --days 90 --period week",
      "`days` and `period` contradict each other: give the window once, such as `--month 2026-10`.",
    ],
    [
      "metrics summary --days 90 --month 2026-10",
      "`days` and `month` contradict each other. Use `days`, `month`, `quarter` or `year`, or `from` with `to`.",
    ],
    ["metrics summary --from 2026-10-01", "`from` needs `to`, the last day: `from=2026-10-01&to=2026-10-31`."],
    [
      "metrics summary --month",
      "`month` says which days are meant; you wrote nothing: `/metrics summary --month 2026-10`.",
    ],
    [
      "metrics summary --month Octember",
      "`month` must be written like `2026-10`, `October` or `last`; you wrote `Octember`.",
    ],
    ["metrics show", "`/metrics show` needs a metric: `/metrics show mrr`. `/metrics help` lists all."],
    ["digest list me", "`me` is one word too many. `/digest list` stands alone."],
    [
      "metrics sumary",
      "There is no command `metrics sumary`. Did you mean `/metrics summary`? `/metrics help` lists all.",
    ],
    [
      "metric summary",
      "There is no command `metric summary`. Did you mean `/metrics summary`? `/metrics help` lists all.",
    ],
    [
      "metrics mrr",
      "There is no command `metrics mrr`. `mrr` is a metric: `/metrics show mrr`. `/metrics help` lists all.",
    ],
    [
      "digest",
      "`/digest` needs one more word: `/digest preview`, `/digest list`, `/digest subscribe`, `/digest at`, `/digest notable`, `/digest pause`, `/digest resume`, `/digest unsubscribe`, `/digest send` or `/digest sections`.",
    ],
    ["", "Write a command. `/metrics help` lists all."],
    ["drop tables", "There is no command `drop tables`. `/metrics help` lists all."],
    ["metrics show constructor", "There is no metric `constructor`. `/metrics help` lists all."],
    ["metrics summary --__proto__=1", `There is no option \`__proto__\`. ${SUMMARY_TAKES}`],
  ])("%s", (text, complaint) => {
    expect(complaintOf(text)).toBe(complaint);
  });

  test("in the terminal they name the terminal's commands", () => {
    expect(complaintOf("metrics show mmr", "npm run cli -- ")).toBe(
      "There is no metric `mmr`. Did you mean `mrr`? `npm run cli -- metrics help` lists all.",
    );
  });

  test("an open quotation mark is said", async () => {
    const outcome = await runText('metrics show "mrr', { commands, prefix: "/", ...OPERATOR_VISIT });
    expect(outcome).toMatchObject({ ok: false, data: { complaint: 'A quotation mark has no end: `"mrr`.' } });
  });

  test("what was typed cannot end the quotation, hide itself or fill the screen", () => {
    expect(complaintOf("metrics show a`b")).toContain("no metric `a'b`");
    expect(complaintOf("metrics show \u001b[2Jx")).toContain("no metric `�[2Jx`");
    expect(complaintOf(`metrics show ${"x".repeat(5000)}`)).toContain(`no metric \`${"x".repeat(40)}…\``);
  });

  test("a choice names its choices and guesses", async () => {
    const draw = defineCommand({
      path: ["draw"],
      description: "draw",
      options: { as: { kind: "choice", description: "how", choices: ["line", "bar"], fallback: "line" } },
      access: () => FREE,
      run: async ({ as }) => ({ message: { tone: "neutral", blocks: [] }, data: as }),
    });
    expect(valuesOf("draw", [draw])).toEqual({ as: "line" });
    expect(valuesOf("draw BAR", [draw])).toEqual({ as: "bar" });
    expect(valuesOf("draw as=bat", [draw])).toBe("`as` must be `line` or `bar`; you wrote `bat`. Did you mean `bar`?");
    expect((await runText("draw as=bar", { commands: [draw], prefix: "/", ...OPERATOR_VISIT })).data).toBe("bar");
  });
});

describe("text that people write", () => {
  const { command } = createTicketCommand();
  const opened = (text: string) => valuesOf(text, [command]);
  const usual = { details: "", priority: "low", seats: 1, account: "" };

  test.each([
    ["ticket open Export fails", "Export fails"],
    ["ticket open   Export  fails\nfor large teams ", "Export  fails\nfor large teams"],
    ['ticket open "Export fails"', "Export fails"],
    ['ticket open title="Export fails"', "Export fails"],
    ['ticket open --title "Export fails"', "Export fails"],
    ['ticket open She said "no" twice', 'She said "no" twice'],
    ["ticket open It fails with --force and x=1", "It fails with --force and x=1"],
    ["ticket open It's 5 -- or 6", "It's 5 -- or 6"],
    ["ticket open a\u0000b\r\nc\ud800", "ab\nc\ufffd"],
  ])("%j takes the rest of the line", (text, title) => {
    expect(opened(text)).toEqual({ ...usual, title });
  });

  test("options that the command has are found within it", () => {
    expect(opened("ticket open --seats 7 Export fails --priority high for all")).toEqual({
      ...usual,
      title: "Export fails for all",
      priority: "high",
      seats: 7,
    });
  });

  test("of several texts, the first without a value takes what has no name", () => {
    expect(opened("ticket open --title Export It says 500")).toEqual({
      ...usual,
      title: "Export",
      details: "It says 500",
    });
  });

  test.each([
    ["ticket open", '`title` is what you want to say; you wrote nothing: `/ticket open --title "…"`.'],
    ['ticket open "  "', '`title` is what you want to say; you wrote nothing: `/ticket open --title "…"`.'],
    ["ticket open --title", '`title` is what you want to say; you wrote nothing: `/ticket open --title "…"`.'],
    [`ticket open ${"x".repeat(81)}`, "`title` has 81 characters; 80 are the most."],
    ["ticket open --sets 7 Export", "There is no option `sets`. Did you mean `seats`?"],
  ])("%s is refused", (text, complaint) => {
    expect(opened(text)).toContain(complaint);
  });

  test("a whole number or a choice may be required too", () => {
    const options = {
      size: { kind: "integer", description: "how many", min: 1, max: 9 },
      as: { kind: "choice", description: "how", choices: ["line", "bar"] },
    } as const;
    const draw = defineCommand({
      path: ["draw"],
      description: "draws",
      options,
      access: () => FREE,
      run: async ({ size, as }) => ({ message: { tone: "neutral", blocks: [] }, data: `${size} ${as}` }),
    });
    expect(usageOf(draw)).toBe("draw <size> <line|bar>");
    expect(valuesOf("draw 3 bar", [draw])).toEqual({ size: 3, as: "bar" });
    expect(valuesOf("draw", [draw])).toBe("`size` needs a whole number from 1 to 9: `/draw --size 1`.");
    expect(valuesOf("draw 3", [draw])).toBe("`/draw` needs one more word: `line` or `bar`.");
  });

  test("in the terminal the fields of a form are options", async () => {
    const set = { commands: [command], prefix: "npm run cli -- ", ...OPERATOR_VISIT };
    expect((await runWords(["ticket", "open", "Export", "fails", "--priority=high"], set)).data).toEqual({
      ...usual,
      title: "Export fails",
      priority: "high",
    });
    expect(await runWords(["ticket", "open"], set)).toMatchObject({
      ok: false,
      data: {
        complaint: '`title` is what you want to say; you wrote nothing: `npm run cli -- ticket open --title "…"`.',
      },
    });
  });
});

describe("any text", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "metrics",
      "summary",
      "show",
      "help",
      "digest",
      "mrr",
      "--days",
      "days=",
      "--",
      "=",
      '"',
      "“",
      "7",
      "—compare",
    ),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.string({ unit: "grapheme", maxLength: 20 }),
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(" ")),
  );

  test("gets an outcome with something to read, and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (typed) => {
        const outcome = await runText(typed, { commands, prefix: "/", ...OPERATOR_VISIT });
        expect(outcome.message.blocks.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });

  test("is split into words without losing a letter outside quotation marks", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "b", "=", "-", " ", "\n") }), (typed) => {
        const { words } = splitWords(typed);
        expect(words.map((word) => word.text)).toEqual(typed.split(/\s+/).filter((word) => word !== ""));
      }),
    );
  });
});

describe("an option in people's own words, and one that may be left out", () => {
  const ask: Command = defineCommand({
    path: ["nps", "ask"],
    description: "ask",
    options: {
      where: { kind: "reference", description: "a channel", optional: true },
      days: { kind: "integer", description: "days", min: 1, max: 30, fallback: 7 },
      question: { kind: "text", description: "the question", longest: 40, fallback: "How likely?" },
    },
    access: () => FREE,
    run: async () => ({ message: { tone: "neutral", blocks: [] }, data: null }),
  });
  const general = { kind: "channel", platform: "slack", id: "C1" };

  test.each([
    ["nps ask", { where: null, days: 7, question: "How likely?" }],
    ["nps ask <#C1|general>", { where: general, days: 7, question: "How likely?" }],
    [
      "nps ask <#C1|general> 3 Would you tell a friend?",
      { where: general, days: 3, question: "Would you tell a friend?" },
    ],
    ['nps ask 3 "Would you --really do it?"', { where: null, days: 3, question: "Would you --really do it?" }],
    ["nps ask --days 3 --question=Really?", { where: null, days: 3, question: "Really?" }],
    ["nps ask 3 Would you use days=9 of it?", { where: null, days: 3, question: "Would you use days=9 of it?" }],
  ])("%s", (text, values) => {
    expect(valuesOf(text, [ask])).toEqual(values);
  });

  test.each([
    ["nps ask #community", "`where` is nobody known: `#community`."],
    ["nps ask @customers 3", "`where` is nobody known: `@customers`."],
    ["nps ask banana", "`where` is nobody known: `banana`."],
    ["nps ask 5 #community", "`where` is nobody known: `#community`."],
  ])("%s names a channel that is not known, and says how one is named", (text, complaint) => {
    expect(valuesOf(text, [ask])).toContain(complaint);
    expect(valuesOf(text, [ask])).toContain("name the channel by its id, like `slack:C0123456789`");
  });

  test("a number that is no number is still one", () => {
    expect(valuesOf("nps ask 5x", [ask])).toBe("`days` must be a whole number from 1 to 30; you wrote `5x`.");
  });

  test("what is too long or empty is said", () => {
    expect(valuesOf(`nps ask 3 ${"long ".repeat(9)}`, [ask])).toContain("40 are the most");
    expect(valuesOf("nps ask --question", [ask])).toContain("you wrote nothing");
  });
});

describe("a word that is known by its form", () => {
  const note: Command = defineCommand({
    path: ["note"],
    description: "note",
    options: {
      how: { kind: "choice", description: "how", choices: ["low", "high"], fallback: "low" },
      text: { kind: "text", description: "the note", longest: 40, fallback: "" },
      ticket: { kind: "text", description: "a ticket", longest: 9, fallback: "", form: /^tck-\d+$/iu },
      alert: { kind: "text", description: "an alert", longest: 9, missing: (prefix) => `Say \`${prefix}A-1\`.` },
    },
    access: () => FREE,
    run: async () => ({ message: { tone: "neutral", blocks: [] }, data: null }),
  });

  test.each([
    ["note TCK-1 high they called --alert A-1", { how: "high", text: "they called", ticket: "TCK-1", alert: "A-1" }],
    ["note high tck-1 they called --alert A-1", { how: "high", text: "they called", ticket: "tck-1", alert: "A-1" }],
    ["note high see TCK-1 --alert A-1", { how: "high", text: "see TCK-1", ticket: "", alert: "A-1" }],
  ])("is found before the words that people write: %s", (text, values) => {
    expect(valuesOf(text, [note])).toEqual(values);
  });

  test("what is missing is said in the option's own sentence", () => {
    expect(valuesOf("note", [note])).toBe("Say `/A-1`.");
  });
});

test("the answer of a command that changes something cannot be shown by running it again", async () => {
  let runs = 0;
  const act: Command = defineCommand({
    path: ["act"],
    description: "act",
    options: {},
    access: () => FREE_ACT,
    async run() {
      runs += 1;
      return { message: { tone: "neutral", blocks: [] }, data: null };
    },
  });
  const set = { commands: [act], prefix: "/", ...OPERATOR_VISIT };
  expect(await runText("act", set)).toMatchObject({ ok: true, isShareable: false });
  expect(await runText("act", { ...set, audience: "everyone" })).toMatchObject({ ok: false });
  expect(runs).toBe(1);
});
