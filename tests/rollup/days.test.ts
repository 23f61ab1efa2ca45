import { expect, test } from "vitest";
import { createWorkshop } from "./workshop.ts";

const check = (occurred_at: string, status = "healthy", service = "api") => ({
  type: "health_check",
  service,
  status,
  occurred_at,
});

const answer = (occurred_at: string, user_id: string, score: number, fields: object = {}) => ({
  type: "nps",
  user_id,
  score,
  occurred_at,
  ...fields,
});

test("a check's state lasts until the service's next check, at most the gap", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(
    check("2026-03-02T10:00:00Z"),
    check("2026-03-02T10:02:00Z", "degraded"),
    check("2026-03-02T10:03:00Z", "down"),
    check("2026-03-02T11:00:00Z"),
    check("2026-03-02T10:01:00Z", "down", "web"),
  );
  await shop.roller.drain();
  const day = "2026-03-02";
  expect(await shop.stored("observed_seconds", "api")).toEqual({ [day]: 180 + 300 + 300 });
  expect(await shop.stored("up_seconds", "api")).toEqual({ [day]: 180 + 300 });
  expect(await shop.stored("degraded_seconds", "api")).toEqual({ [day]: 60 });
  expect(await shop.stored("observed_seconds", "web")).toEqual({ [day]: 300 });
  expect(await shop.stored("up_seconds", "web")).toEqual({});
  expect(await shop.stored("observed_seconds")).toEqual({ [day]: 1_080 });
  expect(await shop.stored("up_seconds")).toEqual({ [day]: 480 });
});

test("of two checks at the same instant the one with the larger id holds", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  const at = "2026-03-02T10:00:00Z";
  await shop.send({ ...check(at, "down"), id: "b" }, { ...check(at), id: "B" });
  await shop.roller.drain();
  expect(await shop.stored("up_seconds")).toEqual({});
  expect(await shop.stored("observed_seconds")).toEqual({ "2026-03-02": 300 });
});

test("a check's state runs on over midnight", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z", timeZone: "Europe/Berlin" });
  await shop.send(check("2026-03-02T22:58:00Z"), check("2026-03-02T23:01:00Z", "down"));
  await shop.roller.drain();
  expect(await shop.stored("observed_seconds")).toEqual({ "2026-03-02": 120, "2026-03-03": 360 });
  expect(await shop.stored("up_seconds")).toEqual({ "2026-03-02": 120, "2026-03-03": 60 });
});

test("a check's state never runs past now, and is counted on when time has passed", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z", healthGapSeconds: 600 });
  await shop.send(check("2026-03-10T11:58:00Z"));
  await shop.roller.drain();
  expect(await shop.stored("up_seconds")).toEqual({ "2026-03-10": 120 });
  for (const [now, seconds] of [
    ["2026-03-10T12:07:59Z", 599],
    ["2026-03-10T12:08:00Z", 600],
    ["2026-03-10T13:00:00Z", 600],
  ] as const) {
    shop.moveClock(now);
    await shop.roller.drain();
    expect(await shop.stored("up_seconds")).toEqual({ "2026-03-10": seconds });
  }
});

test("a check just before midnight reaches into the new day once that has begun", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T23:59:00Z" });
  await shop.send(check("2026-03-10T23:58:00Z"));
  await shop.roller.drain();
  shop.moveClock("2026-03-11T00:30:00Z");
  await shop.roller.drain();
  expect(await shop.stored("up_seconds")).toEqual({ "2026-03-10": 120, "2026-03-11": 180 });
});

test("each person's latest answer counts for the 30 days that begin with it", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(
    answer("2026-02-01T10:00:00Z", "a", 10),
    answer("2026-02-01T10:00:00Z", "b", 8),
    answer("2026-02-10T10:00:00Z", "a", 6),
  );
  await shop.roller.drain();
  const [promoters, passives, detractors] = await Promise.all(
    ["nps_promoters", "nps_passives", "nps_detractors"].map((metric) => shop.stored(metric)),
  );
  expect(Object.keys(promoters ?? {})).toEqual(Array.from({ length: 9 }, (_, n) => `2026-02-0${n + 1}`));
  expect(Object.keys(passives ?? {}).at(-1)).toBe("2026-03-02");
  expect([Object.keys(detractors ?? {}).at(0), Object.keys(detractors ?? {}).at(-1)]).toEqual([
    "2026-02-10",
    "2026-03-10",
  ]);
});

test("of two answers at the same instant the one with the larger id counts, bytewise", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  const at = "2026-03-09T10:00:00Z";
  await shop.send(answer(at, "a", 0, { id: "a" }), answer(at, "a", 10, { id: "Z" }));
  await shop.roller.drain();
  expect(await shop.stored("nps_detractors")).toEqual({ "2026-03-09": 1, "2026-03-10": 1 });
  expect(await shop.stored("nps_promoters")).toEqual({});
});

test("errors are counted by type, endpoint and severity; those without an endpoint are in none", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  const failure = { type: "error", message: "m", occurred_at: "2026-03-02T10:00:00Z" };
  await shop.send(
    { ...failure, error_type: "A", endpoint: "/x" },
    { ...failure, error_type: "A", severity: "critical" },
    { ...failure, error_type: "B", endpoint: "/x" },
  );
  await shop.roller.drain();
  const on = (errors: number) => ({ "2026-03-02": errors });
  expect(await shop.stored("errors")).toEqual(on(3));
  expect(await shop.stored("errors_by_type", "A")).toEqual(on(2));
  expect(await shop.stored("errors_by_endpoint", "/x")).toEqual(on(2));
  expect(await shop.stored("errors_by_endpoint", "")).toEqual({});
  expect(await shop.stored("errors_by_severity", "critical")).toEqual(on(1));
});

test("tickets are counted on the days of their moves, and a late event moves them", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  const on = (action: string, occurred_at: string) => ({
    type: "ticket",
    ticket_id: "T",
    user_id: "a",
    action,
    occurred_at,
  });
  await shop.send(on("resolved", "2026-03-05T10:00:00Z"));
  await shop.roller.drain();
  expect(await shop.stored("tickets_resolved")).toEqual({});
  await shop.send(on("opened", "2026-03-02T10:00:00Z"));
  await shop.roller.drain();
  expect(await shop.stored("tickets_opened")).toEqual({ "2026-03-02": 1 });
  expect(await shop.stored("tickets_resolved")).toEqual({ "2026-03-05": 1 });
  await shop.send(on("closed", "2026-03-03T10:00:00Z"), on("reopened", "2026-03-04T10:00:00Z"));
  await shop.roller.drain();
  expect(await shop.stored("tickets_resolved")).toEqual({ "2026-03-03": 1, "2026-03-05": 1 });
  expect(await shop.stored("tickets_reopened")).toEqual({ "2026-03-04": 1 });
});

test("a sign-up at local midnight belongs to the day that starts, and an earlier one moves it", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z", timeZone: "America/New_York" });
  await shop.send({ type: "signup", user_id: "a", occurred_at: "2026-03-05T05:00:00Z", plan: "pro" });
  await shop.roller.drain();
  expect(await shop.stored("signups")).toEqual({ "2026-03-05": 1 });
  await shop.send({ type: "signup", user_id: "a", occurred_at: "2026-03-05T04:59:59.999999Z" });
  await shop.roller.drain();
  expect(await shop.stored("signups")).toEqual({ "2026-03-04": 1 });
  const [person] = await shop.db.read.run((sql) => sql`select signed_up_at::text as at, plan from users`);
  expect(person).toEqual({ at: "2026-03-05 04:59:59.999999+00", plan: "pro" });
});

test("movements add up by day, in millionths of a cent a year, and a late event replaces the account's own", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  const on = (event: string, occurred_at: string, fields: object = {}) => ({
    type: "revenue",
    event,
    occurred_at,
    ...fields,
  });
  const year = (cents: number) => cents * 12 * 1_000_000;
  await shop.send(
    on("subscription_started", "2026-03-02T15:00:00Z", { user_id: "1", amount: 10 }),
    on("subscription_started", "2026-03-02T16:00:00Z", { team_id: "1", amount: "5.50" }),
    on("canceled", "2026-03-04T00:00:00Z", { user_id: "1", effective_at: "2026-04-02T15:00:00Z" }),
    on("subscription_started", "2026-03-03T00:00:00Z", { user_id: "2", amount: 10, currency: "EUR" }),
  );
  await shop.roller.drain();
  expect(await shop.stored("mrr_new")).toEqual({ "2026-03-02": year(1_550) });
  expect(await shop.stored("customers_gained")).toEqual({ "2026-03-02": 2 });
  expect(await shop.stored("mrr_churn")).toEqual({ "2026-04-02": year(1_000) });
  expect(await shop.stored("customers_lost")).toEqual({ "2026-04-02": 1 });
  expect(await shop.stored("unconverted_change")).toEqual({ "2026-03-03": 1 });
  await shop.send(
    on("canceled", "2026-03-03T08:00:00Z", { user_id: "1" }),
    on("renewed", "2026-03-05T08:00:00Z", { user_id: "1" }),
    on("canceled", "2026-03-06T08:00:00Z", { user_id: "2" }),
  );
  await shop.roller.drain();
  expect(await shop.stored("mrr_churn")).toEqual({ "2026-03-03": year(1_000) });
  expect(await shop.stored("mrr_reactivation")).toEqual({ "2026-03-05": year(1_000) });
  expect(await shop.stored("unconverted_change")).toEqual({ "2026-03-03": 1, "2026-03-06": -1 });
});

test("an amount is converted at the latest rate at or before its day", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.db.work.run(
    (sql) => sql`
      insert into fx_rates (currency, day, rate)
      values ('EUR', '2026-03-01', 1.1), ('EUR', '2026-03-03', 1.2), ('EUR', '2026-03-09', 1.3)`,
  );
  await shop.send({
    type: "revenue",
    event: "subscription_started",
    user_id: "a",
    occurred_at: "2026-03-05T00:00:00Z",
    amount: "9.99",
    currency: "EUR",
  });
  await shop.roller.drain();
  expect(await shop.stored("mrr_new")).toEqual({ "2026-03-05": 14_385_600_000 });
});

test("rows that were taken back count nowhere", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  const at = "2026-03-02T10:00:00Z";
  await shop.send(
    { type: "signup", user_id: "a", occurred_at: at },
    check(at),
    answer(at, "a", 9),
    { type: "error", message: "m", error_type: "A", occurred_at: at },
    { type: "ticket", ticket_id: "T", user_id: "a", action: "opened", occurred_at: at },
    { type: "agent_session", session_id: "s", action: "started", user_id: "a", occurred_at: at },
    { type: "revenue", event: "subscription_started", user_id: "a", amount: 10, occurred_at: at },
  );
  await shop.db.work.run(async (sql) => {
    await sql`update signups set voided_at = now()`;
    await sql`update health_checks set voided_at = now()`;
    await sql`update nps_surveys set voided_at = now()`;
    await sql`update error_logs set voided_at = now()`;
    await sql`update ticket_events set voided_at = now()`;
    await sql`update agent_session_events set voided_at = now()`;
    await sql`update revenue_events set voided_at = now()`;
  });
  await shop.roller.drain();
  expect(await shop.db.read.run(async (sql) => [...(await sql`select * from metric_values`)])).toEqual([]);
  expect(
    await shop.db.read.run(async (sql) => [...(await sql`select value from settings where name = 'first_event_at'`)]),
  ).toEqual([]);
});
