import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Message } from "../../../src/bot/message.ts";
import { displayWidth, wrap } from "../../../src/bot/platforms/terminal/display-width.ts";
import { sparkline } from "../../../src/bot/platforms/terminal/sparkline.ts";
import { createTerminal } from "../../../src/bot/platforms/terminal/terminal.ts";
import { OPERATOR_VISIT } from "../../../src/bot/permission/gate.ts";
import { runText } from "../../../src/bot/run-command.ts";
import { describePlatform } from "../platform-contract.ts";
import { hostile } from "../subject-contract.ts";

function startTerminal(columns: number, colour = false) {
  let written = "";
  const platform = createTerminal({ write: (text) => (written += text), columns, colour });
  return { platform, wire: () => written, read: () => written.replaceAll(/\s+/g, " ") };
}

async function linesOf(message: Message, columns: number, colour = false): Promise<string[]> {
  const terminal = startTerminal(columns, colour);
  await terminal.platform.show(message);
  return terminal.wire().split("\n");
}

describePlatform("The terminal", () => startTerminal(80));

const DAYS = Array.from(
  { length: 30 },
  (_, index) => `2026-${index < 9 ? "10" : "11"}-${String(index < 9 ? 23 + index : index - 8).padStart(2, "0")}`,
);

const DIGEST: Message = {
  title: "Friday 20 November",
  tone: "neutral",
  blocks: [
    { kind: "text", text: "MRR passed $16,000: won accounts +$79." },
    {
      kind: "facts",
      facts: [
        {
          label: "MRR",
          value: "$16,412",
          detail: "▲ $310 (last Friday $16,102)",
          tone: "good",
          trend: [1, 2, 3, 4, 5, 6, 7, 8],
        },
        {
          label: "Active users",
          value: "412",
          detail: "▲ 6 % (last Friday 389)",
          tone: "good",
          trend: [5, 5, null, 5],
        },
        { label: "Error rate", value: "no data", detail: "Send `request` events, or mount the tracking middleware." },
      ],
    },
    { kind: "note", text: "20 Nov 00:00-24:00 Europe/Berlin · as of 09:00 · #d-7f3a" },
    { kind: "buttons", buttons: [{ label: "Details", command: "metrics summary" }] },
  ],
};

describe("a message in the terminal", () => {
  test("at 100 columns", async () => {
    expect(await linesOf(DIGEST, 100)).toEqual([
      "Friday 20 November",
      "",
      "MRR passed $16,000: won accounts +$79.",
      "",
      "MRR           $16,412  ▲ $310 (last Friday $16,102)                              ▁▂▃▄▅▆▇█",
      "Active users      412  ▲ 6 % (last Friday 389)                                   ▄▄ ▄",
      "Error rate    no data  Send `request` events, or mount the tracking middleware.",
      "",
      "20 Nov 00:00-24:00 Europe/Berlin · as of 09:00 · #d-7f3a",
      "",
      "Details  npm run cli -- metrics summary",
      "",
    ]);
  });

  test("at 60 columns the words are wrapped and the newest seven days drawn", async () => {
    expect(await linesOf(DIGEST, 60)).toEqual([
      "Friday 20 November",
      "",
      "MRR passed $16,000: won accounts +$79.",
      "",
      "MRR           $16,412  ▲ $310 (last Friday $16,102)  ▁▂▃▅▆▇█",
      "Active users      412  ▲ 6 % (last Friday 389)       ▄▄ ▄",
      "Error rate    no data  Send `request` events, or",
      "                       mount the tracking",
      "                       middleware.",
      "",
      "20 Nov 00:00-24:00 Europe/Berlin · as of 09:00 · #d-7f3a",
      "",
      "Details  npm run cli -- metrics summary",
      "",
    ]);
  });

  test("colours only surround what is there without them", async () => {
    const plain = await linesOf(DIGEST, 80);
    const coloured = await linesOf(DIGEST, 80, true);
    expect(coloured.join("\n")).toContain("\u001b[");
    expect(coloured.map((line) => stripVTControlCharacters(line).trimEnd())).toEqual(plain);
    expect(plain.join("\n")).not.toContain("\u001b");
  });

  test("columns under 60 and over 100 are not used", async () => {
    expect(await linesOf(DIGEST, 20)).toEqual(await linesOf(DIGEST, 60));
    expect(await linesOf(DIGEST, 300)).toEqual(await linesOf(DIGEST, 100));
  });

  test("a table with more columns than fit becomes one line a cell", async () => {
    const columns = Array.from({ length: 12 }, (_, index) => ({ label: `column ${index}`, align: "left" as const }));
    const rows = [columns.map((_, index) => `value ${index}`)];
    const lines = await linesOf({ tone: "neutral", blocks: [{ kind: "table", columns, rows }] }, 60);
    expect(lines.slice(0, 3)).toEqual(["column 0: value 0", "column 1: value 1", "column 2: value 2"]);
  });

  test("control sequences do nothing and leave the words around them", async () => {
    const text = "a\u001b[31mb\u001b[0m \u001b]0;owned\u0007c\u001b(B \u009b2Jd\r\nnew line\u0007!";
    const [line] = await linesOf({ tone: "neutral", blocks: [{ kind: "text", text }] }, 80);
    expect(line).toBe("ab c d new line�!");
  });

  test("code stays on one line, to be copied", async () => {
    const text = `curl ${"x".repeat(150)} -d '{}'`;
    const [line] = await linesOf({ tone: "neutral", blocks: [{ kind: "code", text }] }, 60);
    expect(line).toBe(text);
  });
});

const words = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc
    .array(fc.constantFrom("👩‍👩‍👧‍👦", "東京", "שלום", "`a b c`", "12 %", "▲", "e\u0301", "x".repeat(120), "$16,412"), {
      maxLength: 20,
    })
    .map((list) => list.join(" ")),
);
const valueLists = fc.array(fc.option(fc.double({ noNaN: true, min: -1e9, max: 1e9 })), {
  minLength: 1,
  maxLength: 120,
});
const chart = fc
  .record({
    kind: fc.constantFrom("line", "bar", "stacked-bar"),
    title: words,
    unit: fc.constantFrom("count", "percent", "money", "milliseconds", "score", "hours", "ratio"),
    series: fc.array(fc.record({ label: words, values: valueLists }), { minLength: 1, maxLength: 3 }),
    lastIsPartial: fc.boolean(),
  })
  .map((one) => ({
    ...one,
    currency: "USD",
    labels: one.series[0]?.values.map((_, index) => `2026-01-${index + 1}`) ?? [],
  }));
const amounts = fc.option(fc.double({ noNaN: true, min: -1e9, max: 1e9 }));
const waterfall = fc.record({
  kind: fc.constant("waterfall" as const),
  title: words,
  unit: fc.constant("money" as const),
  steps: fc.array(fc.record({ label: words, role: fc.constantFrom("level", "change"), value: amounts }), {
    maxLength: 9,
  }),
});
const funnel = fc.record({
  kind: fc.constant("funnel" as const),
  title: words,
  steps: fc.array(fc.record({ label: words, count: fc.option(fc.nat()) }), { maxLength: 9 }),
});
const block = fc.oneof(
  fc.record({ kind: fc.constantFrom("text", "note"), text: words }),
  fc.record({
    kind: fc.constant("facts" as const),
    facts: fc.array(fc.record({ label: words, value: words, detail: words, trend: valueLists }), { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("table" as const),
    columns: fc.array(fc.record({ label: words, align: fc.constantFrom("left", "right") }), { maxLength: 9 }),
    rows: fc.array(fc.array(words, { maxLength: 9 }), { maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant("chart" as const), chart: fc.oneof(chart, waterfall, funnel) }),
  fc.record({
    kind: fc.constant("buttons" as const),
    buttons: fc.array(fc.record({ label: words, command: words }), { maxLength: 3 }),
  }),
);

test.each([
  ["abc", 3],
  ["", 0],
  ["é", 1],
  ["e\u0301", 1],
  ["東京", 4],
  ["ｆｕｌｌ", 8],
  ["한국", 4],
  ["👩‍👩‍👧‍👦", 2],
  ["🇩🇪", 2],
  ["1️⃣", 2],
  ["❤️", 2],
  ["▲▼·…⠿█", 6],
  ["שלום", 4],
  ["नमस्ते", 4],
  ["a\u200bb", 2],
])("'%s' takes %i columns", (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test("a sparkline has a gap for a day without data, and a middle line for days that are all the same", () => {
  expect(sparkline([0, 1, null, 2, 3, 4, 5, 6, 7], 20)).toBe("▁▂ ▃▄▅▆▇█");
  expect(sparkline([null, null], 20)).toBe("  ");
  expect(sparkline([5, 5, 5], 20)).toBe("▄▄▄");
  expect(sparkline([0, 0], 20)).toBe("▁▁");
  expect(sparkline([9, 9, 1, 2], 2)).toBe("▁█");
});

test("lines end after words, and a number keeps its unit", () => {
  expect(wrap("uptime is 99.97 % since 21 Nov, up 3 → 5 `a b`.", 12)).toEqual([
    "uptime is",
    "99.97 %",
    "since",
    "21 Nov, up",
    "3 → 5 `a b`.",
  ]);
  const japanese = wrap("東京支社の売上は過去最高", 10);
  expect(japanese.join("")).toBe("東京支社の売上は過去最高");
  expect(japanese.map(displayWidth).every((width) => width > 0 && width <= 10)).toBe(true);
  expect(wrap("x".repeat(7), 3)).toEqual(["xxx", "xxx", "x"]);
});

test("no line is wider than the window, whatever the message, and nothing in it reaches the terminal", async () => {
  const message = fc.record({
    title: words,
    tone: fc.constant("neutral" as const),
    blocks: fc.array(block, { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(message, fc.constantFrom(60, 80, 100), async (said, columns) => {
      for (const line of await linesOf(said, columns)) {
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
      }
    }),
    { numRuns: 150 },
  );
});

describe("a chart in the terminal", () => {
  test("a line breaks where there is no data, and says so", async () => {
    const chartBlock = {
      kind: "chart" as const,
      chart: {
        kind: "line" as const,
        title: "MRR, last 30 days",
        unit: "money" as const,
        currency: "USD",
        labels: DAYS,
        series: [
          { label: "MRR", values: DAYS.map((_, index) => (index === 14 || index === 15 ? null : 15_000 + index * 50)) },
        ],
      },
    };
    const lines = await linesOf({ tone: "neutral", blocks: [chartBlock] }, 60);
    expect(lines).toEqual([
      "$16.5k ┤                                               ⢀⣀⠤⠤⠒",
      "       │                                        ⢀⣀⠤⠤⠒⠊⠉⠁",
      "       │                                 ⣀⣀⠤⠤⠒⠊⠉⠁",
      "$16.0k ┤                            ⠠⠔⠒⠊⠉",
      "       │                     ⣀⡠⠄",
      "$15.5k ┤             ⢀⣀⡠⠤⠔⠒⠉⠉",
      "       │      ⢀⣀⡠⠤⠒⠒⠉⠁",
      "       │⣀⡠⠤⠒⠒⠉⠁",
      "$15.0k ┴─────────────────────────  ─────────────────────────",
      "              28 Oct         5 Nov        13 Nov      21 Nov",
      "MRR, last 30 days, from $15,000 on 23 Oct to $16,450 on",
      "21 Nov, highest at the end, lowest at the start. No data for",
      "2 days.",
      "",
    ]);
  });

  test("bars stand on their days, and a day without data leaves the line under them open", async () => {
    const values = [4, 8, null, 2];
    const chartBlock = {
      kind: "chart" as const,
      chart: {
        kind: "bar" as const,
        title: "Sign-ups",
        unit: "count" as const,
        labels: DAYS.slice(0, 4),
        series: [{ label: "Sign-ups", values }],
      },
    };
    const lines = await linesOf({ tone: "neutral", blocks: [chartBlock] }, 60);
    expect(lines).toEqual([
      "8 ┤     ████",
      "  │     ████",
      "6 ┤     ████",
      "  │     ████",
      "4 ┤████ ████",
      "  │████ ████",
      "2 ┤████ ████      ████",
      "  │████ ████      ████",
      "0 ┴─────────── ────────",
      "      24 Oct    26 Oct",
      "Sign-ups, from 4 on 23 Oct to 2 on 26 Oct, highest 8 on",
      "24 Oct, lowest at the end. No data for 1 day.",
      "",
    ]);
  });

  test("the panels of a stack have the scale of its largest series, not of the sum", async () => {
    const stack = {
      kind: "stacked-bar" as const,
      title: "MRR by plan",
      unit: "money" as const,
      currency: "USD",
      labels: DAYS.slice(0, 2),
      series: ["pro", "team", "starter", "other"].map((label, index) => ({ label, values: [9_000 - index, 9_200] })),
    };
    const drawn = (await linesOf({ tone: "neutral", blocks: [{ kind: "chart", chart: stack }] }, 60)).join("\n");
    expect(drawn.match(/^\$10k ┤/gm)).toHaveLength(4);
    expect(drawn).not.toMatch(/\$[2-9]\dk/);
  });

  test("a waterfall goes from level to level, a fall shaded and a rise solid", async () => {
    const chartBlock = {
      kind: "chart" as const,
      chart: {
        kind: "waterfall" as const,
        title: "MRR movements",
        unit: "money" as const,
        currency: "USD",
        steps: [
          { label: "Start", role: "level" as const, value: 0 },
          { label: "New", role: "change" as const, value: 300 },
          { label: "Churn", role: "change" as const, value: -100 },
          { label: "Contraction", role: "change" as const, value: null },
          { label: "End", role: "level" as const, value: 200 },
        ],
      },
    };
    expect(await linesOf({ tone: "neutral", blocks: [chartBlock] }, 60)).toEqual([
      "Start        │                                            $0",
      "New          ██████████████████████████████████████    +$300",
      "Churn                                 ▒▒▒▒▒▒▒▒▒▒▒▒▒    −$100",
      "Contraction                                          no data",
      "End                                   │                 $200",
      "MRR movements: Start $0, New +$300, Churn −$100, Contraction",
      "no data, End $200.",
      "",
    ]);
  });

  test("a funnel has a bar a step, with its number and its share of the first", async () => {
    const steps = [
      { label: "Signed up", count: 400 },
      { label: "Activated", count: 200 },
    ];
    const chartBlock = { kind: "chart" as const, chart: { kind: "funnel" as const, title: "Activation", steps } };
    expect((await linesOf({ tone: "neutral", blocks: [chartBlock] }, 60)).slice(0, 2)).toEqual([
      "Signed up  █████████████████████████████████████         400",
      "Activated  ███████████████████                    200 · 50 %",
    ]);
  });
});

describe("the subjects of metrics in the terminal", () => {
  test.each([
    "revenue",
    "funnel",
    "features",
    "support",
    "errors",
    "show errors --by type",
    "show mrr --compare",
    "help all",
  ])("%s is whole, and no name does harm or makes a line too long", async (typed) => {
    const { ok, message } = await runText(`metrics ${typed}`, {
      commands: hostile(),
      prefix: "npm run cli -- ",
      ...OPERATOR_VISIT,
    });
    expect(ok).toBe(true);
    const lines = await linesOf(message, 80);
    expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
    expect(lines.join("\n")).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
  });
});

test("the bar of a day that is not over is shaded, and said to be partial", async () => {
  const signups = {
    kind: "bar",
    title: "Sign-ups",
    unit: "count",
    labels: ["2026-11-19", "2026-11-20"],
    series: [{ label: "Sign-ups", values: [8, 8] }],
  } as const;
  const whole = (await linesOf({ tone: "neutral", blocks: [{ kind: "chart", chart: signups }] }, 80)).join("\n");
  expect(whole).not.toContain("░");
  const shown = { ...signups, lastIsPartial: true };
  const partial = (await linesOf({ tone: "neutral", blocks: [{ kind: "chart", chart: shown }] }, 80)).join("\n");
  expect(partial).toMatch(/█+ +░+/);
  expect(partial).toContain("20 Nov is partial: 8 so far.");
});
