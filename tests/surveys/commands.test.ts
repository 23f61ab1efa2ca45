import { describe, expect, test } from "vitest";
import type { Asker } from "../../src/bot/asker.ts";
import { DIGITS } from "../../src/bot/emoji.ts";
import { formFor } from "../../src/bot/form.ts";
import { altText } from "../../src/charts/alt-text.ts";
import { createPngRenderer } from "../../src/charts/png.ts";
import { admin, createTeam, guest, member } from "./team.ts";

describe("asking", () => {
  test("posts the question once with the way to answer privately, also when the reply is lost", async () => {
    const { ask, chat, db, pollster } = await createTeam();
    chat.meet("C1", "accept and lose the reply");
    const asked = await ask(member, "nps ask 5 Would you tell a friend?");
    expect(asked.text).toContain("within a few minutes");
    await db.work.run((sql) => sql`update survey_messages set next_at = now()`);
    await pollster.tick();
    expect(chat.shown("C1")).toHaveLength(1);
    const shown = JSON.stringify(chat.shown("C1")[0]?.posting.message);
    expect(shown).toContain("Would you tell a friend?");
    expect(shown).toContain("Answer privately");
    expect(shown).toContain("Wednesday 25 November 09:00 UTC");
  });

  test("says why a question could not be posted", async () => {
    const { ask, chat } = await createTeam();
    chat.meet("C1", { outcome: "refused", reason: "Invite Bellwether.", retryAfterMs: null, lasting: true });
    expect((await ask(member, "nps ask")).text).toContain("could not be posted in slack:C1. Invite Bellwether.");
  });

  test("a group is asked one by one: who is closed is counted, who was asked lately is left alone", async () => {
    const { ask, chat, closed, surveys, moveClock, db } = await createTeam();
    closed.add("U3");
    const asked = await ask(member, "nps ask <!subteam^S1|@customers>");
    expect(asked.text).toContain("Asking 3 people directly");
    expect(asked.text).toContain("1 are not there any more");
    expect(chat.shown("DU1")).toHaveLength(1);
    expect((await ask(member, "nps results")).text).toContain("1 could not be reached");
    const { survey } = asked.data as { survey: string };
    await surveys.answer(survey, { person: "slack:U1", score: 9, reason: null });
    expect((await ask(member, "nps results")).text).toContain("1 of 2 (50 %)");
    expect((await ask(member, "nps ask <@U1>")).text).toContain("asked or answered in the last 90 days");
    await surveys.link("discord:7", { person: "slack:U1" }, "slack:U9");
    await surveys.link("slack:U1", { person: "discord:7" }, "slack:U9");
    moveClock("2027-02-25T09:00:00Z");
    await db.work.run((sql) => sql`update survey_messages set created_at = created_at - interval '1 year'`);
    expect((await ask(member, "nps ask <@U1>")).text).toContain("Asking 1 person directly");
  });

  test("guests may answer and not ask", async () => {
    const { ask, db } = await createTeam();
    await ask(member, "nps ask");
    expect((await ask(guest, "nps ask")).ok).toBe(false);
    expect((await ask(guest, "nps answer 4 too slow for us")).text).toContain("Thank you: 4 of 10");
    expect((await ask(guest, "nps answer 4", "everyone")).ok).toBe(false);
    const rows = await db.read.run((sql) => sql`select score, feedback from nps_surveys where voided_at is null`);
    expect([...rows]).toEqual([{ score: 4, feedback: "too slow for us" }]);
  });
});

test("the button under a question opens a form, and what is sent in it is the private answer", async () => {
  const { ask, commands, chat } = await createTeam();
  await ask(member, "nps ask");
  const block = chat.shown("C1")[0]?.posting.message.blocks.find(({ kind }) => kind === "buttons");
  const line = block?.kind === "buttons" ? (block.buttons[0]?.command ?? "") : "";
  const call = { platform: "slack", person: "U2", channel: "C1", thread: null, prefix: "/" } as const;
  const form = formFor(line, commands, call);
  expect(form?.fields.map(({ name, isRequired }) => [name, isRequired])).toEqual([
    ["score", true],
    ["why", false],
  ]);
  expect((await ask(guest, `${form?.line ?? ""} --score=3 --why="too slow"`)).text).toContain("Thank you: 3 of 10");
});

describe("results", () => {
  test("the trend of 90 days is drawn from all answers, with a gap where too few had answered", async () => {
    const { ask, post, settle, reader } = await createTeam();
    const answers = Array.from({ length: 60 }, (_, index) => ({
      type: "nps",
      user_id: `u_${index}`,
      // Better and better, from 3 to 10.
      score: Math.min(10, 3 + Math.floor(index / 8)),
      occurred_at: `2026-${index < 30 ? "10" : "11"}-${String((index % 19) + 1).padStart(2, "0")}T12:00:00Z`,
    }));
    await post(answers);
    await settle();
    await ask(member, "nps ask");
    const { message } = await ask(member, "nps results");
    const block = message.blocks.find(({ kind }) => kind === "chart");
    const chart = block?.kind === "chart" && block.chart.kind === "line" ? block.chart : null;
    const series = await reader.series("nps", 90);
    const counts = await reader.series("nps_responses", 90);
    const expected = series.points.map(({ value }, index) => ((counts.points[index]?.value ?? 0) < 10 ? null : value));
    expect(chart?.series[0]?.values).toEqual(expected);
    expect(expected.filter((value) => value !== null).length).toBeGreaterThan(20);
    expect(expected).toContain(null);
    if (chart === null) return;
    expect(altText(chart)).toMatch(/^NPS/);
    const png = await createPngRenderer().render(chart, { theme: "light" });
    expect(png.subarray(1, 4).toString()).toBe("PNG");
  });

  test("under ten answers there is no score; a change is told only when the intervals say so", async () => {
    const { ask, chat, react, moveClock } = await createTeam();
    await ask(member, "nps ask");
    await react("1", [9, 10, 3]);
    expect((await ask(member, "nps results")).text).toContain("too few answers (3)");
    expect((await ask(member, "nps results")).text).not.toContain("promoters");
    const many = (of: Readonly<Record<number, number>>) =>
      Object.entries(of).flatMap(([digit, times]) => Array.from({ length: times }, () => Number(digit)));
    await react("1", many({ 10: 22, 8: 13, 5: 6 }));
    const first = await ask(member, "nps results");
    expect(first.text).toContain("22 promoters, 13 passives, 6 detractors");
    expect(first.text).toMatch(/39 ± \d+ \(41 answers\)/);
    expect((await ask(member, "nps close")).text).toContain("The survey is closed.");
    moveClock("2026-11-21T09:00:00Z");
    await ask(member, "nps ask");
    expect(chat.count()).toBe(2);
    await react("2", many({ 10: 20, 8: 13, 5: 8 }));
    expect((await ask(member, "nps results")).text).toContain("not clearly different");
    await react("2", many({ 0: 41 }));
    expect((await ask(member, "nps results")).text).toContain("clearly worse");
  });

  test("nobody without permission sees reasons, and nobody but admins who answered what", async () => {
    const { ask, react, surveys } = await createTeam();
    await ask(member, "nps ask");
    await react("1", [9]);
    const { survey } = (await ask(member, "nps results")).data as { survey: string };
    await surveys.answer(survey, { person: "slack:UDANA", score: 2, reason: "too slow for us" });
    const unknown: Asker = { ...member, standing: "unknown" };
    expect((await ask(member, "nps results")).text).toContain("too slow for us");
    for (const [asker, audience] of [
      [member, "everyone"],
      [unknown, "person"],
      [guest, "person"],
      [admin, "everyone"],
    ] as const) {
      const told = await ask(asker, "nps results", audience);
      expect(told.text + JSON.stringify(told.data)).not.toContain("too slow");
    }
    for (const line of ["nps results", "nps list"])
      for (const asker of [admin, member, unknown, guest]) {
        const told = await ask(asker, line);
        expect(told.text + JSON.stringify(told.data)).not.toMatch(/UDANA|U_REACT/);
      }
    expect((await ask(member, "nps who")).ok).toBe(false);
    expect((await ask(admin, "nps who", "everyone")).ok).toBe(false);
    expect((await ask(admin, "nps who")).text).toContain("@slack:UDANA");
  });

  test("a survey whose time is over is read once more and closed, and its message says so", async () => {
    const { ask, react, reactions, edits, moveClock, pollster, surveys } = await createTeam();
    await ask(member, "nps ask 1");
    await react("1", [9]);
    reactions.set("1", [{ emoji: DIGITS[2], person: { id: "U1", isBot: false } }]);
    moveClock("2026-11-21T09:00:01Z");
    await pollster.tick();
    const [round] = await surveys.list(1);
    expect(round?.closedAt).not.toBeNull();
    expect((await surveys.result(round?.surveyId ?? "")).answers).toMatchObject([{ publicScore: 2 }]);
    expect(edits).toEqual(["1"]);
    expect((await ask(member, "nps list")).text).toContain("closed");
    expect((await ask(guest, "nps answer 3")).text).toContain("No survey is open now");
  });

  test("before anybody was asked, the next step is said", async () => {
    const { ask } = await createTeam();
    expect((await ask(member, "nps results")).text).toContain("/nps ask");
    expect((await ask(member, "nps list")).text).toContain("/nps ask");
  });
});

test("`link` says who somebody is, for those who may manage", async () => {
  const { ask, surveys, db } = await createTeam();
  await ask(member, "nps ask");
  const [round] = await surveys.list(1);
  await surveys.answer(round?.surveyId ?? "", { person: "slack:U2", score: 9, reason: null });
  expect((await ask(guest, "link <@U2> u_42")).ok).toBe(false);
  expect((await ask(member, "link <@U2> u_42")).text).toContain("@slack:U2 is `u_42` in the product");
  expect((await ask(member, "link discord:12 slack:U2")).text).toContain("the same person as @slack:U2");
  expect((await ask(member, "link <#C1> u_42")).text).toContain("Only a person can be linked");
  const links = await db.read.run((sql) => sql`select person, user_id from person_links order by person`);
  expect([...links]).toEqual([
    { person: "discord:12", user_id: "u_42" },
    { person: "slack:U2", user_id: "u_42" },
  ]);
});
