import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { expect, test } from "vitest";
import type { Sql } from "../../src/db/client.ts";
import { createRoller } from "../../src/metrics/rollup/roller.ts";
import { Temporal } from "../../src/core/time.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

const answer = (user_id: string, occurred_at: string) => ({ type: "nps", score: 10, user_id, occurred_at });

/** Runs a statement whenever a number of the metric is stored. */
async function whenStored({ db }: Workshop, metric: string, statement: string): Promise<void> {
  await db.work.run((sql) =>
    sql.unsafe(
      `create function happen() returns trigger language plpgsql as $$ begin ${statement}; return new; end $$;
       create trigger happens before insert or update on day_revisions
         for each row when (new.kind = '${metric}') execute function happen()`,
    ),
  );
}

test("a day whose statements take too long is logged, stays queued and does not spare the rest", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await whenStored(shop, "errors", "raise query_canceled");
  await shop.send({ type: "error", message: "m", error_type: "A", occurred_at: "2026-03-02T02:00:00Z" });
  await shop.send(answer("a", "2026-03-02T10:00:00Z"));
  expect(await shop.roller.pass()).toMatchObject({ failed: 1 });
  expect(shop.logged).toEqual([expect.objectContaining({ kind: "errors", day: "2026-03-02" })]);
  expect(await shop.stored("nps_promoters")).toMatchObject({ "2026-03-02": 1 });
});

test("draining ends although new events arrive during every pass", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await whenStored(shop, "errors", "insert into dirty (kind, day) values ('errors', new.day)");
  await shop.send({ type: "error", message: "m", error_type: "A", occurred_at: "2026-03-02T02:00:00Z" });
  await shop.roller.drain();
  expect(await shop.stored("errors")).toEqual({ "2026-03-02": 1 });
});

test("a pass that began before midnight reaches into the day that another program has opened", async () => {
  const shop = await createWorkshop({ now: "2026-03-09T12:00:00Z" });
  await shop.roller.drain();
  shop.moveClock("2026-03-10T00:00:01Z");
  await shop.roller.drain();
  shop.moveClock("2026-03-10T00:02:00Z");
  await shop.roller.drain();
  shop.moveClock("2026-03-09T23:59:00Z");
  await shop.send(answer("a", "2026-03-09T23:58:00Z"));
  await shop.roller.drain();
  expect(await shop.stored("nps_promoters")).toEqual({ "2026-03-09": 1, "2026-03-10": 1 });
});

test("days are opened as they come after the clock was years ahead for a while", async () => {
  const shop = await createWorkshop({ now: "2026-03-09T12:00:00Z" });
  await shop.send(answer("a", "2026-03-09T10:00:00Z"));
  shop.moveClock("2031-01-01T00:00:00Z");
  await shop.roller.pass();
  shop.moveClock("2026-03-10T12:00:00Z");
  await shop.send(answer("b", "2026-03-10T10:00:00Z"));
  await shop.roller.drain();
  shop.moveClock("2026-03-11T12:00:00Z");
  await shop.roller.drain();
  expect(await shop.stored("nps_promoters")).toMatchObject({ "2026-03-10": 2, "2026-03-11": 2 });
});

test("in another time zone people are counted on days on which nothing else happened", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send({ type: "signup", user_id: "a", occurred_at: "2026-03-02T02:00:00Z" });
  await shop.send({ type: "activation", user_id: "a", milestone: "m", occurred_at: "2026-03-05T02:00:00Z" });
  const moved = createRoller({
    db: shop.db,
    clock: { now: () => Temporal.Instant.from("2026-03-10T12:00:00Z") },
    workspace: {
      timeZone: "America/New_York",
      currency: "USD",
      activationDays: 7,
      policies: { ...DEFAULT_POLICIES, activationMilestones: ["m"] },
    },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  await shop.roller.drain();
  await moved.recomputeEverything();
  expect(await shop.stored("signups")).toEqual({ "2026-03-01": 1 });
  expect(await shop.stored("activations")).toEqual({ "2026-03-04": 1 });
});

test("a rule and the queue of all that follows it change together or not at all", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send({ type: "signup", user_id: "a", occurred_at: "2026-03-02T02:00:00Z" });
  await shop.db.work.run((sql) => sql`alter table dirty add check (kind <> 'person') not valid`);
  const change = async (sql: Sql) => void (await sql`insert into settings (name, value) values ('rule', '1')`);
  await expect(shop.roller.recomputeEverything({ change })).rejects.toThrow("violates check constraint");
  expect(await shop.db.read.run(async (sql) => [...(await sql`select from settings where name = 'rule'`)])).toEqual([]);
});

test("a roller that works by settings of yesterday leaves the queue to one that knows better", async () => {
  const shop = await createWorkshop({ now: "2026-03-10T12:00:00Z" });
  await shop.send(answer("a", "2026-03-02T10:00:00Z"));
  const change = async (sql: Sql) =>
    void (await sql`
      insert into settings (name, value)
      values ('workspace', '{"timeZone": "Asia/Tokyo", "currency": "USD", "activationDays": 7}')`);
  await expect(shop.roller.recomputeEverything({ change })).rejects.toMatchObject({ code: "settings_differ" });
  expect(await shop.stored("nps_promoters")).toEqual({});
});
