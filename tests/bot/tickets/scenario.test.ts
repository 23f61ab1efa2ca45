import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DONE, SEEN, TICKET } from "../../../src/bot/emoji.ts";
import { roundOfTickets } from "../../../src/bot/tickets/rounds.ts";
import type { TicketStatus } from "../../../src/tickets/ticket-log.ts";
import { instantOf } from "../../../src/tickets/ticket-view.ts";
import { threadOf, type Counter, type StartCounter } from "./counter.ts";
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

  test("a thread of 350 messages is taken whole", async () => {
    const id = await counter.say("message 0");
    const begun = await counter.platform.startThread(
      { platform: counter.platform.name, channel: counter.channel, id },
      "a thread",
    );
    const thread = begun.ok ? begun.value : null;
    if (thread === null) throw new Error("no thread");
    for (let index = 1; index < 350; index += 1) await counter.say(`message ${index}`, { thread });
    await counter.choose(id, counter.kim);
    const { messages } = await counter.ticketing.desk.conversation("TCK-1");
    const people = messages.filter(({ by }) => by !== "bot");
    expect(people.map(({ text }) => text)).toEqual(Array.from({ length: 350 }, (__, index) => `message ${index}`));
  });

  test("mentions, markup and 10,000 characters neither ping nor break", async () => {
    const id = await counter.say(`@everyone <!channel> **bold** \`code\` <@U1> ${"x".repeat(1_500)}`);
    await counter.choose(id, counter.dana);
    const thread = await threadOf(counter, "TCK-1");
    expect(await cards()).toHaveLength(1);
    await counter.command("ticket note", { text: `TCK-1 <!here> ${"y".repeat(2_500)}` }, counter.kim);
    expect(await counter.command("ticket show", { ticket: "TCK-1" }, counter.kim)).toContain("TCK-1");
    await counter.say("z".repeat(counter.platform.name === "slack" ? 10_000 : 2_000), { thread });
    await counter.until(async () => (await find()).messages === 2);
    expect(await counter.command("ticket transcript", { ticket: "TCK-1" }, counter.kim)).toContain("zzz");
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
