import { expect, test } from "vitest";
import { createIntake } from "../../src/events/intake.ts";
import { keepCard, noteShown, reserveTicket, staleCards } from "../../src/tickets/desk-store.ts";
import { listTickets, positionOf, readTickets, ticketOfThread } from "../../src/tickets/view-store.ts";
import { workspace } from "../events/support.ts";
import { createOffice, opening, said, START, THREAD } from "./office.ts";

const by = (key: string) => ({ actor: "slack:U_KIM", key });

test("forty clicks on one thread, on two instances, open one ticket", async () => {
  const { db, desk, anotherDesk } = await createOffice();
  const desks = [desk, anotherDesk()];
  const opened = await Promise.all(
    Array.from({ length: 40 }, (_, click) => (desks[click % 2] ?? desk).open(opening({ openedBy: `slack:U${click}` }))),
  );
  expect(new Set(opened.map(({ ticket }) => ticket.ticketId))).toEqual(new Set(["TCK-1"]));
  expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
  const [row] = await db.read.run((sql) => sql`select count(*)::int as events from ticket_events`);
  expect(row).toEqual({ events: 1 });
});

test("numbers have no gaps when threads are clicked twice and transactions fail", async () => {
  const { db, desk } = await createOffice();
  for (const thread of ["a", "a", "b"]) await desk.open(opening({ thread: { ...THREAD, thread } }));
  const failing = db.intake.transaction(async (sql) => {
    await reserveTicket(sql, { thread: { ...THREAD, thread: "c" }, openedBy: "slack:U1", opening: {} });
    throw new Error("the program ends here");
  });
  await expect(failing).rejects.toThrow("ends here");
  const { ticket } = await desk.open(opening({ thread: null }));
  expect(ticket.ticketId).toBe("TCK-3");
});

test("a ticket whose program was killed before the intake heard of it is opened later, once", async () => {
  const { db, desk } = await createOffice();
  await db.intake.transaction((sql) =>
    reserveTicket(sql, {
      thread: THREAD,
      openedBy: "slack:U1",
      opening: { type: "ticket", action: "opened", occurred_at: START.toString(), subject: "Export fails" },
    }),
  );
  await db.work.run((sql) => sql`update desk_tickets set created_at = now() - interval '1 minute'`);
  await Promise.all([desk.finishOpenings(), desk.finishOpenings()]);
  expect((await desk.find("TCK-1")).ticket).toMatchObject({ status: "open", subject: "Export fails" });
  expect((await desk.open(opening())).isNew).toBe(false);
});

test("an opening that the intake refuses does not hold up those after it", async () => {
  const { db, desk } = await createOffice();
  for (const [thread, action] of [
    ["a", "no such action"],
    ["b", "opened"],
  ] as const)
    await db.intake.transaction((sql) =>
      reserveTicket(sql, {
        thread: { ...THREAD, thread },
        openedBy: "slack:U1",
        opening: { type: "ticket", action, occurred_at: START.toString(), subject: "Export fails" },
      }),
    );
  await db.work.run((sql) => sql`update desk_tickets set created_at = now() - interval '1 minute'`);
  await expect(desk.finishOpenings()).rejects.toMatchObject({ status: 400 });
  expect((await desk.find("TCK-2")).ticket.status).toBe("open");
});

test("claiming, prioritising, resolving and reopening change the log, and doing so twice changes nothing more", async () => {
  const { desk, passMinutes } = await createOffice();
  await desk.open(opening());
  passMinutes(5);
  const claimed = await desk.act("TCK-1", { kind: "assign", assignee: "slack:U_KIM" }, by("1"));
  expect(claimed.ticket).toMatchObject({ assignee: "slack:U_KIM", ticket: { status: "in_progress" } });
  expect((await desk.act("TCK-1", { kind: "assign", assignee: "slack:U_KIM" }, by("2"))).hasChanged).toBe(false);
  await desk.act("TCK-1", { kind: "prioritize", priority: "urgent" }, by("3"));
  passMinutes(5);
  const resolved = await desk.act("TCK-1", { kind: "resolve" }, by("4"));
  expect(resolved.ticket.ticket).toMatchObject({ status: "resolved", priority: "urgent", category: "bug" });
  expect((await desk.act("TCK-1", { kind: "resolve" }, by("5"))).hasChanged).toBe(false);
  const reopened = await desk.act("TCK-1", { kind: "reopen" }, by("6"));
  expect(reopened.ticket.ticket.status).toBe("open");
});

test("one click told to two instances at once has one effect", async () => {
  const { db, desk, anotherDesk } = await createOffice();
  await desk.open(opening());
  await Promise.all([desk, anotherDesk()].map((one) => one.act("TCK-1", { kind: "resolve" }, by("the same click"))));
  const [row] = await db.read.run((sql) => sql`select count(*)::int as n from ticket_events where action = 'resolved'`);
  expect(row).toEqual({ n: 1 });
});

test("the first reply by the team is the first response; the customer's, the bot's and what was said before are not", async () => {
  const { desk, passMinutes, now } = await createOffice();
  await desk.open(
    opening({
      messages: [said("customer", START.subtract({ minutes: 9 })), said("agent", START.subtract({ minutes: 8 }))],
    }),
  );
  for (const [minutes, who] of [
    [1, "bot"],
    [1, "customer"],
    [3, "agent"],
    [9, "agent"],
  ] as const) {
    passMinutes(minutes);
    await desk.hear("TCK-1", said(who, now()));
  }
  await desk.hear("TCK-1", said("agent", START.subtract({ minutes: 8 }), { text: "edited", editedAt: now() }));
  const view = await desk.find("TCK-1");
  const response = START.add({ minutes: 5 }).epochNanoseconds / 1_000n;
  expect(view.ticket).toMatchObject({ firstResponseAt: response, status: "in_progress" });
  expect(view).toMatchObject({ messages: 5, lastMessage: { by: "agent" } });
});

test("an edit shows the newest text, and a deleted message loses it for good", async () => {
  const { db, desk } = await createOffice();
  await desk.open(opening());
  const first = said("customer", START);
  const edited = (text: string, seconds: number) => ({ ...first, text, editedAt: START.add({ seconds }) });
  await desk.hear("TCK-1", edited("newest", 20));
  await desk.hear("TCK-1", edited("an older edit that comes late", 10));
  const texts = () => db.read.run((sql) => sql`select text, deleted_at is not null as gone from ticket_messages`);
  expect(await texts()).toEqual([{ text: "newest", gone: false }]);
  await desk.hear("TCK-1", { ...first, isDeleted: true });
  await desk.hear("TCK-1", edited("after the deletion", 30));
  expect(await texts()).toEqual([{ text: "", gone: true }]);
});

test("words that PostgreSQL cannot keep and words without an end are kept as far as they can be", async () => {
  const { db, desk } = await createOffice();
  const { ticket } = await desk.open(opening({ subject: `a\0b\uD800c${"x".repeat(600)}` }));
  expect(ticket.ticket.subject).toMatch(/^a\uFFFDb\uFFFDcx+…$/u);
  await desk.hear("TCK-1", said("customer", START, { text: `${"😀".repeat(5_000)}end` }));
  const [row] = await db.read.run((sql) => sql<{ text: string }[]>`select text from ticket_messages`);
  expect(row?.text).toHaveLength(9_999);
});

test("the list shows at once what was just done, pages without loss, and finds a thread's ticket", async () => {
  const { db, desk, passMinutes } = await createOffice();
  for (const thread of ["1", "2", "3", "4", "5"]) {
    await desk.open(opening({ thread: { ...THREAD, thread } }));
    if (thread !== "3") passMinutes(1);
  }
  await desk.act("TCK-2", { kind: "resolve" }, by("1"));
  const open = { statuses: ["open", "in_progress"], limit: 2 } as const;
  const first = await db.read.run((sql) => listTickets(sql, open));
  const last = first.at(-1);
  const second = await db.read.run((sql) =>
    listTickets(sql, last === undefined ? open : { ...open, after: positionOf(last) }),
  );
  expect([...first, ...second].map(({ ticketId }) => ticketId)).toEqual(["TCK-5", "TCK-4", "TCK-3", "TCK-1"]);
  expect(await db.read.run((sql) => ticketOfThread(sql, { ...THREAD, thread: "4" }))).toBe("TCK-4");
});

test("a ticket that came over HTTP can be worked on too", async () => {
  const { db, desk, now } = await createOffice();
  const clock = { now };
  const event = { type: "ticket", id: "1", action: "opened", ticket_id: "H-1", user_id: "u_9", subject: "Refund" };
  await createIntake({ db, clock, workspace }).accept([event], { source: "api" });
  await desk.act("H-1", { kind: "assign", assignee: "discord:5" }, by("1"));
  const [view] = await db.read.run((sql) => readTickets(sql, ["H-1"]));
  expect(view).toMatchObject({ userId: "u_9", thread: null, assignee: "discord:5", ticket: { status: "in_progress" } });
  await expect(desk.act("H-2", { kind: "resolve" }, by("1"))).rejects.toMatchObject({ code: "unknown_ticket" });
});

test("a card is posted once and is stale until it shows the newest revision", async () => {
  const { db, desk } = await createOffice();
  const run = db.intake.run.bind(db.intake);
  await desk.open(opening());
  expect(await run(staleCards)).toEqual(["TCK-1"]);
  expect(await run((sql) => keepCard(sql, "TCK-1", "msg-1"))).toBe(true);
  expect(await run((sql) => keepCard(sql, "TCK-1", "msg-2"))).toBe(false);
  const { revision } = await desk.find("TCK-1");
  await run((sql) => noteShown(sql, "TCK-1", revision));
  expect(await run(staleCards)).toEqual([]);
  await desk.act("TCK-1", { kind: "promise", dueAt: START.add({ hours: 2 }) }, by("1"));
  await run((sql) => noteShown(sql, "TCK-1", revision));
  expect(await run(staleCards)).toEqual(["TCK-1"]);
});
