import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { DONE, SEEN, TICKET } from "../../../src/bot/emoji.ts";
import { OPERATOR_VISIT } from "../../../src/bot/permission/gate.ts";
import { createTerminal } from "../../../src/bot/platforms/terminal/terminal.ts";
import { runWords } from "../../../src/bot/run-command.ts";
import { createRoller } from "../../../src/metrics/rollup/roller.ts";
import type { Ticketing } from "../../../src/bot/tickets/ticketing.ts";
import { SILENT } from "../../support/silent.ts";
import { workspace } from "../support/made-up-numbers.ts";
import { roundOfTickets } from "../../../src/bot/tickets/rounds.ts";
import type { TicketStatus } from "../../../src/tickets/ticket-log.ts";
import { instantOf } from "../../../src/tickets/ticket-view.ts";
import {
  freshDatabase,
  instanceOf,
  movableClock,
  threadOf,
  USUAL,
  type Counter,
  type Post,
  type StartCounter,
} from "./counter.ts";
import { startDiscordCounter } from "./discord-counter.ts";
import { slackCounter } from "./slack-counter.ts";

const STARTS: readonly (readonly [string, StartCounter])[] = [
  ["Slack over a socket", slackCounter("socket")],
  ["Slack over HTTP", slackCounter("http")],
  ["Discord", startDiscordCounter],
];

describe.each(STARTS)("tickets in %s", (_, start) => {
  let counter: Counter;
  beforeEach(async () => {
    counter = await start();
  });
  afterEach(() => counter.stop());

  const find = (ticketId = "TCK-1") => counter.ticketing.desk.find(ticketId);
  const statusOf = async () => (await find()).ticket.status;
  const becomes = (status: TicketStatus) => counter.until(async () => (await statusOf()) === status);
  async function cards(): Promise<string[]> {
    await counter.ticketing.cards.idle();
    const said = await counter.read(await threadOf(counter, "TCK-1"));
    return said.filter((text) => text.startsWith("TCK-1 · "));
  }

  test("a ticket lives from its opening to its resolution in its thread, on one card", async () => {
    const id = await counter.say("Export fails with 500 for large teams\nSince this morning.");
    expect(await counter.choose(id, counter.dana)).toEqual([expect.stringContaining("TCK-1 is open.")]);
    expect(await cards()).toEqual([
      expect.stringMatching(
        /TCK-1 · open · medium · general .*Export fails with 500 for large teams.*\(1 message\).*nobody yet/,
      ),
    ]);
    expect(await counter.press("Claim", "TCK-1", counter.kim)).toContain("TCK-1 is yours.");
    expect(await counter.press("Priority", "TCK-1", counter.kim)).toContain("TCK-1 is medium. What is it?");
    expect(await counter.command("ticket priority", { priority: "urgent", ticket: "TCK-1" }, counter.kim)).toContain(
      "TCK-1 is urgent now.",
    );
    expect(await counter.command("ticket note", { text: "TCK-1 looks like the index" }, counter.kim)).toContain(
      "Noted",
    );
    expect(await cards()).toEqual([expect.stringMatching(/TCK-1 · in progress · urgent · general .*@/)]);
    expect(await counter.command("ticket list", {}, counter.kim)).toMatch(/TCK-1.*urgent.*in progress.*Export fails/);
    expect(await counter.command("ticket mine", {}, counter.kim)).toContain("TCK-1");
    expect(await counter.command("ticket mine", {}, counter.dana)).toContain("No open ticket is yours.");
    expect(await counter.command("ticket show", { ticket: "tck-1" }, counter.kim)).toContain("looks like the index");
    expect(await counter.press("Resolve", "TCK-1", counter.kim)).toContain("TCK-1 is resolved.");
    expect(await cards()).toEqual([expect.stringMatching(/TCK-1 · resolved · urgent .*Reopen/)]);
    expect(await counter.press("Reopen", "TCK-1", counter.kim)).toContain("TCK-1 is open again.");
    expect(await statusOf()).toBe("open");
  });

  test("the form of a message holds its words, and what is sent decides", async () => {
    const id = await counter.say("Export fails with 500 for large teams\nSince this morning.");
    const { held, answer } = await counter.fill(id, counter.kim, { priority: "high", category: "bug" });
    expect(held).toEqual({
      subject: "Export fails with 500 for large teams",
      priority: "medium",
      category: "general",
      details: "Export fails with 500 for large teams\nSince this morning.",
    });
    expect(answer).toContain("TCK-1 is open.");
    expect((await find()).ticket).toMatchObject({ priority: "high", category: "bug", subject: held["subject"] });
    const again = await counter.fill(id, counter.kim, { subject: "Something else", priority: "low" });
    expect(again.answer).toContain("This thread has its ticket already: TCK-1.");
    expect((await find()).ticket).toMatchObject({ priority: "high", subject: held["subject"] });
  });

  test("an opening without words in its subject takes the first line of the thread", async () => {
    const id = await counter.say("It fails.");
    await counter.fill(id, counter.dana, { subject: "", details: "" });
    expect((await find()).ticket.subject).toBe("It fails.");
  });

  test("twelve clicks at once and a reaction open one ticket with one card", async () => {
    const id = await counter.say("It fails.");
    await counter.react(id, TICKET, counter.kim);
    const answers = await counter.choose(id, counter.dana, 12);
    expect(answers.every((answer) => answer.includes("TCK-1"))).toBe(true);
    await counter.until(async () => (await cards()).length === 1);
    const [row] = await counter.db.read.run((sql) => sql`select count(*)::int as n from desk_tickets`);
    expect(row).toEqual({ n: 1 });
    expect(await cards()).toHaveLength(1);
  });

  test("the ticket emoji opens a ticket, eyes claim it and a tick resolves it, once", async () => {
    const id = await counter.say("It fails.");
    await counter.react(id, TICKET, counter.dana);
    await counter.until(async () => (await counter.ticketing.desk.list({ statuses: ["open"], limit: 5 })).length === 1);
    await counter.react(id, SEEN, counter.kim);
    await counter.until(async () => (await find()).assignee === `${counter.platform.name}:${counter.kim}`);
    await counter.react(id, DONE, counter.kim);
    await becomes("resolved");
    await counter.command("ticket reopen", { ticket: "TCK-1" }, counter.kim);
    await counter.react(id, "👍", counter.dana);
    await counter.react(id, SEEN, counter.dana);
    expect(await statusOf()).toBe("open");
  });

  test("the team's first answer is the first response, and the customer's word opens the ticket again", async () => {
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    const thread = await threadOf(counter, "TCK-1");
    await counter.say("Anybody there?", { thread });
    await counter.until(async () => (await find()).messages === 2);
    expect((await find()).ticket.firstResponseAt).toBeNull();
    const answer = await counter.say("I look at it.", { author: counter.kim, thread });
    await counter.until(async () => (await find()).messages === 3);
    const said = await counter.platform.readThread(thread);
    const at = said.ok ? said.value.messages.find((message) => message.id === answer)?.at : undefined;
    const { ticket, openedAt } = await find();
    // Slack's emulator tells whole seconds; nothing is answered before it was asked.
    const byHand = Math.max(at?.epochMilliseconds ?? 0, openedAt.epochMilliseconds);
    expect(instantOf(ticket.firstResponseAt ?? 0n).epochMilliseconds).toBe(byHand);
    await counter.command("ticket resolve", { ticket: "TCK-1" }, counter.kim);
    await counter.say("It happens again.", { thread });
    await becomes("open");
  });

  test("what is edited and deleted in the thread is so in the transcript", async () => {
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    const thread = await threadOf(counter, "TCK-1");
    const [one, other] = [await counter.say("secret", { thread }), await counter.say("with 500", { thread })];
    await counter.until(async () => (await find()).messages === 3);
    await counter.rewrite(other, "with 502", { thread });
    await counter.takeBack(one, { thread });
    await counter.until(async () => {
      const { messages } = await counter.ticketing.desk.conversation("TCK-1");
      return messages.some(({ text }) => text === "with 502") && messages.some(({ isDeleted }) => isDeleted);
    });
    const transcript = await counter.command("ticket transcript", { ticket: "TCK-1" }, counter.kim);
    expect(transcript).toMatch(/with 502.*edited/);
    expect(transcript).not.toContain("secret");
  });

  test("a thread of 350 messages is taken whole, over all pages, also when the platform asks to wait", async () => {
    const id = await counter.say("message 0");
    const begun = await counter.platform.startThread(
      { platform: counter.platform.name, channel: counter.channel, id },
      "a thread",
    );
    const thread = begun.ok ? begun.value : null;
    if (thread === null) throw new Error("no thread");
    for (let index = 1; index < 350; index += 1) await counter.say(`message ${index}`, { thread });
    counter.makeBusy();
    await counter.choose(id, counter.kim);
    const { messages } = await counter.ticketing.desk.conversation("TCK-1");
    const people = messages.filter(({ by }) => by !== "bot");
    expect(people.map(({ text }) => text)).toEqual(Array.from({ length: 350 }, (__, index) => `message ${index}`));
  });

  test("mentions, links, markup and 10,000 characters in subjects and threads neither ping nor break nor leak", async () => {
    const hostile =
      "@everyone <!channel> <@U1> <@&5> **bold** `code` ~~~ [a](http://evil.example) <http://evil.example|b>";
    const longest = counter.platform.name === "slack" ? 10_000 : 2_000;
    const id = await counter.say(`${hostile} ${"x".repeat(longest - hostile.length - 1)}`);
    await counter.choose(id, counter.dana);
    const thread = await threadOf(counter, "TCK-1");
    await counter.say(`${hostile} ${"z".repeat(longest - hostile.length - 1)}`, { thread });
    await counter.until(async () => (await find()).messages === 2);
    await counter.command("ticket note", { text: `TCK-1 ${hostile} ${"y".repeat(2_500)}` }, counter.kim);
    const secret = await counter.say("hunter2 is my password", { thread });
    await counter.until(async () => (await find()).messages === 3);
    await counter.takeBack(secret, { thread });
    await counter.until(async () => (await find()).messages === 2);
    const answers: string[] = [];
    for (const line of ["list", "show", "transcript"])
      answers.push(await counter.command(`ticket ${line}`, line === "list" ? {} : { ticket: "TCK-1" }, counter.kim));
    for (const answer of answers) expect(answer).toMatch(/everyone.*bold/);
    expect(answers.join()).toMatch(/zzz/);
    expect(answers.join()).not.toContain("hunter2");
    expect(await cards()).toEqual([expect.stringContaining("bold")]);
    for (const { wire } of counter.posts()) {
      expect(wire).not.toMatch(/hunter2|"type":"mrkdwn"|<!channel>.*"type":"mrkdwn"/);
      if (counter.platform.name === "discord") expect(wire).toContain('"allowed_mentions":{"parse":[]}');
      else expect(JSON.parse(wire)).toMatchObject({ text: expect.not.stringMatching(/<[!@#]/) });
    }
  });

  test("it writes one card and one warning into the thread, one announcement to the team, and to nobody else", async () => {
    const announceIn = { platform: counter.platform.name, channel: counter.channel };
    const told = instanceOf({ ...counter, platforms: [counter.platform], settings: { ...USUAL, announceIn } });
    const id = await counter.say("It fails.");
    const wish = { openedBy: `${counter.platform.name}:${counter.dana}`, subject: null } as const;
    await told.ticketing.opener.onMessage(
      { platform: counter.platform.name, channel: counter.channel, id },
      { ...wish, priority: "medium", category: "general" },
    );
    const thread = await threadOf(counter, "TCK-1");
    await counter.say("Any news?", { thread });
    await counter.say("I look at it.", { author: counter.kim, thread });
    await counter.until(async () => (await find()).messages === 3);
    for (const line of ["claim", "resolve", "reopen"])
      await counter.command(`ticket ${line}`, { ticket: "TCK-1" }, counter.kim);
    await counter.command("ticket note", { text: "TCK-1 between us" }, counter.kim);
    counter.clock.passMinutes(71 * 60);
    await roundOfTickets(told.ticketing);
    await counter.command("ticket resolve", { ticket: "TCK-1" }, counter.kim);
    counter.clock.passMinutes(8 * 1_440);
    await roundOfTickets(told.ticketing);
    await told.ticketing.cards.idle();
    await counter.ticketing.cards.idle();
    expect(await statusOf()).toBe("closed");
    const inThread = ({ channel, thread: own }: Post) => own === thread.thread || channel === thread.thread;
    const posts = counter.posts();
    const places = posts.map((post) => (inThread(post) ? "thread" : post.channel));
    expect(places.toSorted()).toEqual([counter.channel, "thread", "thread"].toSorted());
    expect(posts.map(({ wire }) => wire).join()).not.toContain("between us");
  });

  test("a thread is warned once before a target is broken, and silence closes what is resolved", async () => {
    const id = await counter.say("It fails.");
    await counter.choose(id, counter.dana);
    const thread = await threadOf(counter, "TCK-1");
    await roundOfTickets(counter.ticketing);
    counter.clock.passMinutes(7 * 60);
    await Promise.all([roundOfTickets(counter.ticketing), roundOfTickets(counter.ticketing)]);
    await roundOfTickets(counter.ticketing);
    const warnings = (await counter.read(thread)).filter((text) => text.includes("first response is due"));
    expect(warnings).toEqual([expect.stringContaining("in 59 min. It is nobody's yet.")]);
    await counter.command("ticket resolve", { ticket: "TCK-1" }, counter.kim);
    counter.clock.passMinutes(6 * 1_440);
    await roundOfTickets(counter.ticketing);
    expect(await statusOf()).toBe("resolved");
    counter.clock.passMinutes(2 * 1_440);
    await roundOfTickets(counter.ticketing);
    expect(await statusOf()).toBe("closed");
  });
});

/** A desk at which the same things are done, wherever people are. */
interface Desk {
  readonly ticketing: Ticketing;
  readonly db: Counter["db"];
  readonly clock: Counter["clock"];
  /** Opens the ticket, high and a bug, and answers what is said. */
  open(subject: string): Promise<string>;
  command(path: string, options: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

async function startTerminal(): Promise<Desk> {
  const db = await freshDatabase();
  const clock = movableClock();
  const { commands, ticketing } = instanceOf({ db, clock, platforms: [] });
  const ask = async (words: readonly string[]) => {
    const shown: string[] = [];
    const terminal = createTerminal({ write: (text) => void shown.push(text), columns: 100, colour: false });
    const { message } = await runWords(words, { ...OPERATOR_VISIT, commands, prefix: terminal.prefix });
    await terminal.show(message);
    return shown.join("").replaceAll(/\s+/g, " ");
  };
  return {
    db,
    clock,
    ticketing,
    open: (subject) => ask(["ticket", "open", subject, "--priority", "high", "--category=bug"]),
    command: (path, options) =>
      ask([...path.split(" "), ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)]),
    stop: async () => {},
  };
}

const inChat = (start: StartCounter) => async (): Promise<Desk> => {
  const counter = await start();
  const { ticketing, db, clock } = counter;
  return {
    ticketing,
    db,
    clock,
    async open(subject) {
      const id = await counter.say(subject);
      return (await counter.fill(id, counter.dana, { priority: "high", category: "bug" })).answer;
    },
    command: (path, options) => counter.command(path, options, counter.kim),
    stop: () => counter.stop(),
  };
};

const EVERYWHERE = [
  ...STARTS.map(([name, start]) => [name, inChat(start)] as const),
  ["the terminal", startTerminal] as const,
];

test("in the terminal a ticket is found wherever its id stands, and none is opened without a word", async () => {
  const db = await freshDatabase();
  const { commands } = instanceOf({ db, clock: movableClock(), platforms: [] });
  const said = async (...words: readonly string[]) => {
    const { message } = await runWords(words, { ...OPERATOR_VISIT, commands, prefix: "npm run cli -- " });
    return JSON.stringify(message);
  };
  expect(await said("ticket", "open")).toContain(
    "Say what the ticket is about. Write `npm run cli -- ticket open the export fails`.",
  );
  expect(await said("ticket", "list")).toContain("No ticket is open.");
  expect(await said("ticket", "open", "Export fails")).toContain("TCK-1 is open.");
  expect(await said("ticket", "note", "called them back", "TCK-1")).toContain("Noted at TCK-1.");
  expect(await said("ticket", "note", "TCK-1", "called again")).toContain("Noted at TCK-1.");
  expect(await said("ticket", "note", "once more", "--ticket", "tck-1")).toContain("Noted at TCK-1.");
  expect(await said("ticket", "priority", "TCK-1", "urgent")).toContain("TCK-1 is urgent now.");
  expect(await said("ticket", "note", "TCK-1")).toContain("The note says nothing.");
  const notes = await db.read.run((sql) => sql<{ text: string }[]>`select text from ticket_notes order by note_no`);
  expect(notes.map(({ text }) => text)).toEqual(["called them back", "called again", "once more"]);
});

test.each(EVERYWHERE)("the same words have the same answers and the same log in %s", async (_, start) => {
  const desk = await start();
  onTestFinished(() => desk.stop());
  const ticket = { ticket: "TCK-1" };
  expect(await desk.open("Export fails")).toContain("TCK-1 is open.");
  expect(await desk.command("ticket list", {})).toMatch(/TCK-1.*high.*open.*nobody.*Export fails/);
  expect(await desk.command("ticket claim", ticket)).toContain("TCK-1 is yours.");
  expect(await desk.command("ticket claim", ticket)).toContain("TCK-1 is yours already.");
  expect(await desk.command("ticket priority", { priority: "urgent", ...ticket })).toContain("TCK-1 is urgent now.");
  expect(await desk.command("ticket category", { category: "billing", ...ticket })).toContain("TCK-1 is billing now.");
  expect(await desk.command("ticket note", { text: "looks like the index", ...ticket })).toContain("Noted at TCK-1");
  expect(await desk.command("ticket mine", {})).toMatch(/TCK-1.*urgent.*in progress/);
  expect(await desk.command("ticket show", ticket)).toMatch(
    /TCK-1 · in progress · urgent · billing.*Export fails.*looks like the index/,
  );
  expect(await desk.command("ticket resolve", ticket)).toContain("TCK-1 is resolved.");
  expect(await desk.command("ticket resolve", ticket)).toContain("TCK-1 was resolved before.");
  expect(await desk.command("ticket reopen", ticket)).toContain("TCK-1 is open again.");
  expect(await desk.command("ticket close", ticket)).toContain("TCK-1 is closed.");
  expect(await desk.command("ticket list", {})).toContain("No ticket is open.");
  expect(await desk.command("ticket list", { status: "closed" })).toContain("TCK-1");
  expect(await desk.command("ticket resolve", { ticket: "TCK-9" })).toContain("There is no such ticket.");
  const log = await desk.db.read.run(
    (sql) => sql<{ action: string }[]>`select action from ticket_events order by occurred_at, row_no`,
  );
  expect(log.map(({ action }) => action)).toEqual([
    "opened",
    "assigned",
    "prioritized",
    "prioritized",
    "resolved",
    "reopened",
    "closed",
  ]);
  const hours =
    Number(
      ((await desk.ticketing.desk.find("TCK-1")).ticket.firstResolvedAt ?? 0n) -
        (await desk.ticketing.desk.find("TCK-1")).ticket.openedAt,
    ) / 3_600_000_000;
  desk.clock.passMinutes(2 * 1_440);
  await createRoller({ db: desk.db, clock: desk.clock, workspace, log: SILENT }).drain();
  const overview = await desk.ticketing.overviews.supportOverview(7);
  expect(overview).toMatchObject({
    opened: 1,
    status: { open: 0, in_progress: 0, resolved: 0, closed: 1 },
    priority: { urgent: 1, high: 0, medium: 0, low: 0 },
    by_category: { billing: 1, bug: 0 },
  });
  expect(overview.resolution_hours.median).toBeCloseTo(hours, 6);
  expect(await desk.command("ticket stats", { days: "7" })).toContain("0 open, 0 in progress, 0 resolved, 1 closed");
});

test("numbers go on without gaps, whatever was clicked twice or opened elsewhere", async () => {
  const desk = await startTerminal();
  const opened = [];
  for (const subject of ["one", "two", "three"]) opened.push(await desk.open(subject));
  expect(opened.map((said) => /TCK-\d+/.exec(said)?.[0])).toEqual(["TCK-1", "TCK-2", "TCK-3"]);
  expect(await desk.command("ticket resolve", {})).toContain("Say which ticket");
});
