import { expect, test } from "vitest";
import { createTeam, member } from "./team.ts";

test("a list of people and groups on both platforms is asked one by one, nobody twice", async () => {
  const { ask, chat, discord, surveys } = await createTeam();
  await surveys.link("discord:72", { person: "slack:U5" }, "slack:U9");
  const asked = await ask(member, "nps ask <@U5|kim>, <@U6> slack:U5 discord:72 discord:role:5 3 Happy?");
  expect(asked.text).toContain("Asking 3 people directly");
  expect(JSON.stringify(chat.shown("DU5")[0]?.posting.message)).toContain("Happy?");
  expect(chat.shown("DU6")).toHaveLength(1);
  expect([discord.chat.shown("D71").length, discord.chat.shown("D72").length]).toEqual([1, 0]);
});

test("a question may begin with somebody's name; channels and people are not asked together", async () => {
  const { ask, chat } = await createTeam();
  await ask(member, "nps ask <#C7> 3 <@U5> is the one to ask?");
  expect(JSON.stringify(chat.shown("C7")[0]?.posting.message)).toContain("<@U5> is the one to ask?");
  expect((await ask(member, "nps ask <#C7> <@U5>")).text).toContain("Name one channel");
  expect((await ask(member, "nps ask --where nobody")).text).toContain("nobody known");
});

test("whoever was asked on one platform is left alone on the other, whichever way they were linked", async () => {
  for (const [person, to] of [
    ["discord:71", "slack:U1"],
    ["slack:U1", "discord:71"],
  ] as const) {
    const { ask, surveys } = await createTeam();
    await surveys.link(person, { person: to }, "slack:U9");
    await ask(member, "nps ask discord:71");
    expect((await ask(member, "nps ask <@U1>")).text).toContain("asked or answered in the last 90 days");
  }
});

test("whoever was linked to somebody follows when that one is linked to the product", async () => {
  const { ask, surveys, db } = await createTeam();
  const { survey } = (await ask(member, "nps ask")).data as { survey: string };
  await surveys.answer(survey, { person: "slack:U1", score: 3, reason: null });
  await surveys.answer(survey, { person: "discord:71", score: 9, reason: null });
  await surveys.link("discord:71", { person: "slack:U1" }, "slack:U9");
  await surveys.link("slack:U1", { userId: "u_1" }, "slack:U9");
  const users = await db.read.run(
    (sql) => sql<{ user: string }[]>`
      select user_id as user from nps_surveys join users using (user_no) where voided_at is null`,
  );
  expect([...users]).toEqual([{ user: "u_1" }]);
  expect((await surveys.result(survey)).answers).toHaveLength(1);
});
