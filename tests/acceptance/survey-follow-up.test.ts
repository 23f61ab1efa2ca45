import { describe, expect, test } from "vitest";
import { runProgram } from "../support/program.ts";
import { discordGround, slackGround } from "../surveys/grounds.ts";
import { chatGround, started, type ChatGround } from "./chat-ground.ts";

const PATIENCE = { timeout: 60_000 };

describe.each([
  ["slack", "TCK-1", ({ slack }: ChatGround) => slackGround("socket", slack)],
  ["discord", "ticket=TCK-1", ({ discord }: ChatGround) => discordGround(discord)],
] as const)("a low answer on %s", (name, ticket, open) => {
  test("opens a ticket whose owner alone is told whose it is; when it is resolved, that person is asked once more", async () => {
    const chat = await chatGround();
    const ground = await open(chat);
    const [owner, unhappy] = ground.reachable;
    for (const person of ground.reachable) ground.setDirect(person, true);
    const { DATABASE_URL = "", TIMEZONE = "" } = chat.settings;
    const settings = { DATABASE_URL, TIMEZONE, ...ground.settings, NPS_FOLLOW_UP: `${name}:${owner}` };
    let program = await started(settings);
    ground.serve(() => program.url);
    /** Each start looks at once, and not at the next minute. */
    const again = async () => {
      await program.kill();
      program = await started(settings);
    };
    await ground.tell(["nps", "ask"], name === "slack" ? "" : "days=7");
    const posted = async () => {
      const rows = await chat.db.read.run(
        (sql) =>
          sql<{ id: string }[]>`select message_id as id from survey_messages where has_digits order by created_at`,
      );
      return rows.map(({ id }) => id);
    };
    await expect.poll(posted, PATIENCE).toHaveLength(1);
    const [message = ""] = await posted();
    await ground.answerPrivately(message, unhappy, { score: "2", why: "too slow for us" });
    await again();
    const toOwner = async () => (await ground.directTexts(owner)).map(({ text }) => text).join();
    await expect.poll(toOwner, PATIENCE).toContain("TCK-1 is yours");
    expect(await toOwner()).not.toMatch(new RegExp(`${unhappy}|too slow`));
    expect(await ground.tell(["nps", "followup"], ticket, owner)).toContain("too slow for us");
    expect(await ground.tell(["nps", "followup"], ticket)).not.toMatch(new RegExp(`${unhappy}|too slow`));

    expect((await runProgram("cli", ["ticket", "resolve", "TCK-1"], settings)).code).toBe(0);
    await again();
    await expect.poll(posted, PATIENCE).toHaveLength(2);
    await again();
    const toUnhappy = await ground.directTexts(unhappy);
    expect(toUnhappy.map(({ text }) => text)).toEqual([expect.stringContaining("we have looked into it")]);
    const [asked] = toUnhappy;
    ground.react(asked?.id ?? "", 9, unhappy, asked?.place ?? "");
    const answered = async () => (await ground.tell(["nps", "followup"], ticket, owner)).replaceAll(/[\s·]+/g, " ");
    await expect.poll(answered, PATIENCE).toContain("Asked again 9");
    for (const { n } of await chat.db.read.run(
      (sql) => sql<{ n: number }[]>`select count(*)::int as n from desk_tickets`,
    ))
      expect(n).toBe(1);
  }, 180_000);
});
