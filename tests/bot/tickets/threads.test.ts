import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import { roundOfTickets } from "../../../src/bot/tickets/rounds.ts";
import { STATUS_WORDS } from "../../../src/bot/tickets/words.ts";
import { CHANNEL } from "../../support/discord/guild.ts";
import { heldIn } from "../../support/discord/modals.ts";
import { SILENT } from "../../support/silent.ts";
import { textOf } from "../discord/reading.ts";
import { allIsNews } from "../support/inbox.ts";
import { startSlack, type FakeSlack } from "../../support/slack/slack.ts";
import { instanceOf, threadOf, USUAL, type Counter } from "./counter.ts";
import { startDiscordCounter, type DiscordCounter } from "./discord-counter.ts";
import { slackCounter } from "./slack-counter.ts";

const AUTHOR_OF_TAGS = "iOS";

describe("threads in Discord that change", () => {
  let counter: DiscordCounter;
  beforeEach(async () => {
    counter = await startDiscordCounter();
  });
  afterEach(() => counter.stop());

  const act = (name: string) => counter.command(`ticket ${name}`, { ticket: "TCK-1" }, counter.kim);
  const find = () => counter.ticketing.desk.find("TCK-1");
  async function card(): Promise<string> {
    await counter.ticketing.cards.idle();
    return (await counter.read(await threadOf(counter, "TCK-1"))).find((text) => text.startsWith("TCK-1 · ")) ?? "";
  }

  test("the tags of a forum post follow its ticket from the opening to the closing, and tags of others stay", async () => {
    const { rooms, newId } = counter.fake.world;
    const tags = [...Object.values(STATUS_WORDS), AUTHOR_OF_TAGS].map((name) => ({ id: newId(), name }));
    const forum = rooms.addForum(newId(), tags);
    const post = rooms.addThread(newId(), forum.id, "Export fails");
    post.applied = tags.filter(({ name }) => name === AUTHOR_OF_TAGS).map(({ id }) => id);
    counter.fake.crowd.say(post.id, { id: post.id, content: "It fails.", author: counter.dana });
    const tagged = async () => {
      await counter.ticketing.cards.idle();
      return post.applied.map((id) => tags.find((tag) => tag.id === id)?.name ?? "").toSorted();
    };
    expect(await counter.choose(post.id, counter.dana)).toEqual([expect.stringContaining("TCK-1 is open.")]);
    expect(await tagged()).toEqual([AUTHOR_OF_TAGS, "open"]);
    await act("claim");
    expect(await tagged()).toEqual([AUTHOR_OF_TAGS, "in progress"]);
    await act("resolve");
    expect(await tagged()).toEqual([AUTHOR_OF_TAGS, "resolved"]);
    await act("reopen");
    expect(await tagged()).toEqual([AUTHOR_OF_TAGS, "open"]);
    await act("resolve");
    counter.clock.passMinutes(8 * 1_440);
    await roundOfTickets(counter.ticketing);
    expect(await tagged()).toEqual(["closed", AUTHOR_OF_TAGS].toSorted());
    expect((await find()).ticket.status).toBe("closed");
  });

  test("a forum without such tags, and one whose tags may not be changed, does no harm", async () => {
    const { rooms, newId } = counter.fake.world;
    const forum = rooms.addForum(newId(), []);
    const post = rooms.addThread(newId(), forum.id);
    counter.fake.crowd.say(post.id, { id: post.id, content: "It fails.", author: counter.dana });
    await counter.choose(post.id, counter.dana);
    expect(await act("resolve")).toContain("TCK-1 is resolved.");
    expect(await card()).toContain("TCK-1 · resolved");
  });

  test("a thread that was archived is opened again by the card", async () => {
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    counter.fake.world.rooms.channel(id).isArchived = true;
    expect(await act("resolve")).toMatch(/TCK-1 is resolved\.(?! Its)/);
    expect(await card()).toContain("TCK-1 · resolved");
    expect(counter.fake.world.rooms.channel(id).isArchived).toBe(false);
  });

  test("a thread with another name in another channel has the same ticket, and what is said there is heard", async () => {
    const { rooms, newId } = counter.fake.world;
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    const before = await threadOf(counter, "TCK-1");
    const elsewhere = newId();
    rooms.addThread(id, elsewhere, "Exports");
    expect(await counter.choose(id, counter.kim)).toEqual([expect.stringContaining("has its ticket already: TCK-1")]);
    await counter.ticketing.follower.follow({ ...before, channel: elsewhere });
    await counter.say("I look at it.", { author: counter.kim, thread: before });
    await counter.ticketing.follower.follow({ ...before, channel: elsewhere });
    expect((await find()).ticket.firstResponseAt).not.toBeNull();
    await act("resolve");
    expect(await card()).toContain("TCK-1 · resolved");
  });

  test.each([
    ["gone", "is gone"],
    ["hidden", "does not see"],
  ] as const)(
    "who works on a ticket whose thread is %s is told so, and the warning goes to the team",
    async (state, why) => {
      const announceIn = { platform: "discord", channel: counter.channel } as const;
      const { ticketing } = instanceOf({
        ...counter,
        platforms: [counter.platform],
        settings: { ...USUAL, announceIn },
      });
      const id = await counter.say("It fails.");
      await counter.choose(id, counter.dana);
      counter.fake.world.closedChannels.set(id, state);
      const said = await act("claim");
      expect(said).toContain("TCK-1 is yours. Its thread does not show it: ");
      expect(said.toLowerCase()).toContain(why);
      counter.clock.passMinutes(7 * 60);
      await roundOfTickets(ticketing);
      await roundOfTickets(ticketing);
      const told = (await counter.read({ channel: counter.channel })).filter((text) => text.includes("is due"));
      expect(told).toEqual([expect.stringMatching(/TCK-1: first response is due .*The thread cannot be told\./)]);
      expect(await act("transcript")).toContain("It fails.");
    },
  );

  test("without the intent the team's answer is the first response all the same, and its words are said to be withheld", async () => {
    counter.fake.world.rooms.intents.messageContent = false;
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    const thread = await threadOf(counter, "TCK-1");
    await counter.say("hunter2", { author: counter.kim, thread });
    await counter.until(async () => (await find()).messages === 2);
    expect((await find()).ticket.firstResponseAt).not.toBeNull();
    const transcript = await act("transcript");
    expect(transcript).toContain("It fails.");
    expect(transcript).toContain("words that were withheld");
    expect(transcript).not.toContain("hunter2");
  });

  test("a form that was open over a restart has the message's words, also when Discord withholds them", async () => {
    counter.fake.world.rooms.intents.messageContent = false;
    const id = await counter.say("Export fails\nsince Monday");
    const from = { user: counter.dana, channel: counter.channel };
    const message = counter.fake.world.messages.find((one) => one.id === id) ?? expect.fail();
    const asked = counter.fake.choose("Open support ticket", message, from);
    await counter.fake.until(() => asked.modal);
    await counter.platform.stop();
    const { apiUrl, token, guildId } = counter.fake;
    const parts = { apiUrl, token, guildId, gate: OPEN_GATE, isNews: allIsNews, log: SILENT };
    const platform = createDiscord({ ...parts, png: async () => Buffer.from("png") });
    onTestFinished(() => platform.stop());
    const { commands, events, ticketing } = instanceOf({ ...counter, platforms: [platform] });
    await platform.start(commands, events);
    const sent = counter.fake.submit(asked, {}, from);
    expect(textOf(await counter.fake.until(() => sent.reply))).toContain("TCK-1 is open.");
    await ticketing.cards.idle();
    const { messages } = await ticketing.desk.conversation("TCK-1");
    expect(messages.find(({ messageId }) => messageId === id)?.text).toBe("Export fails\nsince Monday");
    expect((await ticketing.desk.find("TCK-1")).ticket.subject).toBe("Export fails");
  });

  test("a command in a thread asks with a form and takes that thread", async () => {
    const thread = { platform: "discord", channel: CHANNEL.general, thread: CHANNEL.publicThread } as const;
    counter.fake.world.rooms.addThread(thread.thread, thread.channel);
    await counter.say("It fails.", { thread });
    const from = { user: counter.dana, channel: thread.thread };
    const asked = counter.fake.ask(["ticket", "open"], [], from);
    expect(heldIn(await counter.fake.until(() => asked.modal))).toMatchObject({ subject: "", details: "" });
    const sent = counter.fake.submit(asked, { priority: "urgent" }, from);
    expect(textOf(await counter.fake.until(() => sent.reply))).toContain("TCK-1 is open. Its card is in the thread.");
    expect(await find()).toMatchObject({ thread, ticket: { subject: "It fails.", priority: "urgent" } });
  });

  test("when the first message is deleted the ticket stays, and its words are gone", async () => {
    const id = await counter.say("hunter2 does not work");
    await counter.fill(id, counter.dana, { subject: "Login fails", details: "" });
    const thread = await threadOf(counter, "TCK-1");
    await counter.say("Still.", { thread });
    await counter.until(async () => (await find()).messages === 2);
    await counter.takeBack(id, {});
    await counter.ticketing.follower.catchUp(await find());
    const transcript = await act("transcript");
    expect(transcript).toContain("deleted");
    expect(transcript).not.toContain("hunter2");
  });
});

describe("channels in Slack that change", () => {
  let fake: FakeSlack;
  let counter: Counter;
  beforeEach(async () => {
    fake = await startSlack();
    counter = await slackCounter("http", fake)();
  });
  afterEach(() => counter.stop());

  const act = (name: string) => counter.command(`ticket ${name}`, { ticket: "TCK-1" }, counter.kim);
  const find = () => counter.ticketing.desk.find("TCK-1");
  const fail = (method: string, error: string, times = 1) => fake.faults.add(method, { kind: "error", error }, times);

  test("in a channel that was archived no ticket's card can be posted, and who opens it is told", async () => {
    const id = await counter.say("It fails.");
    fail("chat.postMessage", "is_archived");
    const [answer] = await counter.choose(id, counter.dana);
    expect(answer).toMatch(/TCK-1 is open\..*archived/i);
    expect((await find()).ticket.subject).toBe("It fails.");
  });

  test.each([
    ["is_archived", /archived/i],
    ["channel_not_found", /channel/i],
    ["message_not_found", /gone/i],
  ] as const)("who works on a ticket whose channel answers %s is told so", async (error, why) => {
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    fail("chat.update", error);
    const said = await act("resolve");
    expect(said).toContain("TCK-1 is resolved. Its thread does not show it: ");
    expect(said).toMatch(why);
    expect((await find()).ticket.status).toBe("resolved");
    const { revision, shown } = await find();
    expect(shown).toBe(revision);
  });

  test("in a channel that was deleted no ticket is opened, and who wants one is told", async () => {
    const id = await counter.say("It fails.");
    fail("conversations.replies", "channel_not_found", 3);
    const [answer] = await counter.choose(id, counter.dana);
    expect(answer).toMatch(/No ticket can be opened there\./);
    expect(await counter.ticketing.desk.list({ statuses: ["open"], limit: 5 })).toEqual([]);
  });

  test("a thread that cannot be read keeps what was known, and is read when it can be again", async () => {
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    const thread = await threadOf(counter, "TCK-1");
    counter.deafen();
    await counter.say("I look at it.", { author: counter.kim, thread });
    fail("conversations.replies", "not_in_channel");
    await counter.ticketing.follower.catchUp(await find());
    expect((await find()).messages).toBe(1);
    await counter.ticketing.follower.catchUp(await find());
    expect((await find()).messages).toBe(2);
  });

  test("when the first message is deleted the ticket stays, and its words are gone", async () => {
    const id = await counter.say("hunter2 does not work");
    await counter.fill(id, counter.dana, { subject: "Login fails", details: "" });
    await counter.takeBack(id, {});
    await counter.ticketing.follower.catchUp(await find());
    const transcript = await act("transcript");
    expect(transcript).toContain("deleted");
    expect(transcript).not.toContain("hunter2");
  });
});
