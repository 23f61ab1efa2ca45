import { expect, test } from "vitest";
import { hiddenId, holdsEmailAddress, keptId, tidyId } from "../../src/events/outside-id.ts";
import { createVoider } from "../../src/events/void.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { API, AT, codes, countOf, fixedClock, intakeOn, request, rowsOf, workspace } from "./support.ts";

const signup = (user_id: string) => ({ type: "signup", user_id });

async function usersOf(db: TestDatabase): Promise<unknown[]> {
  return (await rowsOf(db, "select user_id from users order by user_no")).map(({ user_id }) => user_id);
}

test.each([
  ["kim", " kim\t"],
  ["kim", "\u200Bkim\uFEFF"],
  ["kim", "\u2060\u00A0kim\u200D"],
  ["Zoë", "Zoe\u0308"],
  ["a b", "a b "],
  ["Kim", "Kim"],
])("%o is the same id as %o", (kept, sent) => {
  expect(tidyId(sent)).toBe(kept);
});

test.each([
  "kim@example.com",
  " kim@example.com",
  "Kim <kim@example.com>",
  "mailto:kim@example.com",
  "kim@localhost",
  "kim%40example.com",
  "kim＠example.com",
  "team/kim@example.com/1",
  "kim@[127.0.0.1]",
  "kim@\u200Bexample.com",
  "Жанна@пример.рф",
  "𝓀@example.com",
])("%o holds an e-mail address", (id) => {
  expect(holdsEmailAddress(id)).toBe(true);
});

test.each(["kim", "@kim", "kim@", "meet @ noon", "@scope/package", "50%", "a@", "<@>", ""])(
  "%o holds no e-mail address",
  (id) => {
    expect(holdsEmailAddress(id)).toBe(false);
  },
);

test("an address is hidden whatever its case and the space around it, and wherever in the id it stands", () => {
  const hidden = hiddenId("kim@example.com", "secret");
  expect(keptId(" Kim@Example.com\n", "secret")).toBe(hidden);
  expect(keptId("Kim <kim@example.com>", "secret")).toMatch(/^email_[\w-]{43}$/);
  expect(keptId("Kim <kim@example.com>", "secret")).not.toBe(hidden);
  expect(keptId(" kim ", "secret")).toBe("kim");
});

test("one person sent with white space, zero-width characters and in another Unicode form is one", async () => {
  const db = await createTestDatabase();
  await intakeOn(db).accept(["Zoë", " Zoë", "Zoë\u200B", "Zoe\u0308"].map(signup), API);
  expect(await usersOf(db)).toEqual(["Zoë"]);
});

test("a placeholder is nobody on a request or an error, and refused elsewhere", async () => {
  const db = await createTestDatabase();
  const names = ["undefined", "NULL", " none ", "NaN", "[object Object]", "Anonymous", "", "\u200B"];
  const zero = "00000000-0000-0000-0000-000000000000";
  const all = [...names, zero];
  const requests = await intakeOn(db).accept(
    all.map((user_id) => request(undefined, { user_id, team_id: user_id })),
    API,
  );
  expect(new Set(codes(requests))).toEqual(new Set(["accepted"]));
  const error = { type: "error", error_type: "E", message: "m", user_id: "undefined" };
  const elsewhere = await intakeOn(db).accept([error, ...all.map(signup)], API);
  expect(codes(elsewhere)).toEqual(["accepted", ...all.map(() => "placeholder_id")]);
  expect(await countOf(db, "users")).toBe(0);
  expect(await countOf(db, "teams")).toBe(0);
});

const ADDRESS = "kim@example.com";

test("no id that is kept as text holds an e-mail address", async () => {
  const db = await createTestDatabase();
  const id = `Kim <${ADDRESS}>`;
  const events = [
    { type: "revenue", id: `r ${ADDRESS}`, event: "subscription_started", team_id: id, subscription_id: id },
    { type: "agent_session", id: `s ${ADDRESS}`, action: "started", user_id: id, session_id: id, agent_id: id },
    { type: "ticket", id: `t ${ADDRESS}`, action: "opened", ticket_id: id, user_id: id, subject: "help" },
    { type: "track", id: `n ${ADDRESS}`, name: "n", user_id: ` ${ADDRESS}` },
  ];
  expect(codes(await intakeOn(db).accept(events, API))).toEqual(events.map(() => "accepted"));
  const tables = ["users", "teams", "revenue_events", "agent_session_events", "ticket_events", "track_events", "dirty"];
  for (const table of tables) {
    const [all] = await rowsOf(db, `select string_agg(${table}::text, ' ') as text from ${table}`);
    expect(all?.["text"], table).not.toContain("example.com");
  }
  expect(codes(await intakeOn(db).accept(events, API))).toEqual(events.map(() => "duplicate"));
});

test("an event whose id holds an e-mail address can be taken back by it", async () => {
  const db = await createTestDatabase();
  await intakeOn(db).accept([{ ...signup("u"), id: `signup ${ADDRESS}`, occurred_at: AT }], API);
  const voider = createVoider({ db, clock: fixedClock, workspace });
  const wish = { source: "api", id: `signup ${ADDRESS}`, reason: "a test", actor: "key k1" };
  expect(await voider.voidEvent(wish)).toEqual({ type: "signup", changed: true });
  const [entry] = await rowsOf(db, "select audit_log::text as text from audit_log");
  expect(entry?.["text"]).not.toContain("example.com");
});

test("a person whom an earlier version kept under another form of their id stays the same person", async () => {
  const db = await createTestDatabase();
  const kept = ["kim@localhost", " Bo", "u1 ", "u1"];
  for (const id of kept) await db.work.run((sql) => sql`insert into users (user_id) values (${id})`);
  await intakeOn(db).accept(["kim@localhost", " Bo", "u1 ", "u1", "Bo"].map(signup), API);
  const rows = await rowsOf(db, "select user_no, user_id from users order by user_no");
  expect(rows).toEqual([
    { user_no: 1, user_id: expect.stringMatching(/^email_/) as string },
    { user_no: 2, user_id: "Bo" },
    { user_no: 3, user_id: "u1 " },
    { user_no: 4, user_id: "u1" },
  ]);
  const people = await rowsOf(db, "select user_no from signups order by row_no");
  expect(people.map(({ user_no }) => user_no)).toEqual([1, 2, 4, 4, 2]);
});

test("a subscription, session or ticket that an earlier version kept under the id as it was sent goes on", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  const id = `order of ${ADDRESS}`;
  const before = [
    {
      type: "revenue",
      event: "subscription_started",
      team_id: "acme",
      subscription_id: "x",
      amount: 1,
      occurred_at: AT,
    },
    { type: "agent_session", action: "started", user_id: "u", session_id: "x", occurred_at: AT },
    { type: "ticket", action: "opened", ticket_id: "x", subject: "help", occurred_at: AT },
  ];
  await intake.accept(before, API);
  const kept = [
    ["revenue_events", "subscription_id"],
    ["agent_session_events", "session_id"],
    ["ticket_events", "ticket_id"],
  ] as const;
  for (const [table, column] of kept) await db.work.run((sql) => sql`update ${sql(table)} set ${sql(column)} = ${id}`);
  await db.work.run((sql) => sql`delete from dirty`);
  await intake.accept(
    [
      { type: "revenue", event: "canceled", team_id: "acme", subscription_id: id },
      { type: "agent_session", action: "ended", user_id: "u", session_id: id },
      { type: "ticket", action: "closed", ticket_id: id },
    ],
    API,
  );
  for (const [table, column] of kept) {
    const rows = await rowsOf(db, `select distinct ${column} as id from ${table}`);
    expect(rows).toEqual([{ id: expect.stringMatching(/^email_/) as string }]);
  }
  const dirty = await rowsOf(db, "select kind, subject from dirty where cause is not null order by kind, subject");
  expect(dirty.map(({ kind }) => kind)).toEqual(["account", "session", "session", "ticket", "ticket"]);
});
