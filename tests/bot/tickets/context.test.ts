import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createGate, OPEN_GATE, OPERATOR_VISIT, type Gate } from "../../../src/bot/permission/gate.ts";
import { readRule, standingPolicy } from "../../../src/bot/permission/standing-policy.ts";
import type { Place } from "../../../src/bot/asker.ts";
import { runText } from "../../../src/bot/run-command.ts";
import { roundOfTickets } from "../../../src/bot/tickets/rounds.ts";
import { createIntake } from "../../../src/events/intake.ts";
import { createRoller } from "../../../src/metrics/rollup/roller.ts";
import { pseudonym, storeLink } from "../../../src/surveys/person-store.ts";
import type { TestDatabase } from "../../support/database.ts";
import { startSlack } from "../../support/slack/slack.ts";
import { SILENT } from "../../support/silent.ts";
import { workspace } from "../support/made-up-numbers.ts";
import { instanceOf, threadOf, type Counter } from "./counter.ts";
import { slackCounter } from "./slack-counter.ts";

const MONTH_AGO_DAYS = 30;

/** Who waits: their plan, what they pay, how they like it and what failed for them. */
async function tellOf(counter: Pick<Counter, "db" | "clock">): Promise<void> {
  const { db, clock } = counter;
  const ago = (minutes: number) => clock.now().subtract({ minutes }).toString();
  const paying = (team: string, amount: string) => ({
    type: "revenue",
    event: "subscription_started",
    subscription_id: `sub-${team}`,
    team_id: team,
    user_id: `u-${team}`,
    plan: "Workflow",
    amount,
    billing_period: "month",
    occurred_at: ago(MONTH_AGO_DAYS * 1_440),
  });
  const failure = (endpoint: string, minutes: number, who: object = { user_id: "u-umbrella" }) => ({
    type: "error",
    error_type: "Timeout",
    message: "it took too long",
    method: "POST",
    endpoint,
    ...who,
    occurred_at: ago(minutes),
  });
  const events = [
    paying("umbrella", "299.00"),
    paying("hooli", "1200.00"),
    { type: "nps", user_id: "u-umbrella", score: 9, occurred_at: ago(9 * 1_440) },
    { type: "nps", user_id: "u-umbrella", score: 4, occurred_at: ago(2 * 1_440) },
    ...Array.from({ length: 12 }, (_, index) => failure("/exports", index + 1)),
    failure("/users", 3, { user_id: "u-colleague", team_id: "umbrella" }),
    failure("/exports", 1_441),
    failure("/exports", 5, { user_id: "u-hooli" }),
  ];
  const intake = createIntake({ db, clock, workspace });
  const verdicts = await intake.accept(events, { source: "api" });
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(events.map(() => "accepted"));
  const inChat = { type: "nps", user_id: "u-umbrella", score: 0, occurred_at: ago(60) };
  await intake.accept([inChat], { source: "chat" });
  await createRoller({ db, clock, workspace, log: SILENT }).drain();
}

const ALL_OF_IT = /umbrella · Workflow \$299\/mo · NPS 4 \(.+?\) · 13 errors in 24 h, most on POST \/exports/;

const gateOf = (db: TestDatabase, ...rules: string[]): Gate =>
  createGate({
    db,
    standing: standingPolicy(
      [],
      rules.map(readRule).filter((rule) => rule !== null),
      [],
    ),
  });

describe("what is known of who waits", () => {
  let counter: Counter;
  beforeEach(async () => {
    const fake = await startSlack();
    counter = await slackCounter("http", fake)();
    fake.rooms.addPerson(counter.kim, { name: "kim", is_restricted: true });
    await tellOf(counter);
    const person = `slack:${counter.dana}`;
    await counter.db.work.run((sql) => storeLink(sql, { person, userId: "u-umbrella", linkedBy: "slack:U1" }));
  });
  afterEach(() => counter.stop());

  async function cardWith(gate: Gate): Promise<string> {
    const instance = instanceOf({ ...counter, platforms: [counter.platform], gate });
    const id = await counter.say("Export fails.");
    const wish = { openedBy: `slack:${counter.dana}`, subject: null, priority: "medium", category: "general" } as const;
    await instance.ticketing.opener.onMessage({ platform: "slack", channel: counter.channel, id }, wish);
    const said = await counter.read(await threadOf(counter, "TCK-1"));
    return said.find((text) => text.startsWith("TCK-1 · ")) ?? "no card";
  }

  test("a card shows it where it may be shown", async () => {
    expect(await cardWith(OPEN_GATE)).toMatch(ALL_OF_IT);
    expect((await counter.ticketing.desk.find("TCK-1")).userId).toBe("u-umbrella");
  });

  test("once a guest has written in the thread its card shows nothing of it, wherever it is", async () => {
    expect(await cardWith(OPEN_GATE)).toMatch(ALL_OF_IT);
    const thread = await threadOf(counter, "TCK-1");
    await counter.say("I have it too.", { author: counter.kim, thread });
    await counter.until(async () => (await counter.ticketing.desk.find("TCK-1")).messages === 2);
    await counter.ticketing.cards.idle();
    const [, card = ""] = await counter.read(thread);
    expect(card).toContain("(2 messages)");
    expect(card).not.toMatch(/umbrella|Workflow|299|NPS|errors/);
  });

  test("a pseudonym of surveys never stands beside the one whom it hides", async () => {
    const { db, clock } = counter;
    const person = `slack:${counter.dana}`;
    const hidden = pseudonym(person, "the secret of a database");
    await db.work.run((sql) => storeLink(sql, { person, userId: hidden, linkedBy: "slack:U1" }));
    const answer = { type: "nps", user_id: hidden, score: 2, occurred_at: clock.now().toString() };
    await createIntake({ db, clock, workspace }).accept([answer], { source: "chat" });
    const card = await cardWith(OPEN_GATE);
    const shown = await counter.command("ticket show", { ticket: "TCK-1" }, counter.dana);
    const view = await counter.ticketing.desk.find("TCK-1");
    expect(view.userId).toBeNull();
    expect(`${card}${shown}`).not.toMatch(/chat_|NPS/);
    const log = await db.read.run((sql) => sql`select user_no, metadata from ticket_events`);
    expect(JSON.stringify(log)).not.toContain("chat_");
  });

  test("whoever is linked after the opening is found all the same, and somebody whom nobody linked is nobody", async () => {
    await counter.db.work.run((sql) => sql`delete from person_links`);
    expect(await cardWith(OPEN_GATE)).not.toMatch(/umbrella|Workflow|NPS|errors/);
    const person = `slack:${counter.dana}`;
    await counter.db.work.run((sql) => storeLink(sql, { person, userId: "u-umbrella", linkedBy: "slack:U1" }));
    await counter.command("ticket priority", { priority: "high", ticket: "TCK-1" }, counter.dana);
    await counter.ticketing.cards.idle();
    const said = await counter.read(await threadOf(counter, "TCK-1"));
    expect(said.find((text) => text.startsWith("TCK-1 · high") || text.includes("high"))).toMatch(ALL_OF_IT);
  });

  test("in a channel that everyone can read a card shows nothing of it, unless a rule allows it there", async () => {
    const nothing = await cardWith(gateOf(counter.db));
    expect(nothing).toContain("Export fails.");
    expect(nothing).not.toMatch(/umbrella|Workflow|299|NPS|errors/);
    const open = gateOf(
      counter.db,
      `slack:${counter.channel} may names health`,
      `slack:${counter.channel} may show health`,
    );
    const other = instanceOf({ ...counter, platforms: [counter.platform], gate: open });
    await other.ticketing.desk.act("TCK-1", { kind: "prioritize", priority: "high" }, { actor: "slack:U1", key: "1" });
    await roundOfTickets(other.ticketing);
    const [, card = ""] = await counter.read(await threadOf(counter, "TCK-1"));
    expect(card).toContain("13 errors in 24 h, most on POST /exports");
    expect(card).not.toMatch(/umbrella|Workflow|299|NPS/);
  });

  test("show tells it to who may see it, and each part to who may see that part", async () => {
    await cardWith(gateOf(counter.db));
    const { commands } =
      counter.ticketing.platforms.length > 0 ? instanceOf({ ...counter, platforms: [] }) : expect.fail();
    const place: Place = { platform: "slack", channel: "D1", name: null, kind: "direct", thread: null };
    const shown = async (person: string, ...rules: string[]) => {
      const gate = gateOf(counter.db, ...rules);
      const asker = { platform: "slack", person, groups: [], standing: "member" } as const;
      const answer = await runText("ticket show TCK-1", {
        ...OPERATOR_VISIT,
        asker,
        place,
        gate,
        commands,
        prefix: "/",
      });
      return JSON.stringify([answer.message, answer.data]);
    };
    expect(await shown("UKIM")).toMatch(ALL_OF_IT);
    const kept = ["slack:UBOSS may ask revenue", "slack:UBOSS may names revenue"];
    expect(await shown("UBOSS", ...kept)).toMatch(ALL_OF_IT);
    const others = await shown("UKIM", ...kept);
    expect(others).toMatch(/NPS 4 .*13 errors/);
    expect(others).not.toMatch(/umbrella|Workflow|299/);
    expect(await shown("UKIM", "everyone may not names *")).not.toMatch(/umbrella|Workflow|299|NPS 4|errors in/);
    const rows = await counter.db.read.run(
      (sql) => sql<{ actor: string; shown: boolean }[]>`
        select actor, (detail ->> 'shown')::boolean as shown from audit_log where subject = 'ticket show'`,
    );
    expect(rows).toContainEqual({ actor: "slack:UBOSS", shown: true });
    expect(rows.every((row) => row.shown)).toBe(true);
  });
});

test("a queue goes by priority, MRR at risk and age, and by priority and age for who may not see what accounts pay", async () => {
  const counter = await slackCounter("http")();
  try {
    await tellOf(counter);
    const { ticketing, commands } = instanceOf({ ...counter, platforms: [] });
    for (const [userId, priority, subject] of [
      [null, "medium", "first"],
      ["u-umbrella", "medium", "second"],
      ["u-hooli", "medium", "third"],
      ["u-hooli", "low", "fourth"],
      [null, "urgent", "fifth"],
    ] as const) {
      const about = { thread: null, openedBy: "slack:U1", category: "general", userId, priority, subject } as const;
      await ticketing.desk.open(about);
      counter.clock.passMinutes(1);
    }
    const order = async (gate: Gate) => {
      const asker = { platform: "slack", person: "UKIM", groups: [], standing: "member" } as const;
      const place: Place = { platform: "slack", channel: "D1", name: null, kind: "direct", thread: null };
      const answer = await runText("ticket list", { ...OPERATOR_VISIT, asker, place, gate, commands, prefix: "/" });
      const ids = (answer.data as { ticket_id: string }[]).map(({ ticket_id }) => ticket_id);
      return { ids, text: JSON.stringify([answer.message, answer.data]) };
    };
    const seen = await order(gateOf(counter.db));
    expect(seen.ids).toEqual(["TCK-5", "TCK-3", "TCK-2", "TCK-1", "TCK-4"]);
    expect(seen.text).toMatch(/MRR.*\$1,200.*\$299/);
    const unseen = await order(gateOf(counter.db, "slack:UBOSS may names revenue"));
    expect(unseen.ids).toEqual(["TCK-5", "TCK-1", "TCK-2", "TCK-3", "TCK-4"]);
    expect(unseen.text).not.toMatch(/MRR|1,200|299/i);
  } finally {
    await counter.stop();
  }
});

test("the ticket that has waited longest is listed, however many have come since", async () => {
  const counter = await slackCounter("http")();
  try {
    const { db, clock } = counter;
    const events = Array.from({ length: 230 }, (_, index) => ({
      type: "ticket",
      action: "opened",
      ticket_id: `H-${index}`,
      subject: "Help",
      priority: index === 0 ? "urgent" : "low",
      occurred_at: clock
        .now()
        .subtract({ minutes: 230 - index })
        .toString(),
    }));
    await createIntake({ db, clock, workspace }).accept(events, { source: "api" });
    await createRoller({ db, clock, workspace, log: SILENT }).drain();
    const { commands } = instanceOf({ ...counter, platforms: [] });
    const { data } = await runText("ticket list", { ...OPERATOR_VISIT, commands, prefix: "" });
    const ids = (data as { ticket_id: string }[]).map(({ ticket_id }) => ticket_id);
    expect(ids).toEqual(Array.from({ length: 230 }, (_, index) => `H-${index}`));
  } finally {
    await counter.stop();
  }
});
