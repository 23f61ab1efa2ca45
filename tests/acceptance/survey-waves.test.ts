import { expect, test } from "vitest";
import { runProgram } from "../support/program.ts";
import { chatGround, DISCORD_CHANNEL, started, type ChatGround } from "./chat-ground.ts";

const PATIENCE = { timeout: 60_000 };
const QUESTION = "Would you tell a friend about Acme?";
const REMINDER = "Not answered yet?";

/** How many questions and reminders each platform shows. */
async function shown({ slack, discord, slackChannel }: ChatGround) {
  const inSlack = (await slack.messages(slackChannel)).map(({ blocks }) => JSON.stringify(blocks));
  const inDiscord = discord.world.messages
    .filter(({ channel_id }) => channel_id === DISCORD_CHANNEL)
    .map(({ embeds }) => JSON.stringify(embeds));
  const counted = (texts: readonly string[]) => ({
    reminders: texts.filter((text) => text.includes(REMINDER)).length,
    questions: texts.filter((text) => text.includes(QUESTION) && !text.includes(REMINDER)).length,
  });
  return { slack: counted(inSlack), discord: counted(inDiscord) };
}

test("a wave and its reminder are posted once by three instances, also when one is killed before it wrote that down", async () => {
  const ground = await chatGround();
  const { db, slack, discord, slackChannel, settings } = ground;
  for (const place of [`slack:${slackChannel}`, `discord:channel:${DISCORD_CHANNEL}`]) {
    const words = ["nps", "schedule", "weekly", place, "7", QUESTION, "--weeks", "6"];
    expect((await runProgram("cli", words, settings)).code).toBe(0);
  }
  // Made yesterday and due now.
  await db.work.run(
    (sql) => sql`
      update survey_schedules set created_at = now() - interval '1 day',
        starts_on = (now() at time zone ${settings["TIMEZONE"] ?? ""})::date,
        at = (now() at time zone ${settings["TIMEZONE"] ?? ""})::time(0)`,
  );
  const states = async (isReminder: boolean) => {
    const rows = await db.read.run(
      (sql) => sql<{ state: string }[]>`
        select state from survey_messages where (about is not null) = ${isReminder} order by state`,
    );
    return rows.map(({ state }) => state);
  };
  /** As if that much time had passed: the lease of whoever was killed has ended. */
  const pass = async () =>
    db.work.run((sql) => sql`update survey_messages set next_at = now() where state <> 'posted'`);
  const killedWhilePosting = async () => {
    const accepted = Promise.all([
      new Promise<void>((onDone) => slack.faults.add("chat.postMessage", { kind: "reply held", onDone })),
      new Promise<void>((onDone) =>
        discord.failNext("post /channels/{channel_id}/messages", { kind: "hold the answer", onDone }),
      ),
    ]);
    const dying = await started(settings);
    await accepted;
    await dying.kill();
    await pass();
  };
  const three = async () => [await started(settings), await started(settings), await started(settings)];

  await killedWhilePosting();
  expect(await states(false)).toEqual(["sending", "sending"]);
  const first = await three();
  await expect.poll(() => states(false), PATIENCE).toEqual(["posted", "posted"]);
  const one = { questions: 1, reminders: 0 };
  expect(await shown(ground)).toEqual({ slack: one, discord: one });
  for (const instance of first) await instance.kill();

  await db.work.run((sql) => sql`update survey_rounds set reminds_at = now()`);
  await killedWhilePosting();
  expect(await states(true)).toEqual(["sending", "sending"]);
  const second = await three();
  await expect.poll(() => states(true), PATIENCE).toEqual(["posted", "posted"]);
  const both = { questions: 1, reminders: 1 };
  expect(await shown(ground)).toEqual({ slack: both, discord: both });
  for (const instance of second) await instance.kill();

  // Control: whoever tries again without a look posts a second one.
  await db.work.run(
    (sql) => sql`update survey_messages set state = 'pending', next_at = now() where about is not null`,
  );
  await started(settings);
  await expect.poll(async () => (await shown(ground)).slack.reminders, PATIENCE).toBe(2);
}, 180_000);
