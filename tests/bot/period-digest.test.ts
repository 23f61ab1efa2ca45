import { describe, expect, test } from "vitest";
import { digestMessage } from "../../src/bot/digest/digest-message.ts";
import { writeEdition } from "../../src/bot/digest/digest-reading.ts";
import type { Edition } from "../../src/bot/digest/edition.ts";
import { readSections, SECTIONS, type Section } from "../../src/bot/digest/section.ts";
import type { Message } from "../../src/bot/message.ts";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { displayWidth } from "../../src/bot/platforms/terminal/display-width.ts";
import { createTerminal } from "../../src/bot/platforms/terminal/terminal.ts";
import { Temporal } from "../../src/core/time.ts";
import type { Reader } from "../../src/metrics/read/reader.ts";
import { MOVEMENTS, MANY_MOVEMENTS, WAITING } from "./support/made-up-movements.ts";
import {
  clock,
  emptyDay,
  madeUpDaily,
  madeUpDays,
  madeUpPeriod,
  madeUpReader,
  NO_MOVEMENTS,
  workspace,
} from "./support/made-up-numbers.ts";

interface Options {
  readonly sections?: readonly Section[];
  readonly view?: typeof EVERYTHING;
  readonly morning?: string;
}

async function written(
  edition: Edition,
  reader: Partial<Reader> = {},
  { sections = SECTIONS, view = EVERYTHING, morning = "2026-11-23" }: Options = {},
) {
  const parts = { reader: madeUpReader(reader), workspace, clock, firstEvent: "curl http://localhost:3000" };
  const plan = { edition, sections, notableOnly: false };
  return writeEdition(parts, { plan, view, morning: Temporal.PlainDate.from(morning), schedule: "test" });
}

async function printed(message: Message, columns = 100): Promise<string[]> {
  let text = "";
  const terminal = createTerminal({ write: (part) => (text += part), columns, colour: false });
  await terminal.show(message);
  return text.split("\n");
}

/** Without the rows of the drawing. */
const words = (lines: readonly string[]) => lines.filter((line) => line !== "" && !/[┤│┴]|^ +\d/.test(line));

const texts = ({ blocks }: Message) => blocks.flatMap((block) => (block.kind === "text" ? [block.text] : []));

const busy: Partial<Reader> = {
  movements: async () => MOVEMENTS,
  waitingTickets: async () => WAITING,
  period: async (asked) =>
    madeUpPeriod(asked, {
      now: { mrr: 16_722, wau: 760, open_tickets: 22 },
      before: { nps_responses: 4 },
      day: ({ date }) =>
        date === "2026-11-17" ? { error_rate: 2.4 } : date >= "2026-11-22" ? { open_tickets: 22 } : {},
    }),
};

describe("a weekly digest", () => {
  test("tells the week against the week before, as the terminal prints it", async () => {
    const { message } = await written("weekly", busy);
    expect(words(await printed(message))).toEqual([
      "Week 16 Nov - 22 Nov",
      "MRR rose $310 in the week, to $16,722: new +$79, upgraded +$278, cancelled −$47.",
      "MRR                  $16,722  ▲ $310 (the week before $16,412)  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄",
      "Weekly active users      760  ▲ 6 % (the week before 720)       ▇███▇▂▁▇███▇▂▁",
      "Sign-ups                 169  same as the week before           ▇███▇▁▁▇███▇▁▁",
      "API calls            244,400  same as the week before           ▇███▇▂▁▇███▇▂▁",
      "Error rate             0.4 %  same as the week before           ▁▁▁▁▁▁▁▁█▁▁▁▁▁",
      "MRR, last 56 days, $16,412 on every day with data, 28 Sep to 22 Nov.",
      "New: Globex (Pro, $79) · Upgraded: Initech (Pro → Workflow, +$220), Hooli (+$58) · Cancelled:",
      "Umbrella (Pro, −$47)",
      "Unusual: error rate 2.4 % on Tue 17 Nov (usual Tuesday: 0.4 %).",
      "Tickets: 42 opened, 40 resolved.",
      "Needs a look: open tickets 22, twice a usual Sunday; oldest waits 2 days (TCK-118).",
      "NPS 38 ± 14 (41 answers in 30 days) · uptime 99.97 %",
      "16 Nov - 22 Nov against 9 Nov - 15 Nov · days end at midnight Europe/Berlin · as of 10:12 · #d-7215",
      "Details      npm run cli -- metrics summary --from 2026-11-16 --to 2026-11-22",
      "Explain MRR  npm run cli -- metrics explain mrr --date 2026-11-22",
    ]);
  });

  test("of a quiet week says so", async () => {
    const { message, digest } = await written("weekly");
    expect(texts(message)).toEqual([
      "A usual week: 720 active users, 169 sign-ups, MRR $16,412.",
      "No account came, left or changed what it pays.",
      "Nothing unusual.",
      "Tickets: 42 opened, 40 resolved; 11 open tickets.",
      "NPS 38 ± 14 (41 answers in 30 days), not clearly different (38 ± 16) · uptime 99.97 %",
    ]);
    expect(message.tone).toBe("neutral");
    expect(digest.notable).toEqual([]);
  });

  test("tells people when money did not move", async () => {
    const period = async (asked: Parameters<Reader["period"]>[0]) => madeUpPeriod(asked, { now: { wau: 900 } });
    expect(texts((await written("weekly", { period })).message)[0]).toBe(
      "900 people were active, 25 % more than the week before (720).",
    );
    const fewer = async (asked: Parameters<Reader["period"]>[0]) => madeUpPeriod(asked, { now: { signups: 90 } });
    expect(texts((await written("weekly", { period: fewer })).message)[0]).toBe(
      "90 people signed up, 47 % fewer than the week before (169).",
    );
  });

  test("compares nothing with days that are not on record, and says since when there is data", async () => {
    const { message } = await written("weekly", { firstDay: async () => Temporal.PlainDate.from("2026-11-18") });
    const facts = message.blocks.find((block) => block.kind === "facts");
    expect(facts?.kind === "facts" && facts.facts.map(({ detail }) => detail)).toEqual(Array(5).fill(undefined));
    const note = message.blocks.find((block) => block.kind === "note");
    expect(note?.kind === "note" && note.text).toContain("16 Nov - 22 Nov, data since 18 Nov");
  });

  test("of a new installation says how to begin, and of a week before the first event when there will be more", async () => {
    const none = await written("weekly", { firstDay: async () => null });
    expect(texts(none.message)).toEqual(["No events yet. Send the first:"]);
    const late = await written("weekly", { firstDay: async () => Temporal.PlainDate.from("2026-11-23") });
    expect(texts(late.message)).toEqual([
      "No data for this week. The first events came on 23 Nov: the next weekly digest tells of them.",
    ]);
    expect([none.digest.notable, late.digest.notable]).toEqual([[], []]);
  });

  test("says `no data` and what to send", async () => {
    const nothing = { mrr: null, error_rate: null, nps: null, nps_responses: 0, uptime: null };
    const period: Reader["period"] = async (asked) => ({
      ...madeUpPeriod(asked, { now: nothing, before: nothing, day: ({ date }) => emptyDay(date) }),
      nps_interval: null,
    });
    const { message } = await written("weekly", { period });
    const lines = (await printed(message)).join("\n");
    expect(lines).toContain("no data  Send `request` events");
    expect(lines).toContain("NPS no data · uptime no data");
    expect(lines).toContain("Unusual values are flagged after four weeks of data.");
    expect(message.blocks.some(({ kind }) => kind === "chart")).toBe(false);
  });
});

describe("a monthly digest", () => {
  test("tells the month against the month before, as the terminal prints it", async () => {
    const { message } = await written("monthly", busy, { morning: "2026-12-01" });
    expect(words(await printed(message))).toEqual([
      "November 2026",
      "MRR rose $310 in the month, to $16,722: new +$79, upgraded +$278, cancelled −$47.",
      "MRR                   $16,722  ▲ $310 (the month before $16,412)",
      "Customer churn          2.1 %  same as the month before",
      "Monthly active users      830  same as the month before",
      "Sign-ups                  169  same as the month before",
      "Activation rate        41.2 %  same as the month before",
      "API calls             244,400  same as the month before",
      "Error rate              0.4 %  same as the month before",
      "MRR, last 84 days, $16,412 on every day with data, 8 Sep to 30 Nov.",
      "New: Globex (Pro, $79) · Upgraded: Initech (Pro → Workflow, +$220), Hooli (+$58) · Cancelled:",
      "Umbrella (Pro, −$47)",
      "Unusual: error rate 2.4 % on Tue 17 Nov (usual Tuesday: 0.4 %).",
      "Tickets: 42 opened, 40 resolved.",
      "Needs a look: open tickets 22, twice a usual Monday; oldest waits 2 days (TCK-118).",
      "NPS 38 ± 14 (41 answers in 30 days) · uptime 99.97 %",
      "1 Nov - 30 Nov against 1 Oct - 31 Oct · days end at midnight Europe/Berlin · as of 10:12 · #d-57db",
      "Details      npm run cli -- metrics summary --month 2026-11",
      "Explain MRR  npm run cli -- metrics explain mrr --date 2026-11-30",
    ]);
  });

  test("asks for the whole months of the calendar, and for the days with which its first is compared", async () => {
    const asked: string[] = [];
    await written(
      "monthly",
      {
        period: async (one) => {
          const { window, before, daysBefore } = one;
          asked.push(`${window.start}/${window.end} ${before.start}/${before.end} ${daysBefore}`);
          return madeUpPeriod(one);
        },
      },
      { morning: "2026-12-09" },
    );
    expect(asked).toEqual(["2026-11-01/2026-11-30 2026-10-01/2026-10-31 56"]);
  });
});

describe("the sections", () => {
  const only = async (edition: Edition, ...sections: readonly Section[]) =>
    (await printed((await written(edition, busy, { sections })).message)).join("\n");

  test.each(["daily", "weekly", "monthly"] as const)("of a %s digest are told alone", async (edition) => {
    const signs: Readonly<Record<Section, RegExp>> = {
      numbers: /Sign-ups +\d/,
      money: /^MRR +\$/m,
      chart: /last \d+ days/,
      movements: /Globex/,
      unusual: /Unusual|Nothing unusual|Nothing else/,
      tickets: /open tickets/,
      nps: /NPS 38/,
      uptime: /uptime 99/,
    };
    for (const section of SECTIONS) {
      const text = await only(edition, section);
      const told = SECTIONS.filter((one) => signs[one].test(text));
      expect([section, told]).toEqual([section, [section]]);
    }
  });

  test("leave no sentence on money where none is wanted, and no word that it is left out", async () => {
    const leftOut = "Revenue is not shown in #general: everyone can read it.";
    const view = { ...EVERYTHING, groups: new Set([...EVERYTHING.groups].filter((one) => one !== "revenue")), leftOut };
    const sections = ["numbers", "unusual", "tickets"] as const;
    for (const edition of ["daily", "weekly", "monthly"] as const) {
      expect(await only(edition, ...sections)).not.toMatch(/MRR (rose|\$)|\$\d/);
      expect(JSON.stringify((await written(edition, busy, { sections, view })).message)).not.toContain(leftOut);
      expect(JSON.stringify((await written(edition, busy, { view })).message)).toContain(leftOut);
    }
  });

  test("do not call a day usual whose anomalies are not looked for", async () => {
    const daily: Reader["daily"] = async (days) =>
      madeUpDaily(madeUpDays(days, (_, daysAgo) => (daysAgo === 1 ? { error_rate: 9 } : {})));
    const { message } = await written("daily", { daily }, { sections: ["numbers"] });
    expect(texts(message)[0]).toBe("200 active users, 14 sign-ups.");
  });

  test("are typed with commas or spaces, and a wrong one is named", () => {
    expect(readSections("money, Tickets")).toEqual({ ok: true, sections: ["money", "tickets"] });
    expect(readSections("tickets money")).toEqual({ ok: true, sections: ["money", "tickets"] });
    expect(readSections("all")).toEqual({ ok: true, sections: SECTIONS });
    expect(readSections("moneys")).toMatchObject({
      ok: false,
      complaint: expect.stringContaining(
        "There is no section `moneys`. Did you mean `money`? There are `all`, `numbers`",
      ),
    });
  });
});

describe("at the limits", () => {
  test("a daily one of hundreds of movements with long names still fills at most a phone screen", async () => {
    const daily: Reader["daily"] = async (days) =>
      madeUpDaily(madeUpDays(days, (_, daysAgo) => (daysAgo === 1 ? { error_rate: 2.4, dau: 60, signups: 60 } : {})));
    const movements: Reader["movements"] = async (_, most) => MANY_MOVEMENTS(most);
    const { message } = await written("daily", { daily, movements, waitingTickets: async () => WAITING });
    const lines = await printed(message, 60);
    expect(lines.length).toBeLessThanOrEqual(50);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(60);
    const sentence = texts(message).find((text) => text.startsWith("New:")) ?? "";
    expect(sentence).toContain("and 99 more");
    expect(sentence.length).toBeLessThan(700);
  });

  test("names that are written from right to left keep their place in the sentence", async () => {
    const movements: Reader["movements"] = async () => ({
      totals: [{ movement: "new", accounts: 1, change: 79 }],
      largest: [{ account: "شركة", movement: "new", change: 79, plan_before: null, plan: "Pro" }],
    });
    const { message } = await written("daily", { movements });
    expect(texts(message)).toContain("New: \u2068شركة\u2069 (Pro, $79)");
  });

  test("nothing is named where nothing moved", async () => {
    const { digest } = await written("daily", { movements: async () => NO_MOVEMENTS });
    expect(digest.stage === "days" && digest.movements).toEqual({ totals: [], largest: [] });
    expect(texts(digestMessageOf(digest))).not.toContain("New");
  });
});

function digestMessageOf(digest: Awaited<ReturnType<typeof written>>["digest"]): Message {
  if ("edition" in digest) throw new Error("a daily digest has no edition");
  return digestMessage(digest, "curl");
}
