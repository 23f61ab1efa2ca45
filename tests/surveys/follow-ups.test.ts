import { describe, expect, test } from "vitest";
import { admin, createTeam, guest, member, owner, OWNER } from "./team.ts";

async function createLoop() {
  const team = await createTeam();
  const { survey } = (await team.ask(member, "nps ask")).data as { survey: string };
  const answer = async (score: number | null, person = "slack:UDANA", reason: string | null = null) => {
    await team.surveys.answer(survey, { person, score, reason });
    await team.tick();
  };
  const tickets = () => team.desk.list({ statuses: ["open", "in_progress", "resolved", "closed"], limit: 50 });
  return { ...team, survey, answer, tickets };
}

describe("a low answer", () => {
  test("opens one ticket with an owner and a due date, told to the owner, and announced", async () => {
    const { answer, tickets, chat } = await createLoop();
    await answer(6, "slack:UDANA", "too slow");
    const [ticket, ...more] = await tickets();
    expect(more).toEqual([]);
    expect(ticket).toMatchObject({ ticketId: "TCK-1", assignee: OWNER, userId: null, openedBy: "bellwether" });
    expect(ticket?.dueAt?.toString()).toBe("2026-11-23T09:00:00Z");
    expect(JSON.stringify(chat.shown("DUOWNER").map(({ posting }) => posting.message))).toContain("TCK-1 is yours");
    expect(chat.shown("CTICKETS")).toHaveLength(1);
  });

  test("opens no second one when it gets worse, better and worse again; a withdrawal leaves it; 9 to 5 opens", async () => {
    const { answer, tickets } = await createLoop();
    await answer(9);
    expect(await tickets()).toEqual([]);
    for (const score of [5, 4, null, 3, 10, 0]) await answer(score);
    expect(await tickets()).toHaveLength(1);
    await answer(7, "slack:UKIM");
    expect(await tickets()).toHaveLength(1);
  });

  test("by reaction counts too; of several identities of one person one ticket is opened", async () => {
    const { answer, tickets, react, tick, surveys } = await createLoop();
    await react("1", [2]);
    await tick();
    expect(await tickets()).toHaveLength(1);
    await surveys.link("discord:71", { person: "slack:U_REACT0" }, "slack:U9");
    await answer(1, "discord:71");
    expect(await tickets()).toHaveLength(1);
  });

  test("opens one ticket with three instances, one of which is killed at each step in turn", async () => {
    const { surveys, survey, tickets, tick, first, another, db, chat } = await createLoop();
    await surveys.answer(survey, { person: "slack:UDANA", score: 1, reason: null });
    await tick(first, another(), another());
    // As if each had been killed before it wrote down what it did last.
    for (let times = 0; times < 3; times += 1) {
      await db.work.run((sql) => sql`update survey_follow_ups set ticket_id = null`);
      await tick(another(), another());
    }
    expect(await tickets()).toHaveLength(1);
    expect((await tickets())[0]).toMatchObject({ assignee: OWNER });
    expect(chat.shown("DUOWNER")).toHaveLength(1);
  });

  test("of a survey that has long been closed opens none, so that turning the setting on opens no old ones", async () => {
    const { db, surveys, survey, tickets, tick, moveClock } = await createLoop();
    await surveys.answer(survey, { person: "slack:UDANA", score: 1, reason: null });
    await surveys.close(survey);
    moveClock("2026-11-21T10:00:00Z");
    await tick();
    expect(await tickets()).toEqual([]);
    expect(await db.read.run((sql) => sql`select 1 from survey_follow_ups`)).toHaveLength(0);
  });
});

describe("when the ticket is resolved", () => {
  test("the person is asked once more, directly and within the cool-down, with three instances", async () => {
    const { answer, ask, tick, chat, desk, first, another, moveClock } = await createLoop();
    await answer(2);
    expect(chat.shown("DUDANA")).toEqual([]);
    await desk.act("TCK-1", { kind: "resolve" }, { actor: OWNER, key: "1" });
    const instances = [first, another(), another()];
    for (let round = 0; round < 3; round += 1) await tick(...instances);
    const [again, ...more] = chat.shown("DUDANA");
    expect(more).toEqual([]);
    expect(JSON.stringify(again?.posting.message)).toContain("we have looked into it");
    await desk.act("TCK-1", { kind: "reopen" }, { actor: OWNER, key: "2" });
    await desk.act("TCK-1", { kind: "resolve" }, { actor: OWNER, key: "3" });
    moveClock("2026-11-24T09:00:00Z");
    await tick(...instances);
    expect(chat.shown("DUDANA")).toHaveLength(1);
    // From then on the cool-down holds.
    expect((await ask(member, "nps ask <@UDANA>")).text).toContain("last 90 days");
  });

  test("the second answer replaces the first in the score, is none of the listed surveys, and opens no ticket", async () => {
    const { answer, ask, tick, desk, surveys, survey, tickets, db, moveClock } = await createLoop();
    await answer(2);
    await desk.act("TCK-1", { kind: "close" }, { actor: OWNER, key: "1" });
    await tick();
    const [again] = await db.read.run((sql) => sql<{ id: string }[]>`select asked_again as id from survey_follow_ups`);
    moveClock("2026-11-20T10:00:00Z");
    await surveys.answer(again?.id ?? "", { person: "slack:UDANA", score: 4, reason: "a bit better" });
    await tick();
    expect(await tickets()).toHaveLength(1);
    expect((await surveys.list(10)).map(({ surveyId }) => surveyId)).toEqual([survey]);
    expect((await ask(owner, "nps followup TCK-1")).text).toMatch(/"Asked again","value":"4"/);
    const scores = await db.read.run(
      (sql) => sql`select score from nps_surveys where voided_at is null order by row_no`,
    );
    expect([...scores]).toEqual([{ score: 2 }, { score: 4 }]);
  });
});

test("only its owner is told whose answer a ticket is about; others read neither name, score nor reason", async () => {
  const { answer, ask, tickets, desk } = await createLoop();
  await answer(3, "slack:UDANA", "too slow for us");
  const told = await ask(owner, "nps followup tck-1");
  expect(told.text).toContain("@slack:UDANA");
  expect(told.text).toContain("too slow for us");
  expect((await ask(owner, "nps followup TCK-1", "everyone")).ok).toBe(false);
  expect((await ask(owner, "nps followup TCK-9")).text).toContain("No survey opened");
  // To be given the ticket gives no right.
  await desk.act("TCK-1", { kind: "assign", assignee: "slack:U1" }, { actor: "slack:U1", key: "x" });
  for (const asker of [member, guest, admin]) {
    const refused = await ask(asker, "nps followup TCK-1");
    expect(refused.text + JSON.stringify(refused.data)).not.toMatch(/UDANA|too slow/);
  }
  for (const line of ["ticket list", "ticket show TCK-1", "ticket transcript TCK-1", "ticket mine"]) {
    const { text, data } = await ask(member, line);
    expect(text + JSON.stringify(data)).not.toMatch(/UDANA|too slow|nps-/);
  }
  const log = JSON.stringify(await tickets(), (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  expect(log).not.toMatch(/UDANA|too slow|nps-/);
  expect((await ask(admin, "nps who")).text).toContain("TCK-1");
});
