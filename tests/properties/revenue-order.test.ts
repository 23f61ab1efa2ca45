import fc from "fast-check";
import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { createWorld } from "../support/world.ts";

type Told = Readonly<Record<string, unknown>>;

const EVENTS = 1_000;
const PERMUTATIONS = 50;
const NOW = "2026-06-15T12:00:00Z";

/** Few instants, so that many events of a subscription happen at the same one. */
const event = fc
  .record({
    user: fc.nat(39),
    subscription_id: fc.constantFrom("a", "b"),
    event: fc.constantFrom(
      "subscription_started",
      "renewed",
      "upgraded",
      "downgraded",
      "canceled",
      "paused",
      "resumed",
      "trial_started",
      "refunded",
    ),
    amount: fc.constantFrom("29.00", "10.50", "1200", "0", "33.33"),
    billing_period: fc.constantFrom("month", "year", "week", undefined),
    plan: fc.constantFrom("pro", "team", undefined),
    hour: fc.nat(60).map((place) => place * 12),
    wait: fc.constantFrom(undefined, undefined, 24, 100),
  })
  .map(({ user, hour, wait, amount, ...rest }): Told => {
    const at = Temporal.Instant.from("2026-05-10T12:00:00Z").add({ hours: hour });
    const isCancellation = rest.event === "canceled";
    const fields = isCancellation
      ? { effective_at: wait === undefined ? undefined : at.add({ hours: wait }).toString() }
      : { amount };
    return { type: "revenue", user_id: `u${user}`, occurred_at: at.toString(), ...rest, ...fields };
  });

const [told = []] = fc.sample(fc.array(event, { minLength: EVENTS, maxLength: EVENTS, size: "max" }), {
  numRuns: 1,
  seed: 20,
});
const orders = fc.sample(fc.shuffledSubarray([...told.keys()], { minLength: EVENTS, maxLength: EVENTS }), {
  numRuns: PERMUTATIONS,
  seed: 20,
});

/** What is stored of revenue after the events arrived in this order, each tenth twice, rolled up half-way and at the end. */
async function storedAfter(order: readonly number[], withIds: boolean): Promise<string> {
  const world = await createWorld({ now: NOW });
  try {
    const events = order.map((place) => ({ ...told[place], ...(withIds ? { id: `e${place}` } : {}) }));
    const half = events.length / 2;
    await world.post(events.slice(0, half));
    await world.settle();
    await world.post(
      [...events.slice(half), ...(withIds ? events.filter((_, place) => place % 10 === 0) : [])].slice(0, 1_000),
    );
    await world.settle();
    const rows = await world.db.work.run(
      (sql) => sql<{ row: string }[]>`
        select row(user_id, day, kind, trim_scale(change), plan_before, movements.plan)::text as row
        from movements join users on account = 'u' || user_no
        union all
        select row(user_id, day, until, account_spans.plan, standing, pays, paused, unpriced, trials, money, stopped)::text
        from account_spans join users on account = 'u' || user_no
        union all
        select row(metric, day, trim_scale(value))::text from metric_values where value <> 0
        order by 1`,
    );
    return rows.map(({ row }) => row).join("\n");
  } finally {
    await world.close();
  }
}

test(
  `${EVENTS} revenue events in ${PERMUTATIONS} orders, some delivered twice, give the same movements and the same MRR`,
  { timeout: 300_000 },
  async () => {
    const [first = [], ...others] = orders;
    const stored = await storedAfter(first, true);
    expect(stored.split("\n").length).toBeGreaterThan(300);
    let different = 0;
    for (const order of others) if ((await storedAfter(order, true)) !== stored) different += 1;
    console.log(JSON.stringify({ guarantee: "G20", events: EVENTS, permutations: PERMUTATIONS, different }));
    expect(different).toBe(0);
  },
);

test(
  "control: without ids, events of one instant apply as they arrive, and the order shows",
  { timeout: 60_000 },
  async () => {
    const [one = [], other = []] = orders;
    expect(await storedAfter(one, false)).not.toBe(await storedAfter(other, false));
  },
);
