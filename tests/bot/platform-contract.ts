import { describe, expect, test } from "vitest";
import type { Block, Message } from "../../src/bot/message.ts";
import type { Platform } from "../../src/bot/platform.ts";

/** A platform under test, and what people (and their programs) got from it. */
export interface PlatformUnderTest {
  readonly platform: Platform;
  /** Everything that arrived, as it went over the wire: text, markup, mentions, control characters. */
  wire(): string;
  /** The same as a person reads it: without markup and without line breaks that the platform put in. */
  read(): string;
}

const DAYS = Array.from({ length: 14 }, (_, index) => `2026-11-${String(index + 1).padStart(2, "0")}`);
const LONG_NAME = Array.from({ length: 50 }, (_, index) => `name-${String(index).padStart(4, "0")}`).join(" ");

/** One block of every kind, with words to look for. */
const BLOCKS: {
  readonly [Kind in Block["kind"]]: { readonly block: Block & { kind: Kind }; readonly words: readonly string[] };
} = {
  text: { block: { kind: "text", text: "MRR passed $16,000." }, words: ["MRR passed $16,000."] },
  code: {
    block: { kind: "code", text: "curl http://localhost:3000/api/events" },
    words: ["curl http://localhost:3000/api/events"],
  },
  note: { block: { kind: "note", text: "as of 2 min ago" }, words: ["as of 2 min ago"] },
  facts: {
    block: {
      kind: "facts",
      facts: [{ label: "Sign-ups", value: "14", detail: "3 fewer than last Friday", tone: "bad", trend: [1, null, 3] }],
    },
    words: ["Sign-ups", "14", "3 fewer than last Friday"],
  },
  table: {
    block: {
      kind: "table",
      columns: [
        { label: "Plan", align: "left" },
        { label: "MRR", align: "right" },
      ],
      rows: [["Pro", "$79"]],
    },
    words: ["Plan", "MRR", "Pro", "$79"],
  },
  chart: {
    block: {
      kind: "chart",
      chart: {
        kind: "line",
        title: "MRR, last 14 days",
        unit: "money",
        currency: "USD",
        labels: DAYS,
        series: [{ label: "MRR", values: DAYS.map((_, index) => (index === 5 ? null : 100 + index)) }],
      },
    },
    words: ["MRR, last 14 days", "$100", "$113"],
  },
  buttons: {
    block: { kind: "buttons", buttons: [{ label: "Details", command: "metrics summary --days 30" }] },
    words: ["Details"],
  },
};

function inEveryPlace(text: string): Message {
  return {
    title: text,
    tone: "warning",
    blocks: [
      { kind: "text", text },
      { kind: "note", text },
      { kind: "code", text },
      { kind: "facts", facts: [{ label: text, value: text, detail: text, trend: [1, 2] }] },
      { kind: "table", columns: [{ label: text, align: "left" }], rows: [[text]] },
      {
        kind: "chart",
        chart: {
          kind: "bar",
          title: text,
          unit: "count",
          labels: [text, "b"],
          series: [{ label: text, values: [1, 2] }],
        },
      },
      { kind: "buttons", buttons: [{ label: text, command: "metrics help" }] },
    ],
  };
}

/** What every platform has to do with a message. `start` gives a fresh one. */
export function describePlatform(name: string, start: () => PlatformUnderTest): void {
  async function shown(message: Message): Promise<PlatformUnderTest> {
    const under = start();
    await under.platform.show(message);
    return under;
  }

  describe(`${name} as a platform`, () => {
    test.each(Object.values(BLOCKS).map(({ block, words }) => ({ kind: block.kind, block, words })))(
      "shows a block of kind $kind",
      async ({ block, words }) => {
        const read = (await shown({ title: "Friday", tone: "neutral", blocks: [block] })).read();
        for (const word of ["Friday", ...words]) expect(read).toContain(word);
      },
    );

    test("shows a message without a title", async () => {
      expect((await shown({ tone: "warning", blocks: [{ kind: "text", text: "No." }] })).read()).toContain("No.");
    });

    test("shows blocks that have nothing in them", async () => {
      const blocks: Block[] = [
        { kind: "text", text: "" },
        { kind: "facts", facts: [] },
        { kind: "table", columns: [], rows: [] },
        { kind: "buttons", buttons: [] },
        { kind: "chart", chart: { kind: "line", title: "Nothing", unit: "count", labels: [], series: [] } },
        { kind: "note", text: "the end" },
      ];
      expect((await shown({ tone: "neutral", blocks })).read()).toContain("the end");
    });

    test("says in words that a chart has no data", async () => {
      const chart = {
        kind: "line",
        title: "NPS",
        unit: "score",
        labels: DAYS,
        series: [{ label: "NPS", values: DAYS.map(() => null) }],
      } as const;
      expect((await shown({ tone: "neutral", blocks: [{ kind: "chart", chart }] })).read()).toContain("no data");
    });

    test("never loses the end of a name of 500 characters without saying so", async () => {
      const read = (await shown({ tone: "neutral", blocks: [{ kind: "text", text: LONG_NAME }] })).read();
      expect(read.includes("name-0049") || /…|\d+ more/.test(read)).toBe(true);
      const fact = await shown({
        tone: "neutral",
        blocks: [{ kind: "facts", facts: [{ label: LONG_NAME, value: "1" }] }],
      });
      expect(fact.read().includes("name-0049") || /…|\d+ more/.test(fact.read())).toBe(true);
    });

    test("shows 200 rows, or says how many more there are", async () => {
      const rows = Array.from({ length: 200 }, (_, index) => [`row-${index}-`, String(index)]);
      const columns = [
        { label: "Name", align: "left" },
        { label: "n", align: "right" },
      ] as const;
      const read = (await shown({ tone: "neutral", blocks: [{ kind: "table", columns, rows }] })).read();
      const missing = rows.filter(([first]) => !read.includes(first ?? "")).length;
      expect(missing === 0 || read.includes(`${missing} more`)).toBe(true);
    });

    test.each([
      ["emoji", "👩‍👩‍👧‍👦 launch 🇩🇪 1️⃣"],
      ["right-to-left text", "לקוח חדש شركة"],
      ["Chinese", "東京支社の売上"],
      ["combining marks", "e\u0301a\u0308 नमस्ते"],
    ])("keeps %s as it is", async (_, text) => {
      expect((await shown({ tone: "neutral", blocks: [{ kind: "text", text }] })).read()).toContain(text);
    });

    test("survives hostile text in every place", async () => {
      const hostile = [
        "@everyone @here <!channel> <@U123> <@&1> <#C1>",
        "`code` ```fence``` *bold* _it_ ~x~ [a](http://evil.example) <b>&amp;",
        "\u001b[2J\u001b]0;title\u0007\u001b[31mred\u009b1m\u0000\u0008\r\nnext line\u2028x",
        "\u202egnp.exe\u2066\u200b\ufeff",
        "\ud800 lone surrogate",
        `e${"\u0301".repeat(500)}`,
      ];
      for (const text of hostile) {
        const under = await shown(inEveryPlace(text));
        expect(under.wire().length).toBeGreaterThan(0);
        expect(under.read()).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(under.read()).not.toMatch(/\p{M}{20}/u);
      }
    });

    test("keeps what people wrote beside a mention readable", async () => {
      const read = (
        await shown({ tone: "neutral", blocks: [{ kind: "text", text: "Umbrella @everyone Corp" }] })
      ).read();
      expect(read).toContain("Umbrella");
      expect(read).toContain("everyone Corp");
    });
  });
}
