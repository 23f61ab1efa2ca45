import { expect, test } from "vitest";
import { startRolling } from "../../src/metrics/rollup/rolling.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

const CHECKS = Number(process.env["ROLLUP_CHECKS"] ?? 8);
const WRITERS = 6;

/** A repeatable stream of numbers from 0 to below 1 (mulberry32). */
function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Events of all kinds within eight days, in no order, about few people, accounts, sessions and tickets. */
function createWriter(shop: Workshop, no: number) {
  const intake = shop.anotherIntake();
  const random = randomly(no);
  const pick = <T>(...from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  let sent = 0;
  const one = () => {
    const base = {
      id: `w${no}-${(sent += 1)}`,
      occurred_at: new Date(Date.UTC(2026, 2, 3) + Math.floor(random() * 8 * 86_400_000)).toISOString(),
      user_id: `u${Math.floor(random() * 9)}`,
    };
    return pick<() => object>(
      () => ({
        ...base,
        type: "request",
        method: "GET",
        route: pick("/a", "/b"),
        status: pick(200, 404, 500),
        duration_ms: random() * 900,
      }),
      () => ({ ...base, type: "error", error_type: pick("A", "B"), message: "m" }),
      () => ({ ...base, type: "signup" }),
      () => ({ ...base, type: "activation", milestone: "profile_completed" }),
      () => ({
        ...base,
        type: "agent_session",
        session_id: `s${Math.floor(random() * 20)}`,
        action: pick("started", "ended"),
      }),
      () => ({
        ...base,
        type: "health_check",
        service: pick("api", "web"),
        status: pick("healthy", "degraded", "down"),
      }),
      () => ({ ...base, type: "nps", score: Math.floor(random() * 11) }),
      () => ({
        ...base,
        type: "ticket",
        ticket_id: `t${Math.floor(random() * 15)}`,
        action: pick("opened", "assigned", "resolved", "reopened"),
      }),
      () => ({
        ...base,
        type: "revenue",
        event: pick("subscription_started", "upgraded", "canceled", "paused"),
        amount: pick(10, 25),
      }),
    )();
  };
  return async () => {
    const verdicts = await intake.accept(Array.from({ length: 1 + Math.floor(random() * 12) }, one), {
      source: `w${no}`,
    });
    expect(verdicts.filter(({ verdict }) => verdict !== "accepted")).toEqual([]);
  };
}

/** What plain counting of the rows gives, by day and name. */
async function countedByHand({ db }: Workshop): Promise<Record<string, number>> {
  const rows = await db.work.run(
    (sql) => sql<{ name: string; value: number }[]>`
      with people as (
        select user_no, occurred_at::date as day from usage_logs where user_no is not null
        union select user_no, at::date from (
          select distinct on (session_id, user_no) user_no, occurred_at as at from agent_session_events where action = 'started'
          order by session_id, user_no, occurred_at, event_id collate "C") as sessions
      )
      select 'api_calls ' || occurred_at::date as name, count(*)::int as value from usage_logs group by 1
      union all select 'errors ' || occurred_at::date, count(*)::int from error_logs group by 1
      union all select 'dau ' || day, count(*)::int from people group by 1
      union all select 'mau ' || day, (
        select count(distinct user_no)::int from people where people.day <= ends.day) from (
          select generate_series('2026-03-03', '2026-03-10', interval '1 day')::date as day) as ends
      union all select 'signups ' || at::date, count(*)::int from (
        select min(occurred_at) as at from signups group by user_no) as firsts group by 1`,
  );
  return Object.fromEntries(rows.filter(({ value }) => value > 0).map(({ name, value }) => [name, value]));
}

async function storedNumbers({ db }: Workshop): Promise<Record<string, number>> {
  const rows = await db.work.run(
    (sql) => sql<{ name: string; value: number }[]>`
      select metric || ' ' || day as name, value::int as value from metric_values
      where metric in ('api_calls', 'errors', 'dau', 'mau', 'signups') and day <= '2026-03-10'`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

test(
  `${CHECKS} times under ${WRITERS} writers and 2 rollers, every number is what counting by hand gives`,
  { timeout: 60_000 + CHECKS * 5_000 },
  async () => {
    const shop = await createWorkshop({ now: "2026-03-11T00:00:30Z" });
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const rollers = [shop.roller, shop.anotherRoller()];
    const stops = rollers.map((roller) => startRolling({ roller, log, restAtLeastMs: 1, restTimes: 0 }));
    const writers = Array.from({ length: WRITERS }, (_, no) => createWriter(shop, no));
    try {
      for (let check = 0; check < CHECKS; check += 1) {
        await Promise.all(
          writers.map(async (write) => {
            for (let batch = 0; batch < 8; batch += 1) await write();
          }),
        );
        await Promise.all(rollers.map((roller) => roller.drain()));
        expect(await storedNumbers(shop)).toEqual(await countedByHand(shop));
      }
    } finally {
      await Promise.all(stops.map((stop) => stop()));
    }
    expect(shop.logged).toEqual([]);
    const kept = await shop.everything();
    await shop.roller.recomputeEverything();
    expect(await shop.everything()).toEqual(kept);
    console.log(
      JSON.stringify({ guarantee: "G8", checks: CHECKS, writers: WRITERS, rollers: rollers.length, wrong: 0 }),
    );
  },
);

const DAY = "2026-03-10";
const request = {
  type: "request",
  method: "GET",
  route: "/x",
  status: 200,
  duration_ms: 10,
  occurred_at: `${DAY}T10:00:00Z`,
};

/** Holds back what `roll` writes until another request of the same day has been committed. */
async function sendWhileRolling(shop: Workshop, roll: () => Promise<unknown>): Promise<void> {
  let rolling: Promise<unknown> = Promise.resolve();
  await shop.db.read.transaction(async (sql) => {
    await sql`lock table metric_values in share mode`;
    rolling = roll();
    for (let waiting = 0; waiting === 0;) {
      const [row] = await sql<{ waiting: number }[]>`
        select count(*)::int as waiting from pg_locks where relation = 'metric_values'::regclass and not granted`;
      waiting = row?.waiting ?? 0;
    }
    await shop.send(request);
  });
  await rolling;
}

test("a request that arrives after its day was read and before that was committed is counted by the next pass", async () => {
  const shop = await createWorkshop({ now: `${DAY}T12:00:00Z` });
  await shop.send(request);
  await sendWhileRolling(shop, () => shop.roller.pass());
  expect(await shop.stored("api_calls")).toEqual({ [DAY]: 1 });
  await shop.roller.drain();
  expect(await shop.stored("api_calls")).toEqual({ [DAY]: 2 });
});

test("control: a roller that empties the queue after reading loses that request for good", async () => {
  const shop = await createWorkshop({ now: `${DAY}T12:00:00Z` });
  await shop.send(request);
  await sendWhileRolling(shop, () =>
    shop.db.work.transaction(async (sql) => {
      const [counted] = await sql<{ calls: number }[]>`select count(*)::int as calls from usage_logs`;
      await sql`insert into metric_values (metric, day, value) values ('api_calls', ${DAY}::text::date, ${counted?.calls ?? 0})`;
      await sql`delete from dirty where kind = 'usage'`;
    }),
  );
  await shop.roller.drain();
  expect(await shop.stored("api_calls")).toEqual({ [DAY]: 1 });
});

test("two rollers that drain the same backlog do each part once and agree", async () => {
  const shop = await createWorkshop({ now: "2026-03-11T00:00:30Z" });
  const write = createWriter(shop, 1);
  for (let batch = 0; batch < 20; batch += 1) await write();
  await Promise.all([shop.roller.drain(), shop.anotherRoller().drain()]);
  expect(shop.logged).toEqual([]);
  const kept = await shop.everything();
  await shop.roller.recomputeEverything();
  expect(await shop.everything()).toEqual(kept);
});
