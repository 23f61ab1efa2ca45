import { describe, expect, test } from "vitest";
import { DIGITS } from "../../src/bot/emoji.ts";
import { createTeam, guest, member } from "./team.ts";

type Team = Awaited<ReturnType<typeof createTeam>>;

const HALF_TIME = "2026-11-23T21:00:01Z";
const textsIn = ({ chat }: Pick<Team, "chat">, channel: string) =>
  chat.shown(channel).map(({ posting }) => JSON.stringify(posting.message));
const isReminder = (text: string) => text.includes("Not answered yet?");
const reminders = (team: Pick<Team, "chat">, channel: string) => textsIn(team, channel).filter(isReminder);

test("a question whose turn comes after its claim has run out is left to whoever has it now", async () => {
  const { ask, tick, chat, another, db, hurry } = await createTeam();
  const post = chat.platform.post.bind(chat.platform);
  let isFirst = true;
  chat.platform.post = async (posting) => {
    if (isFirst) {
      isFirst = false;
      for (let round = 0; round < 3; round += 1) {
        await hurry();
        await tick(another());
      }
    }
    return post(posting);
  };
  await ask(member, "nps ask <@U1> <@U2> <@U3>");
  const shown = ["DU1", "DU2", "DU3"].map((channel) => chat.shown(channel).length);
  expect(shown.toSorted((a, b) => a - b)).toEqual([1, 1, 2]);
  const states = await db.read.run((sql) => sql`select distinct state from survey_messages`);
  expect(states).toEqual([{ state: "posted" }]);
});

describe("people who were asked alone", () => {
  test("are reminded once at half-time if they have not answered, on three instances that look at once", async () => {
    const team = await createTeam();
    const { ask, tick, moveClock, surveys, first, another } = team;
    const asked = await ask(member, "nps ask <!subteam^S1>");
    const { survey } = asked.data as { survey: string };
    await surveys.answer(survey, { person: "slack:U2", score: 9, reason: null });
    moveClock("2026-11-23T20:59:00Z");
    await tick(first);
    expect(reminders(team, "DU1")).toEqual([]);
    moveClock(HALF_TIME);
    const instances = [first, another(), another()];
    for (let round = 0; round < 3; round += 1) await tick(...instances);
    expect(["DU1", "DU2", "DU3"].map((channel) => reminders(team, channel).length)).toEqual([1, 0, 1]);
    expect(reminders(team, "DU1")[0]).toContain("This is the only reminder.");
    // Its button answers the same survey.
    expect((await ask(guest, `nps answer 3 --survey=${survey}`)).ok).toBe(true);
    expect((await ask(member, "nps results")).text).toContain("1 of 3 (33 %)");
  });

  test.each([
    ["the reply is lost", "accept and lose the reply", 1],
    ["the request is lost", "lose the request", 1],
    ["the adapter is killed in it", "throw", 1],
  ] as const)("get one reminder, not two, when %s", async (_, mood, expected) => {
    const team = await createTeam();
    const { ask, tick, moveClock, chat, first, another, db, hurry } = team;
    await ask(member, "nps ask <@U1>");
    moveClock(HALF_TIME);
    chat.meet("DU1", mood);
    await tick(first);
    // Whoever held it was killed: its claim has run out.
    for (let round = 0; round < 3; round += 1) {
      await hurry();
      await tick(another(), another());
    }
    expect(reminders(team, "DU1")).toHaveLength(expected);
    const states = await db.read.run((sql) => sql`select state from survey_messages where about is not null`);
    expect([...states]).toEqual([{ state: "posted" }]);
  });

  test("are left alone when they react before it is posted, though no event told so", async () => {
    const team = await createTeam();
    const { ask, tick, moveClock, reactions, surveys } = team;
    const { survey } = (await ask(member, "nps ask <@U1>")).data as { survey: string };
    reactions.set("1", [{ emoji: DIGITS[8], person: { id: "U1", isBot: false } }]);
    moveClock(HALF_TIME);
    await tick();
    expect(reminders(team, "DU1")).toEqual([]);
    expect((await surveys.result(survey)).answers).toHaveLength(1);
  });

  test("are left alone when they took their answer back, or answered or were asked elsewhere within 90 days", async () => {
    const team = await createTeam();
    const { ask, tick, moveClock, surveys, discord, pollster } = team;
    await surveys.link("discord:72", { person: "slack:U3" }, "slack:U9");
    const { survey } = (await ask(member, "nps ask <!subteam^S1>")).data as { survey: string };
    await surveys.answer(survey, { person: "slack:U1", score: 9, reason: null });
    await surveys.answer(survey, { person: "slack:U1", score: null, reason: null });
    // Another survey, in a channel on Discord, which the same person answers.
    const other = await surveys.open({
      question: "How likely?",
      openedBy: "slack:U9",
      days: 7,
      places: [{ platform: "discord", channel: "5", person: null }],
    });
    await pollster.post();
    await surveys.answer(other.surveyId, { person: "discord:72", score: 4, reason: null });
    moveClock(HALF_TIME);
    await tick();
    expect(["DU1", "DU2", "DU3"].map((channel) => reminders(team, channel).length)).toEqual([0, 1, 0]);
    expect(discord.chat.shown("D72")).toEqual([]);
  });

  test("are not reminded when the asker said so, nor of a survey that is over", async () => {
    const team = await createTeam();
    const { ask, tick, moveClock } = team;
    await ask(member, "nps ask <@U1> --no-reminder");
    await ask(member, "nps ask <@U2> 1");
    moveClock(HALF_TIME);
    await tick();
    expect([...reminders(team, "DU1"), ...reminders(team, "DU2")]).toEqual([]);
  });
});

test("a channel is reminded once, with a link to the question and without mentioning anybody", async () => {
  const team = await createTeam();
  const { ask, tick, moveClock, react, surveys, first, another } = team;
  const { survey } = (await ask(member, "nps ask")).data as { survey: string };
  await react("1", [9]);
  moveClock(HALF_TIME);
  for (let round = 0; round < 3; round += 1) await tick(first, another(), another());
  const [reminder, ...more] = reminders(team, "C1");
  expect(more).toEqual([]);
  expect(reminder).toContain("https://chat.test/C1/1");
  expect(reminder).not.toMatch(/<[@!#]|@here|@channel|@everyone|U_REACT/);
  // What people put under the reminder is no answer.
  team.reactions.set("2", [{ emoji: DIGITS[0], person: { id: "U7", isBot: false } }]);
  await team.pollster.events.reactionsChanged({ platform: "slack", channel: "C1", id: "2" });
  expect((await surveys.result(survey)).answers).toHaveLength(1);
});
