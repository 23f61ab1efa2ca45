import { expect } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import type { RevenueBreakdown } from "../../src/metrics/answers.ts";
import { rates } from "../../src/operations/rates.ts";
import type { OperationParts } from "../../src/operations/operation.ts";
import type { World, WorldSetting } from "../support/world.ts";
import { worldOf, type Told } from "./told.ts";

/** The last complete day is 30 November 2026; a window of 30 days begins on the first. */
export const DECEMBER: WorldSetting = { now: "2026-12-01T12:00:00Z" };

export type Rated = readonly [currency: string, rate: string, day: string];

/** A revenue event at noon of the day, unless the day comes with a time. */
export const billed = (day: string, event: string, more: Told = {}): Told => ({
  type: "revenue",
  event,
  occurred_at: day.includes("T") ? day : `${day}T12:00:00Z`,
  ...more,
});

/** As if each of these rates had been set in turn on the command line. */
export async function setRates(world: World, rated: readonly Rated[]): Promise<void> {
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const parts = {
    foundation: { db: world.db, workspace: world.workspace, clock },
    rooms: { roller: world.roller },
  } as unknown as OperationParts;
  for (const words of rated) expect((await rates.run(["set", ...words], parts)).ok).toBe(true);
}

export async function billedWorld(
  events: readonly Told[],
  { rated = [], ...setting }: Partial<WorldSetting> & { readonly rated?: readonly Rated[] } = {},
): Promise<World> {
  const world = await worldOf(events, { ...DECEMBER, ...setting });
  await setRates(world, rated);
  return world;
}

const STILL = {
  new: 0,
  expansion: 0,
  contraction: 0,
  churn: 0,
  reactivation: 0,
  paused: 0,
  resumed: 0,
  fx: 0,
  transfer: 0,
};

/** All movements, of which these are not 0. */
export const moved = (some: Partial<RevenueBreakdown["movements"]>): RevenueBreakdown["movements"] => ({
  ...STILL,
  ...some,
});

/** What each account's movements come to, by kind: `t1 transfer 100`. */
export async function movementsByAccount(world: World): Promise<string[]> {
  const rows = await world.db.read.run(
    (sql) => sql<{ told: string }[]>`
      select coalesce(team_id, user_id) || ' ' || kind || ' ' || trim_scale(round(sum(change) / 12000000 / 100, 6)) as told
      from movements
        left join teams on account = 't' || team_no left join users on account = 'u' || user_no
      group by coalesce(team_id, user_id), kind order by 1`,
  );
  return rows.map(({ told }) => told);
}
