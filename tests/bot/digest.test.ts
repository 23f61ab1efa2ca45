import { describe, expect, test } from "vitest";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { digestMessage } from "../../src/bot/digest/digest-message.ts";
import { digestOf, DIGEST_DAYS, type DigestInput } from "../../src/bot/digest/digest.ts";
import { SECTIONS } from "../../src/bot/digest/section.ts";
import { displayWidth } from "../../src/bot/platforms/terminal/display-width.ts";
import { createTerminal } from "../../src/bot/platforms/terminal/terminal.ts";
import { Temporal } from "../../src/core/time.ts";
import type { Day } from "../../src/metrics/answers.ts";
import {
  NOBODY_WAITS,
  NO_MOVEMENTS,
  emptyDay,
  madeUpDaily,
  madeUpDays,
  madeUpSummary,
  TIME_ZONE,
} from "./support/made-up-numbers.ts";

type Story = (day: Day, daysAgo: number) => Partial<Day>;

function digest(story: Story = () => ({}), parts: Partial<DigestInput> = {}) {
  return digestOf({
    daily: madeUpDaily(madeUpDays(DIGEST_DAYS, story)),
    summary: madeUpSummary(30),
    movements: NO_MOVEMENTS,
    waiting: NOBODY_WAITS,
    sections: SECTIONS,
    npsDays: 30,
    firstDay: Temporal.PlainDate.from("2025-01-01"),
    timeZone: TIME_ZONE,
    schedule: "test",
    view: EVERYTHING,
    ...parts,
  });
}

const headline = (story: Story) => digest(story).headline?.text;

/** Yesterday only. */
const yesterday =
  (numbers: Partial<Day>): Story =>
  (_, daysAgo) =>
    daysAgo === 1 ? numbers : {};

async function printed(story: Story = () => ({}), parts: Partial<DigestInput> = {}, columns = 100): Promise<string[]> {
  let written = "";
  const terminal = createTerminal({ write: (text) => (written += text), columns, colour: false });
  await terminal.show(digestMessage(digest(story, parts), "curl http://localhost:3000"));
  return written.split("\n");
}

describe("the sentence of the digest", () => {
  test("a quiet day says its numbers", () => {
    expect(headline(() => ({}))).toBe("A usual Saturday: 200 active users, 14 sign-ups, MRR $16,412.");
  });

  test("MRR that passes a round number for the first time, and why", () => {
    const story = yesterday({ mrr: 17_060, new_revenue: 420, churned_revenue: 47 });
    expect(headline(story)).toBe("MRR passed $17,000: won accounts +$420, lost accounts −$47, plan changes +$275.");
  });

  test("MRR that comes back over a round number it had before is no milestone", () => {
    const story: Story = (_, daysAgo) => ({ mrr: daysAgo === 1 ? 17_020 : daysAgo < 8 ? 16_990 : 17_050 });
    expect(headline(story)).toBe("A usual Saturday: 200 active users, 14 sign-ups, MRR $17,020.");
  });

  test("MRR that rose in a week", () => {
    const story: Story = (_, daysAgo) => (daysAgo <= 3 ? { mrr: 16_722, new_revenue: daysAgo === 3 ? 310 : 0 } : {});
    expect(headline(story)).toBe("MRR rose $310 since last Saturday, to $16,722: won accounts +$310.");
  });

  test("MRR that fell in a week", () => {
    const story: Story = (_, daysAgo) =>
      daysAgo <= 2 ? { mrr: 15_900, churned_revenue: daysAgo === 2 ? 500 : 0 } : {};
    expect(headline(story)).toBe(
      "MRR fell $512 since last Saturday, to $15,900: lost accounts −$500, plan changes −$12.",
    );
  });

  test("the first revenue", () => {
    const story: Story = (_, daysAgo) => ({ mrr: daysAgo === 1 ? 79 : 0, new_revenue: daysAgo === 1 ? 79 : 0 });
    expect(headline(story)).toBe("First revenue: MRR is $79.");
  });

  test("errors come before money", () => {
    const story = yesterday({ error_rate: 2.4, mrr: 17_060, new_revenue: 648 });
    expect(headline(story)).toBe("Errors rose: 2.4 % of requests failed; on a usual Saturday it is 0.4 %.");
  });

  test("people who stay away", () => {
    expect(headline(yesterday({ dau: 60 }))).toBe("Active users fell to 60; on a usual Saturday it is 200.");
  });

  test("a good surprise", () => {
    expect(headline(yesterday({ signups: 60 }))).toBe("Sign-ups rose to 60; on a usual Saturday it is 14.");
  });

  test("a good surprise gives way to money", () => {
    const story = yesterday({ signups: 60, mrr: 17_060, new_revenue: 648 });
    expect(headline(story)).toBe("MRR passed $17,000: won accounts +$648.");
  });

  test("before there are four weeks, people against the same weekday", () => {
    const story: Story = (day, daysAgo) => (daysAgo > 20 ? emptyDay(day.date) : daysAgo === 1 ? { dau: 260 } : {});
    expect(headline(story)).toBe("260 people were active, 30 % more than last Saturday (200).");
    const nobody: Story = (day, daysAgo) => (daysAgo > 20 ? emptyDay(day.date) : daysAgo === 1 ? { signups: 0 } : {});
    expect(headline(nobody)).toBe("Nobody signed up; last Saturday it was 14.");
  });

  test("before there are four weeks nothing is called usual", () => {
    const story: Story = (day, daysAgo) => (daysAgo > 20 ? emptyDay(day.date) : {});
    expect(headline(story)).toBe("200 active users, 14 sign-ups, MRR $16,412.");
  });

  test("a company without revenue is not told of it", () => {
    expect(headline(() => ({ mrr: 0 }))).toBe("A usual Saturday: 200 active users, 14 sign-ups.");
  });
});

describe("the digest", () => {
  const factsOf = (story: Story) => {
    const facts = digestMessage(digest(story), "").blocks.find(({ kind }) => kind === "facts");
    return facts?.kind === "facts" ? facts.facts.map(({ detail, tone }) => [detail, tone]) : null;
  };

  test("on a quiet day, as the terminal prints it", async () => {
    const lines = await printed();
    expect([...lines.slice(0, 8), ...lines.slice(-9)]).toEqual([
      "Saturday 21 November",
      "",
      "A usual Saturday: 200 active users, 14 sign-ups, MRR $16,412.",
      "",
      "MRR           $16,412  same as last Saturday  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄",
      "Active users      200  same as last Saturday  ▁▇███▇▂▁▇███▇▂",
      "Sign-ups           14  same as last Saturday  ▁▇███▇▁▁▇███▇▁",
      "Error rate      0.4 %  same as last Saturday  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄",
      "Nothing unusual.",
      "",
      "NPS 38 ± 14 (41 answers in 30 days) · uptime 99.97 % · 11 open tickets",
      "",
      "21 Nov 00:00-24:00 Europe/Berlin · as of 10:12 · #d-d8a2",
      "",
      "Details      npm run cli -- metrics summary",
      "Explain MRR  npm run cli -- metrics explain mrr",
      "",
    ]);
  });

  test("names what else is unusual, what needs a look first, and not twice", async () => {
    const lines = await printed(
      yesterday({ error_rate: 2.4, tickets_opened: 30, dau: 60, signups: 60, api_calls: 70_000 }),
    );
    expect(lines[2]).toMatch(/^Errors rose/);
    expect(lines.join(" ").replaceAll(/ +/g, " ")).toContain(
      "Needs a look: active users 60 (usual Saturday: 200); tickets opened 30 (usual Saturday: 6). Unusual: API calls 70,000 (usual Saturday: 20,000); sign-ups 60 (usual Saturday: 14).",
    );
  });

  test("says so when only what the sentence tells is unusual", async () => {
    expect(await printed(yesterday({ error_rate: 2.4 }))).toContain("Nothing else is unusual.");
  });

  test("compares small numbers in numbers and larger ones in percent", () => {
    expect(factsOf(yesterday({ signups: 2, dau: 260, error_rate: 0.2 }))).toEqual([
      ["same as last Saturday", "neutral"],
      ["▲ 30 % (last Saturday 200)", "good"],
      ["12 fewer than last Saturday (14)", "bad"],
      ["▼ 0.2 points, better (last Saturday 0.4 %)", "good"],
    ]);
  });

  test("calls a change one only when it is more than chance, and gives no colour to any other", () => {
    expect(factsOf(yesterday({ signups: 11, dau: 212, error_rate: 0.35 }))).toEqual([
      ["same as last Saturday", "neutral"],
      ["no clear change, was 200 (last Saturday)", "neutral"],
      ["no clear change, was 14 (last Saturday)", "neutral"],
      ["no clear change, was 0.4 % (last Saturday)", "neutral"],
    ]);
  });

  test("takes what days differ by anyway for no change of the people who were active", () => {
    const wobbly: Story = (day, daysAgo) => ({
      dau: daysAgo === 1 ? 2_000 : Math.round(10 * (day.dau ?? 0) * (1 + (((daysAgo * 7) % 11) - 5) / 20)),
    });
    expect(factsOf(wobbly)?.[1]).toEqual(["no clear change, was 1,600 (last Saturday)", "neutral"]);
  });

  test("draws MRR, or active users where nobody pays", () => {
    expect(digest().chart.metric).toBe("mrr");
    expect(digest().chart.points).toHaveLength(30);
    expect(digest(() => ({ mrr: 0 })).chart.metric).toBe("dau");
  });

  test("says what is missing", async () => {
    const story: Story = () => ({ error_rate: null, uptime: null, mrr: null, api_calls: 0 });
    const text = (
      await printed(story, { summary: madeUpSummary(30, { nps_score: null, nps_responses: 0, nps_interval: null }) })
    ).join("\n");
    expect(text).toContain("Error rate    no data  Send `request` events");
    expect(text).toContain("NPS no data · uptime no data · 11 open tickets");
  });

  test("before four weeks of data says that nothing can be called unusual yet", async () => {
    const story: Story = (day, daysAgo) => (daysAgo > 20 ? emptyDay(day.date) : {});
    expect(await printed(story)).toContain("Unusual values are flagged after four weeks of data.");
  });

  test("on the first day tells today so far", async () => {
    const lines = await printed((day) => emptyDay(day.date), { firstDay: Temporal.PlainDate.from("2026-11-22") });
    expect(lines.slice(0, 4)).toEqual([
      "Sunday 22 November",
      "",
      "Today so far (until 10:15, partial): 3 sign-ups, 41 active users, 1,204 requests. The first full day",
      "ends tonight at midnight Europe/Berlin.",
    ]);
  });

  test("of a new installation says how to begin", async () => {
    expect(await printed((day) => emptyDay(day.date), { firstDay: null })).toEqual([
      "No events yet. Send the first:",
      "",
      "curl http://localhost:3000",
      "",
    ]);
  });

  test("has a reference that is the same for the same schedule and day, and another for others", () => {
    const reference = (schedule: string) => digest(() => ({}), { schedule }).reference;
    expect(reference("7")).toMatch(/^#d-[0-9a-f]{4}$/);
    expect(reference("7")).toBe(reference("7"));
    expect(reference("7")).not.toBe(reference("8"));
  });

  test("is plain data, and the same for the same numbers", () => {
    expect(JSON.parse(JSON.stringify(digest()))).toEqual(digest());
  });

  test("fills at most a phone screen, on a busy day too", async () => {
    const busy = yesterday({
      error_rate: 2.4,
      tickets_opened: 30,
      dau: 60,
      signups: 60,
      api_calls: 70_000,
      latency_p95: 900,
    });
    const lines = await printed(busy, {}, 60);
    expect(lines.length).toBeLessThanOrEqual(45);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(60);
  });
});
