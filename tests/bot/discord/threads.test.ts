import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import { allIsNews } from "../support/inbox.ts";
import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import type { Message } from "../../../src/bot/message.ts";
import { startFakeDiscord, type FakeDiscord } from "../../support/discord/fake-discord.ts";
import { createJudge } from "../../support/discord/judge.ts";
import { SILENT } from "../../support/silent.ts";

const judge = createJudge();
const HELLO: Message = { tone: "neutral", blocks: [{ kind: "text", text: "hello" }] };
const CHANNEL = "500000000000000002";
let fake: FakeDiscord;
beforeEach(async () => {
  fake = await startFakeDiscord({ judge });
});
afterEach(() => fake.stop());

function discord(messageContent = false) {
  const { apiUrl, token, guildId } = fake;
  const png = async () => Buffer.alloc(0);
  const made = createDiscord({
    token,
    guildId,
    apiUrl,
    png,
    gate: OPEN_GATE,
    isNews: allIsNews,
    log: SILENT,
    messageContent,
  });
  onTestFinished(() => made.stop());
  return made;
}

/** A thread with a message of ours in it. */
async function threadWithOurs() {
  const platform = discord();
  const { id } = fake.crowd.say(CHANNEL, { content: "It fails." });
  const begun = await platform.startThread({ platform: "discord", channel: CHANNEL, id }, "It fails");
  const thread = begun.ok ? begun.value : expect.fail(begun.reason);
  const posted = await platform.post({ destination: thread, message: HELLO, key: "t-1" });
  const ours = { ...thread, id: posted.outcome === "sent" ? posted.externalId : "" };
  return { platform, thread, ours, room: fake.world.rooms.channel(thread.thread) };
}

test("a message in an archived thread is edited, which opens the thread", async () => {
  const { platform, ours, room } = await threadWithOurs();
  room.isArchived = true;
  expect(await platform.edit(ours, HELLO)).toEqual({ ok: true, value: null });
  expect(room.isArchived).toBe(false);
});

test("in a locked thread an edit, a reaction and a post are refused as locked", async () => {
  const { platform, thread, ours, room } = await threadWithOurs();
  room.isArchived = true;
  room.isLocked = true;
  expect(await platform.edit(ours, HELLO)).toMatchObject({ ok: false, why: "locked" });
  expect(await platform.react(ours, ["👀"])).toMatchObject({ ok: false, why: "locked" });
  expect(await platform.post({ destination: thread, message: HELLO, key: "t-2" })).toMatchObject({ why: "locked" });
  expect(await platform.readThread(thread)).toMatchObject({ ok: true, value: { isArchived: true, isLocked: true } });
});

test.each([
  ["gone", "gone"],
  ["hidden", "forbidden"],
] as const)("a thread that is %s cannot be read", async (state, why) => {
  const { platform, thread } = await threadWithOurs();
  fake.world.closedChannels.set(thread.thread, state);
  expect(await platform.readThread(thread)).toMatchObject({ ok: false, why });
});

test("without the intent a thread says that words are withheld, and what mends it", async () => {
  const { platform, thread } = await threadWithOurs();
  fake.world.rooms.intents.messageContent = false;
  fake.crowd.say(thread.thread, { content: "secret words" });
  const read = await platform.readThread(thread);
  expect(read).toMatchObject({
    ok: true,
    value: { missing: { why: "unreadable", reason: expect.stringContaining("DISCORD_MESSAGE_CONTENT") } },
  });
  expect(JSON.stringify(read)).not.toContain("secret");
});

test("the intent is asked for only when it is set, and its refusal says what mends it", async () => {
  await discord().start([]);
  expect(fake.gateway.intents() & (1 << 15)).toBe(0);
  fake.world.rooms.intents.messageContent = false;
  await expect(discord(true).start([])).rejects.toMatchObject({
    code: "discord_missing_intent",
    next: expect.stringContaining("DISCORD_MESSAGE_CONTENT"),
  });
});

test("the tags of a forum post follow, and tags of others stay", async () => {
  const { rooms, newId } = fake.world;
  const [open, done, theirs] = [newId(), newId(), newId()];
  const forum = rooms.addForum(newId(), [
    { id: open, name: "Open" },
    { id: done, name: "Resolved" },
    { id: theirs, name: "iOS" },
  ]);
  const post = rooms.addThread(newId(), forum.id);
  post.applied = [open, theirs];
  const thread = { platform: "discord", channel: forum.id, thread: post.id } as const;
  const tags = ["open", "resolved", "closed"];
  expect(await discord().tagThread(thread, ["resolved"], tags)).toEqual({ ok: true, value: null });
  expect([...post.applied].toSorted()).toEqual([done, theirs].toSorted());
});

test("the first message of a forum post stands in the thread, and is missed when it was deleted", async () => {
  const { rooms, newId } = fake.world;
  const forum = rooms.addForum(newId(), []);
  const post = rooms.addThread(newId(), forum.id);
  const first = fake.crowd.say(post.id, { id: post.id, content: "It fails.", attachments: [{ name: "log.txt" }] });
  fake.crowd.say(post.id, { content: "Still." });
  const platform = discord();
  const thread = { platform: "discord", channel: forum.id, thread: post.id } as const;
  const read = async () => {
    const answer = await platform.readThread(thread);
    return answer.ok ? answer.value.messages : expect.fail(answer.reason);
  };
  expect((await read()).map(({ text, attachments }) => `${text}${attachments.map(({ name }) => name).join()}`)).toEqual(
    ["It fails.log.txt", "Still."],
  );
  fake.crowd.takeBack(first);
  expect((await read()).map(({ state }) => state)).toEqual(["deleted", "as posted"]);
});

test("who has a role is named, or the intent that would tell it", async () => {
  const { rooms } = fake.world;
  for (let index = 0; index < 1_100; index += 1)
    rooms.addMember(String(720_000_000_000_000_000n + BigInt(index)), { roles: index % 2 === 0 ? ["5"] : [] });
  const platform = discord();
  const answer = await platform.audienceOf({ kind: "group", id: "5" });
  expect(answer.ok && answer.value.people).toHaveLength(550);
  rooms.intents.members = false;
  expect(await platform.audienceOf({ kind: "group", id: "5" })).toMatchObject({
    ok: false,
    why: "forbidden",
    reason: expect.stringContaining("Server Members Intent"),
  });
});
