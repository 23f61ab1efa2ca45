import { expect, test } from "vitest";
import { localDay, Temporal } from "../../src/core/time.ts";
import { verifyWorld } from "../properties/third-answer.ts";
import type { World } from "../support/world.ts";
import { accountIdentities, peopleIdentities, revenueIdentities, ticketIdentities } from "./identities.ts";
import { liveDemoYear, NOW, TIME_ZONE } from "./year.ts";

const YESTERDAY = localDay(Temporal.Instant.from(NOW), TIME_ZONE).subtract({ days: 1 }).toString();

/** Each identity, and what spoils it. */
const IDENTITIES = {
  accounts: {
    check: accountIdentities,
    spoil: "update movements set change = change + 1 where kind = 'churn'",
  },
  revenue: {
    check: revenueIdentities,
    spoil: "update metric_values set value = value + 1 where metric = 'mrr_expansion'",
  },
  tickets: {
    check: (world: World) => ticketIdentities(world, YESTERDAY),
    spoil: "update metric_values set value = value + 1 where metric = 'tickets_reopened'",
  },
  people: {
    check: peopleIdentities,
    spoil: "update metric_values set value = value - 40 where metric = 'mau'",
  },
} as const;

test(
  "on every day of the demo's year money, tickets and people add up, every number is what the raw events say, and a number spoiled on purpose is noticed",
  { timeout: 180_000 },
  async () => {
    const { world, events } = await liveDemoYear();
    const days: Record<string, number> = {};
    for (const [name, { check }] of Object.entries(IDENTITIES)) {
      const found = await check(world);
      expect([name, found.breaches]).toEqual([name, []]);
      days[name] = found.days;
    }
    const { compared, differences } = await verifyWorld(world, 365);
    console.log(
      JSON.stringify({
        identities: days,
        events,
        compared,
        differences: differences.length,
      }),
    );
    expect(differences).toEqual([]);
    expect(days["revenue"]).toBeGreaterThan(300);
    for (const [name, { check, spoil }] of Object.entries(IDENTITIES)) {
      await world.db.work.run((sql) => sql.unsafe(spoil));
      expect([name, (await check(world)).breaches]).not.toEqual([name, []]);
    }
  },
);
