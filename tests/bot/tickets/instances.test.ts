import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DONE, SEEN } from "../../../src/bot/emoji.ts";
import { roundOfTickets } from "../../../src/bot/tickets/rounds.ts";
import { OPERATOR_VISIT } from "../../../src/bot/permission/gate.ts";
import { runText } from "../../../src/bot/run-command.ts";
import { instanceOf, threadOf, USUAL, type Counter, type StartCounter } from "./counter.ts";
import { startDiscordCounter, type DiscordCounter } from "./discord-counter.ts";
import { slackCounter } from "./slack-counter.ts";

const STARTS: readonly (readonly [string, StartCounter])[] = [
  ["Slack", slackCounter("socket")],
  ["Discord", startDiscordCounter],
];
const WISH = { openedBy: "slack:U1", subject: null, priority: "medium", category: "general" } as const;

describe.each(STARTS)("two instances on one database, on %s", (_, start) => {
  let counter: Counter;
  beforeEach(async () => {
    counter = await start();
  });
  afterEach(() => counter.stop());

  const other = () => instanceOf({ ...counter, platforms: [counter.platform] });
  const refTo = (id: string) => ({ platform: counter.platform.name, channel: counter.channel, id });
  async function cards(): Promise<string[]> {
    const said = await counter.read(await threadOf(counter, "TCK-1"));
    return said.filter((text) => text.startsWith("TCK-1 · "));
  }

  test("a thread told to both at once has one ticket, one card and one announcement", async () => {
    const id = await counter.say("It fails.");
    const both = [counter.ticketing, other().ticketing];
    const opened = await Promise.all(both.map(({ opener }) => opener.onMessage(refTo(id), WISH)));
    expect(opened.map(({ ticket }) => ticket.ticketId)).toEqual(["TCK-1", "TCK-1"]);
    expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
    await Promise.all(both.map(({ cards: keeper }) => keeper.idle()));
    await Promise.all(both.map(roundOfTickets));
    expect(await cards()).toHaveLength(1);
    const [row] = await counter.db.read.run(
      (sql) => sql`select count(*)::int as n from ticket_events where action = 'opened'`,
    );
    expect(row).toEqual({ n: 1 });
  });

  test("a card whose program was killed after posting it is found again and not posted twice", async () => {
    const id = await counter.say("It fails.");
    await counter.ticketing.opener.onMessage(refTo(id), WISH);
    await counter.db.work.run((sql) => sql`update desk_tickets set card = null, shown = 0`);
    await counter.db.work.run(
      (sql) => sql`update ticket_posts set message = null, tried_at = now() - interval '2 minutes'`,
    );
    await roundOfTickets(other().ticketing);
    expect(await cards()).toHaveLength(1);
    expect((await counter.ticketing.desk.find("TCK-1")).card).not.toBeNull();
  });

  test("a card that another instance left behind is brought up to date", async () => {
    const id = await counter.say("It fails.");
    await counter.ticketing.opener.onMessage(refTo(id), WISH);
    await counter.ticketing.desk.act("TCK-1", { kind: "resolve" }, { actor: "slack:U1", key: "1" });
    expect(await cards()).toEqual([expect.stringContaining("TCK-1 · open")]);
    await roundOfTickets(other().ticketing);
    expect(await cards()).toEqual([expect.stringContaining("TCK-1 · resolved")]);
  });

  test("what was written while nobody listened is read when the connection is back", async () => {
    const id = await counter.say("It fails.");
    await counter.ticketing.opener.onMessage(refTo(id), WISH);
    const thread = await threadOf(counter, "TCK-1");
    counter.deafen();
    await counter.say("I look at it.", { author: counter.kim, thread });
    expect((await counter.ticketing.desk.find("TCK-1")).ticket.firstResponseAt).toBeNull();
    const later = other();
    await later.events.ready(counter.platform.name);
    expect((await later.ticketing.desk.find("TCK-1")).ticket.firstResponseAt).not.toBeNull();
  });

  test("webhooks that were given up are told to the team once a day, however many instances look", async () => {
    const settings = { ...USUAL, announceIn: { platform: counter.platform.name, channel: counter.channel } };
    const both = [0, 1].map(() => instanceOf({ ...counter, platforms: [counter.platform], settings }).ticketing);
    const rounds = () => Promise.all(both.map(roundOfTickets));
    await rounds();
    await counter.db.work.run(
      (sql) => sql`
        insert into webhook_deliveries (endpoint, row_no, ticket_id, occurred_at, message_id, attempts, outcome, ended_at)
        select 'e', n, 'TCK-1', now(), 'msg_' || n, 10, 'given up', now() from generate_series(1, 3) as n`,
    );
    await rounds();
    await rounds();
    const told = async () =>
      (await counter.read({ channel: counter.channel })).filter((text) => text.includes("webhook"));
    expect(await told()).toEqual([
      expect.stringContaining("3 changes of tickets could not be sent to a webhook: 10 attempts failed."),
    ]);
    counter.clock.passMinutes(1_440);
    await rounds();
    expect(await told()).toHaveLength(2);
  });

  test("of the team alone a reaction works on a ticket", async () => {
    const settings = {
      ...USUAL,
      team: [{ kind: "person", platform: counter.platform.name, id: counter.kim } as const],
    };
    const { ticketing, events } = instanceOf({ ...counter, platforms: [counter.platform], settings });
    const id = await counter.say("It fails.");
    await ticketing.opener.onMessage(refTo(id), WISH);
    counter.deafen();
    await counter.react(id, SEEN, counter.dana);
    await counter.react(id, DONE, counter.dana);
    await events.reactionsChanged(refTo(id));
    expect(await ticketing.desk.find("TCK-1")).toMatchObject({ assignee: null, ticket: { status: "open" } });
    await counter.react(id, DONE, counter.kim);
    await events.reactionsChanged(refTo(id));
    expect((await ticketing.desk.find("TCK-1")).ticket.status).toBe("resolved");
  });

  test("a new ticket is announced once, with a link", async () => {
    const announceIn = { platform: counter.platform.name, channel: counter.channel };
    const settings = { ...USUAL, announceIn };
    const { ticketing } = instanceOf({ ...counter, platforms: [counter.platform], settings });
    const id = await counter.say("It fails.");
    await ticketing.opener.onMessage(refTo(id), WISH);
    await ticketing.opener.onMessage(refTo(id), WISH);
    const said = (await counter.read({ channel: counter.channel })).filter((text) => text.includes("TCK-1 · medium"));
    expect(said).toEqual([expect.stringMatching(/It fails\..*Opened by .*http/)]);
  });
});

describe("in Discord", () => {
  let counter: DiscordCounter;
  beforeEach(async () => {
    counter = await startDiscordCounter();
  });
  afterEach(() => counter.stop());

  test("words that are withheld are said to be, and those that were chosen are kept", async () => {
    counter.fake.world.rooms.intents.messageContent = false;
    const id = await counter.say("It fails.");
    const [answer] = await counter.choose(id, counter.dana);
    expect(answer).toContain("TCK-1 is open.");
    expect(answer).toMatch(/Not all of the thread could be taken along\. Discord withholds.*DISCORD_MESSAGE_CONTENT/);
    expect((await counter.ticketing.desk.find("TCK-1")).ticket.subject).toBe("It fails.");
  });

  test("a locked thread is said to be locked, and its ticket can be worked on all the same", async () => {
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    const room = counter.fake.world.rooms.channel(id);
    room.isArchived = true;
    room.isLocked = true;
    const [answer] = await counter.choose(id, counter.dana);
    expect(answer).toContain("The thread is locked");
    expect(await counter.command("ticket resolve", { ticket: "TCK-1" }, counter.kim)).toContain("TCK-1 is resolved.");
    await counter.ticketing.cards.idle();
    const { revision, shown } = await counter.ticketing.desk.find("TCK-1");
    expect(shown).toBe(revision);
  });

  test("a ticket whose thread was deleted keeps what was said and is closed after silence", async () => {
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    counter.fake.world.closedChannels.set(id, "gone");
    await counter.ticketing.follower.catchUp(await counter.ticketing.desk.find("TCK-1"));
    await counter.command("ticket resolve", { ticket: "TCK-1" }, counter.kim);
    counter.clock.passMinutes(8 * 1_440);
    await roundOfTickets(counter.ticketing);
    expect((await counter.ticketing.desk.find("TCK-1")).ticket.status).toBe("closed");
    expect(await counter.command("ticket transcript", { ticket: "TCK-1" }, counter.kim)).toContain("It fails.");
  });

  test("who is not of the team works on no ticket", async () => {
    const settings = { ...USUAL, team: [{ kind: "person", platform: "discord", id: counter.kim } as const] };
    const { commands } = instanceOf({ ...counter, platforms: [counter.platform], settings });
    const asker = { platform: "discord", person: counter.dana, groups: [], standing: "member" } as const;
    const visit = { ...OPERATOR_VISIT, asker, commands, prefix: "/" };
    for (const line of ["ticket list", "ticket resolve TCK-1", "ticket transcript TCK-1", "ticket note TCK-1 x"])
      expect(await runText(line, visit), line).toMatchObject({ ok: false });
    expect(await runText("ticket list", { ...visit, asker: { ...asker, person: counter.kim } })).toMatchObject({
      ok: true,
    });
  });
});
