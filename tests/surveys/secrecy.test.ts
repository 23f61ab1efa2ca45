import { describe, expect, test } from "vitest";
import type { Asker } from "../../src/bot/asker.ts";
import { admin, createTeam, guest, member, owner } from "./team.ts";

/** What is typed for each command; those that end something come last. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  "metrics show": ["nps", "nps_responses"],
  "metrics explain": ["nps", "nps_responses"],
  "nps followup": ["TCK-1"],
  "nps stop": ["1"],
  "nps schedule": ["monthly"],
  "nps answer": ["withdraw"],
  link: ["<@U8> u_8"],
  "access grant": ["<@U8>"],
  "access revoke": ["<@U8>"],
  "ticket show": ["TCK-1"],
  "ticket transcript": ["TCK-1"],
  "ticket note": ["hello --ticket TCK-1"],
  "ticket assign": ["<@U1> TCK-1", "<@U1> --ticket TCK-1"],
  "ticket priority": ["--ticket TCK-1 --priority high", "high TCK-1"],
  "ticket category": ["--ticket TCK-1 --category bug", "bug TCK-1"],
  "ticket claim": ["TCK-1"],
  "ticket resolve": ["TCK-1"],
  "ticket reopen": ["TCK-1"],
  "ticket close": ["TCK-1"],
};
const NAMED = /CANARY|u_canary/;
const unknown: Asker = { ...member, person: "U3", standing: "unknown" };

/** Ten others and one who is linked to the product, says why, and gets a follow-up. */
async function createSecret() {
  const team = await createTeam();
  const { ask, react, surveys, tick } = team;
  await ask(member, "nps ask");
  await react("1", [10, 9, 8, 7, 6, 5, 10, 9, 8, 3]);
  const { survey } = (await ask(member, "nps results")).data as { survey: string };
  await surveys.link("slack:UCANARY", { userId: "u_canary" }, "slack:U9");
  await surveys.answer(survey, { person: "slack:UCANARY", score: 2, reason: "because of the canary bird" });
  await tick();
  await team.settle();
  team.moveClock("2026-11-21T09:00:00Z");
  await team.settle();
  return { ...team, survey };
}

describe("who answered what is in no answer of any command", () => {
  test.each([
    ["a member", member, "person"],
    ["a guest", guest, "person"],
    ["somebody unknown", unknown, "person"],
    ["a member, shared with the channel", member, "everyone"],
    ["an admin, shared with the channel", admin, "everyone"],
    ["the owner of follow-ups, shared with the channel", owner, "everyone"],
  ] as const)("given by %s", async (who, asker, audience) => {
    const { ask, commands } = await createSecret();
    const answered: string[] = [];
    for (const { path } of commands) {
      const command = path.join(" ");
      if (command === "ticket resolve") continue;
      for (const words of LINES[command] ?? [""]) {
        const told = await ask(asker, `${command} ${words}`.trim(), audience);
        const all = told.text + JSON.stringify(told.data);
        expect(all, command).not.toMatch(NAMED);
        if (audience === "everyone" || asker.standing !== "member") expect(all, command).not.toContain("canary bird");
        if (told.ok) answered.push(command);
      }
    }
    // Else the test would look at refusals alone.
    const expected = asker.standing === "guest" ? ["nps answer"] : ["nps results", "nps list", "metrics show"];
    expect(answered, who).toEqual(expect.arrayContaining(audience === "everyone" ? expected.slice(0, 1) : expected));
  });

  test("the control: an admin is told by `nps who`, and the owner by `nps followup`, each alone", async () => {
    const { ask } = await createSecret();
    expect((await ask(admin, "nps who")).text).toMatch(NAMED);
    expect((await ask(owner, "nps followup TCK-1")).text).toMatch(NAMED);
    expect((await ask(owner, "nps who")).ok).toBe(false);
  });

  test("of a few who were asked alone not even reasons are shown, because one knows whom one asked", async () => {
    const { ask, surveys } = await createTeam();
    const { survey } = (await ask(member, "nps ask <@UCANARY>")).data as { survey: string };
    await surveys.answer(survey, { person: "slack:UCANARY", score: 2, reason: "because of the canary bird" });
    const told = await ask(member, "nps results");
    expect(told.text).toContain("1 of 1 (100 %)");
    expect(told.text).toContain("one could tell whose they are");
    expect(told.text).not.toMatch(/canary bird|detractor/);
    expect((await ask(member, "nps list")).text).not.toMatch(/canary bird|detractor/);
  });
});
