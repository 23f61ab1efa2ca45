import { expect, test } from "vitest";
import { rates } from "../../src/operations/rates.ts";
import type { OperationParts } from "../../src/operations/operation.ts";
import { revenue, valuesOn, worldOf } from "./told.ts";
import { Temporal } from "../../src/core/time.ts";

test("a rate set later converts what was left out, from its day on, and what cannot be a rate is refused", async () => {
  const world = await worldOf([
    revenue("a", "subscription_started", "2026-06-01T09:00:00Z", { amount: 100, currency: "EUR" }),
    revenue("b", "subscription_started", "2026-06-08T09:00:00Z", { amount: 100, currency: "EUR" }),
  ]);
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const parts = {
    foundation: { db: world.db, workspace: world.workspace, clock },
    rooms: { roller: world.roller },
  } as unknown as OperationParts;
  expect((await world.reader.summary(7)).unconverted).toBe(2);
  const set = await rates.run(["set", "eur", "1.1", "2026-06-05"], parts);
  expect(set).toMatchObject({ ok: true, data: { currency: "EUR", accounts: 2 } });
  expect(await valuesOn(world, "mrr", ["2026-06-07", "2026-06-08"])).toEqual([110, 220]);
  expect(await valuesOn(world, "mrr", ["2026-06-04", "2026-06-05"])).toEqual([0, 110]);
  expect(await valuesOn(world, "mrr_fx", ["2026-06-05", "2026-06-08"])).toEqual([110, 0]);
  expect((await world.reader.summary(7)).unconverted).toBe(0);
  await rates.run(["set", "EUR", "1.2", "2026-06-01"], parts);
  expect(await valuesOn(world, "mrr", ["2026-06-07", "2026-06-08"])).toEqual([110, 220]);
  expect(await valuesOn(world, "mrr", ["2026-06-01", "2026-06-04"])).toEqual([120, 120]);
  expect(await valuesOn(world, "mrr_fx", ["2026-06-01", "2026-06-05"])).toEqual([0, -10]);
  expect((await rates.run(["list"], parts)).text).toContain("2026-06-01  1 EUR = 1.2 USD");
  for (const words of [
    ["set", "EUR"],
    ["set", "USD", "1"],
    ["set", "XXQ", "1"],
    ["set", "EUR", "0"],
    ["set", "EUR", "-1"],
    ["set", "EUR", "1e3"],
    ["set", "EUR", "1", "2026-02-30"],
    ["set", "EUR", "1", "2026-06-16"],
  ])
    expect((await rates.run(words, parts)).ok).toBe(false);
});
