import { expect, test } from "vitest";
import { createHold } from "../../src/bot/digest/completeness.ts";
import { createDigestWriter } from "../../src/bot/digest/digest-post.ts";
import { listSchedules } from "../../src/bot/digest/schedule-store.ts";
import { textLines } from "./support/message-lines.ts";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { systemClock, Temporal, type Clock } from "../../src/core/time.ts";
import { createDatabaseClock } from "../../src/db/database-clock.ts";
import { createFreshnessJudge } from "../../src/metrics/freshness/freshness.ts";
import { createReader } from "../../src/metrics/read/reader.ts";
import { lockDay } from "../../src/metrics/rollup/queue-store.ts";
import { createTestWorld, type World } from "../support/world.ts";
import { createFakeChat } from "./support/fake-chat.ts";
import { ledgerWith, senderOn, slack } from "./support/ledger-world.ts";

/** Mid-morning of today, so that a digest due an hour ago is one of this morning. */
const NOW = Temporal.Now.zonedDateTimeISO("UTC");
const ZONE = zoneInWhichItIsMorning();
const TODAY = Temporal.Now.plainDateISO(ZONE);
const YESTERDAY = TODAY.subtract({ days: 1 });

/** The tests go by the database's real clock; where it is ten in the morning nothing crosses a midnight. */
function zoneInWhichItIsMorning(): string {
  const zones = [
    "UTC",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Auckland",
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
  ];
  return zones.find((zone) => [8, 9, 10, 11, 12, 13, 14].includes(NOW.withTimeZone(zone).hour)) ?? "UTC";
}

const at = (day: Temporal.PlainDate, time: string) =>
  day.toZonedDateTime({ timeZone: ZONE, plainTime: time }).toInstant();

/** Seven weeks in which Stripe, the application and a health check report each hour; `until` says when one stopped. */
async function weeks(world: World, until: Partial<Record<"stripe" | "app" | "health", Temporal.Instant>> = {}) {
  const now = Temporal.Now.instant();
  const hours = Array.from({ length: 7 * 168 }, (_, index) => now.subtract({ minutes: 60 * index + 5 }));
  const events = (kind: keyof typeof until, eventAt: (occurredAt: string, index: number) => object) =>
    hours
      .map((instant, index) => ({ instant, index }))
      .filter(({ instant }) => Temporal.Instant.compare(instant, until[kind] ?? now) <= 0)
      .map(({ instant, index }) => eventAt(instant.toString(), index));
  const request = { type: "request", method: "GET", route: "/x", status: 200, duration_ms: 9 };
  await world.post([
    ...events("app", (occurred_at, index) => ({ ...request, user_id: `u${index % 31}`, occurred_at })),
    ...events("app", (occurred_at, index) => ({ type: "signup", user_id: `s${index}`, occurred_at })),
    ...events("health", (occurred_at) => ({ type: "health_check", service: "api", status: "healthy", occurred_at })),
  ]);
  await world.post(
    events("stripe", (occurred_at, index) => ({ ...started(`t${index}`), occurred_at })),
    { source: "stripe" },
  );
  // They came as they happened.
  await world.db.work.run(async (sql) => {
    for (const table of ["usage_logs", "signups", "health_checks", "revenue_events"])
      await sql`update ${sql(table)} set received_at = occurred_at`;
  });
}

function started(team_id: string) {
  return { type: "revenue", event: "subscription_started", team_id, plan: "pro", amount: 10, currency: "USD" };
}

interface Setting {
  readonly dueMinutesAgo?: number;
  readonly held?: boolean;
}

/** A channel whose digest is due, in that world. */
async function dueIn(world: World, { dueMinutesAgo = 1, held = true }: Setting = {}) {
  const { db, workspace } = world;
  const ledger = await ledgerWith([slack("C1")], db);
  await db.work.run(
    (sql) => sql`
      update schedules set time_zone = ${ZONE}, created_at = now() - interval '3 days'`,
  );
  const makeDue = async () => {
    await db.work.run(
      (sql) => sql`
        insert into deliveries (schedule_no, destination, local_date, kind, due_at, next_at)
        select schedule_no, platform || ':' || channel, ${TODAY.toString()}::text::date, kind,
          now() - make_interval(mins => ${dueMinutesAgo}), now() from schedules`,
    );
  };
  await makeDue();
  const clock = await createDatabaseClock({ pool: db.work });
  const freshness = createFreshnessJudge({ db, clock, workspace });
  const hold = createHold({ freshness, clock, timeZone: ZONE });
  const chat = createFakeChat();
  const instance = (writerClock: Clock = clock) => {
    const reader = createReader({ db, clock: writerClock, workspace });
    const viewOf = async () => EVERYTHING;
    const parts = { reader, workspace, clock: writerClock, firstEvent: "curl", viewOf };
    const write = createDigestWriter(held ? { ...parts, freshness } : parts);
    return senderOn(db, chat.platform, held ? { write, hold } : { write });
  };
  const shown = () => chat.shown("C1").map(({ posting }) => textLines(posting.message).join("\n"));
  return { ...ledger, instance, shown, freshness };
}

const MINUTE_MS = 60_000;

function tell(fault: string, figures: object): void {
  console.log(JSON.stringify({ promise: "freshness", fault, ...figures }));
}

test("everything reports: the digest goes out when it is due, and says who reported", async () => {
  const world = await createTestWorld({ now: Temporal.Now.instant().toString(), timeZone: ZONE });
  await weeks(world);
  await world.settle();
  const { instance, shown } = await dueIn(world);
  await instance().once();
  expect(shown()).toHaveLength(1);
  expect(shown()[0]).toMatch(/complete as of \d\d:\d\d · Stripe, app and health checks reported · #d-/);
  expect(shown()[0]).not.toMatch(/silent|behind|left out/);
});

test("a silent Stripe: three instances wait up to an hour, then one posts MRR as it was then, and says so", async () => {
  const world = await createTestWorld({ now: Temporal.Now.instant().toString(), timeZone: ZONE });
  const stopped = at(YESTERDAY, "15:10");
  await weeks(world, { stripe: stopped });
  await world.settle();
  const { instance, shown, pass, rows, db } = await dueIn(world);
  const instances = [instance(), instance(), instance()];
  for (let minute = 0; minute < 5; minute += 1) {
    for (const one of instances) await one.once();
    await pass(MINUTE_MS);
  }
  expect(shown()).toEqual([]);
  expect(await rows()).toMatchObject([{ state: "pending", reason: expect.stringContaining("Stripe has been silent") }]);
  expect(await db.read.run(listSchedules)).toMatchObject([{ last: { state: "pending" } }]);
  await pass(60 * MINUTE_MS);
  for (const one of instances) await one.once();
  expect(shown()).toHaveLength(1);
  const [text = ""] = shown();
  const since = /Stripe has been silent since \w{3} (\d\d:\d\d), so revenue is as of then\./.exec(text)?.[1];
  expect(since).toMatch(/^1[45]:\d\d$/);
  expect(text).toMatch(new RegExp(`MRR \\$[\\d,.k]+ as of \\w{3} ${since}`));
  expect(text).toContain("not complete as of");
  expect(text).toContain("app and health checks reported");
  const daily = await world.reader.daily(2);
  const dayText = daily.days.at(-1)?.date;
  expect(dayText).toBe(YESTERDAY.toString());

  // Control: without the gate it goes out at once, with a number of the whole day that is not one.
  const control = await dueAgain(world);
  await control.instance().once();
  expect(control.shown()).toHaveLength(1);
  const posted = control.shown()[0] ?? "";
  expect(posted).not.toContain("silent");
  const wrong = daily.days.at(-1)?.mrr ?? null;
  const missing = { ...started("late"), occurred_at: at(YESTERDAY, "20:00").toString() };
  await world.post([missing], { source: "stripe" });
  await world.settle();
  const right = (await world.reader.daily(2)).days.at(-1)?.mrr ?? null;
  expect(right).toBe((wrong ?? 0) + 10);
  const asWhole = (shownText: string) => Number(!/MRR \S+ as of/.test(shownText));
  tell("Stripe silent", { posted: shown().length, asWhole: asWhole(text), control: { asWhole: asWhole(posted) } });
});

/** The same morning once more, without the gate. */
async function dueAgain(world: World) {
  await world.db.work.run((sql) => sql`delete from deliveries`);
  await world.db.work.run((sql) => sql`delete from schedules`);
  return dueIn(world, { held: false });
}

test("a roller held back by a lock: the digest waits for it, and posts the whole number once it is free", async () => {
  const world = await createTestWorld({ now: Temporal.Now.instant().toString(), timeZone: ZONE });
  await weeks(world, { app: at(YESTERDAY, "12:00") });
  await world.settle();
  await heldSince(world, at(YESTERDAY, "13:00"));
  // What the application sent in the afternoon and this morning is in, and not counted.
  const afternoon = Array.from({ length: 9 }, (_, index) => at(YESTERDAY, "13:00").add({ hours: index }).toString());
  const morning = afternoonUntilNow();
  await world.post([
    ...[...afternoon, ...morning].map((occurred_at, index) => {
      return {
        type: "request",
        method: "GET",
        route: "/x",
        status: 200,
        duration_ms: 9,
        user_id: `late${index}`,
        occurred_at,
      };
    }),
    ...[...afternoon, ...morning].map((occurred_at, index) => ({ type: "signup", user_id: `n${index}`, occurred_at })),
  ]);
  const whole = async () => (await world.reader.daily(1)).days.at(-1)?.dau ?? 0;
  const partial = await whole();
  let shownBefore = 0;
  let rolling: Promise<unknown> = Promise.resolve();
  const due = await dueIn(world);
  await world.db.work.transaction(async (sql) => {
    await lockDay(sql, "usage", YESTERDAY.toString());
    rolling = world.roller.pass();
    for (let minute = 0; minute < 3; minute += 1) {
      await due.instance().once();
      await due.pass(MINUTE_MS);
    }
    shownBefore = due.shown().length;
  });
  await rolling;
  await world.settle();
  expect(shownBefore).toBe(0);
  await due.pass(MINUTE_MS);
  await due.instance().once();
  expect(due.shown()).toHaveLength(1);
  expect(await whole()).toBe(partial + 9);
  expect(due.shown()[0]).toContain(`Active users ${await whole()}`);
});

test("a roller held back for longer than an hour: counts are left out, levels say of when they are", async () => {
  const world = await createTestWorld({ now: Temporal.Now.instant().toString(), timeZone: ZONE });
  await weeks(world);
  await world.settle();
  await heldSince(world, at(YESTERDAY, "13:00"));
  await world.post([{ type: "signup", user_id: "late", occurred_at: at(YESTERDAY, "18:00").toString() }]);
  const { instance, shown, pass, rows } = await dueIn(world);
  await instance().once();
  expect(await rows()).toMatchObject([{ state: "pending", reason: expect.stringContaining("The rollup is behind") }]);
  await pass(61 * MINUTE_MS);
  await instance().once();
  const [text = ""] = shown();
  expect(text).toMatch(/The rollup is behind: the numbers are as of \w{3} 13:00\./);
  expect(text).toMatch(/MRR \$[\d,.k]+ as of \w{3} 13:00/);
  expect(text).toMatch(/Active users no data left out: not whole after \w{3} 13:00/);
  expect(text).toMatch(/Sign-ups no data left out/);

  // Control: without the gate the count without the late one goes out as that of the whole day.
  const { signups } = (await world.reader.daily(1)).days.at(-1) ?? {};
  const control = await dueAgain(world);
  await control.instance().once();
  expect(control.shown()[0]).toContain(`Sign-ups ${signups}`);
  await world.settle();
  expect((await world.reader.daily(1)).days.at(-1)?.signups).toBe((signups ?? 0) + 1);
  const wrong = (shownText = "") => Number(shownText.includes(`Sign-ups ${signups} `));
  tell("roller held back", { wrong: wrong(text), control: { wrong: wrong(control.shown()[0]) } });
});

test("an instance whose clock is 26 h off posts the digest of the right day; one that trusts it does not", async () => {
  const wrongDays = { gate: 0, control: 0 };
  for (const hours of [26, -26]) {
    const world = await createTestWorld({ now: Temporal.Now.instant().toString(), timeZone: ZONE });
    await weeks(world);
    await world.settle();
    const jumped: Clock = { now: () => systemClock.now().add({ hours }) };
    const titled = `${YESTERDAY.day} ${YESTERDAY.toLocaleString("en", { month: "long" })}`;
    const { instance, shown } = await dueIn(world);
    await instance().once();
    expect(shown()).toHaveLength(1);
    if (shown()[0]?.includes(titled) !== true) wrongDays.gate += 1;
    const control = await dueAgain(world);
    await control.instance(jumped).once();
    if (control.shown()[0]?.includes(titled) !== true) wrongDays.control += 1;
  }
  tell("clock ± 26 h", { wrongDays });
  expect(wrongDays).toEqual({ gate: 0, control: 2 });
});

/** As if the last pass that went through had begun then. */
async function heldSince({ db }: World, since: Temporal.Instant): Promise<void> {
  await db.work.run(
    (sql) =>
      sql`update settings set value = jsonb_set(value, '{at}', to_jsonb(${since.toString()}::text)) where name = 'rolled'`,
  );
}

function afternoonUntilNow(): string[] {
  const now = Temporal.Now.instant();
  return Array.from({ length: 30 }, (_, index) => now.subtract({ minutes: 60 * index + 2 }))
    .filter((instant) => Temporal.Instant.compare(instant, at(TODAY, "00:00")) > 0)
    .map(String);
}
