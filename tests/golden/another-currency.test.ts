import { expect, onTestFinished, test } from "vitest";
import { CAUSE } from "../../src/events/cause.ts";
import { createIntake } from "../../src/events/intake.ts";
import { settleWorkspace } from "../../src/db/workspace-store.ts";
import { createReader } from "../../src/metrics/read/reader.ts";
import { createRoller } from "../../src/metrics/rollup/roller.ts";
import { setRate } from "../../src/metrics/rollup/rates-store.ts";
import { verify } from "../../src/operations/verify.ts";
import type { OperationParts } from "../../src/operations/operation.ts";
import { settings } from "../../src/operations/settings.ts";
import { Temporal } from "../../src/core/time.ts";
import { revenue, valuesOn, worldOf, type Told } from "./told.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const DAYS = ["2026-06-09", "2026-06-10", "2026-06-11", "2026-06-14"];

/** A workspace in dollars that, some days later, is told to count in euros. */
async function movedToEuros(events: readonly Told[]) {
  const world = await worldOf(events);
  const { db } = world;
  await settleWorkspace(db, world.workspace);
  await db.work.transaction((sql) => setRate(sql, { currency: "EUR", day: "2026-06-01", rate: "1.1" }));
  await world.settle();
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const dollars = await valuesOn(world, "mrr", DAYS);
  const foundation = { db, workspace: world.workspace, clock, log: quiet };
  const progress = { write() {}, isTerminal: false };
  const parts = { config: { CURRENCY: "EUR" }, foundation, progress } as unknown as OperationParts;
  const applied = await settings.run(["apply"], parts);
  const workspace = { ...world.workspace, currency: "EUR" };
  const reader = createReader({ db, clock, workspace });
  const roller = createRoller({ db, clock, workspace, log: quiet });
  const intake = createIntake({ db, clock, workspace });
  onTestFinished(() => intake.stop());
  const euros = { ...world, workspace, reader, roller, settle: () => roller.drain() };
  return {
    dollars,
    applied,
    euros,
    mrr: () => valuesOn(euros, "mrr", DAYS),
    async send(event: Told) {
      expect(await intake.accept([event], { source: "api" })).toMatchObject([{ verdict: "accepted" }]);
      await roller.drain();
    },
    async worth(rate: string) {
      await db.work.transaction((sql) => setRate(sql, { currency: "USD", day: "2026-06-01", rate }));
      await roller.drain();
    },
    async check() {
      return verify.run(["--days", "7"], {
        foundation: { ...foundation, workspace },
        rooms: { roller },
        progress,
      } as unknown as OperationParts);
    },
  };
}

const EVENTS = [
  revenue("silent", "subscription_started", "2026-06-09T09:00:00Z", { amount: 100 }),
  revenue("silent", "upgraded", "2026-06-11T09:00:00Z", { amount: 200 }),
  revenue("euro", "subscription_started", "2026-06-10T09:00:00Z", { amount: 10, currency: "EUR" }),
  revenue("euro", "upgraded", "2026-06-11T09:00:00Z", { amount: 20 }),
];

test("what was paid without naming a currency stays in the one of then, when the workspace counts in another", async () => {
  const { dollars, applied, mrr, euros, worth, check } = await movedToEuros(EVENTS);
  expect(dollars).toEqual([100, 111, 222, 222]);
  expect(applied).toMatchObject({
    ok: true,
    data: { currency: "EUR", rates_gone: [{ currency: "EUR", rate: "1.1" }] },
  });
  expect(applied.text).toContain("What was paid in USD stays so");
  expect(applied.text).toContain("The exchange rate into USD went");
  expect(await mrr()).toEqual([0, 10, 20, 20]);
  expect((await euros.reader.summary(7)).unconverted).toBe(1);
  await worth("0.9");
  expect(await mrr()).toEqual([90, 100, 200, 200]);
  expect((await euros.reader.summary(7)).unconverted).toBe(0);
  expect((await check()).text).toContain("Every one is what the raw events say.");
});

test("what is paid from then on without naming a currency is in the new one, or in that of its subscription", async () => {
  const { mrr, worth, send } = await movedToEuros(EVENTS);
  await worth("0.9");
  await send(revenue("fresh", "subscription_started", "2026-06-14T09:00:00Z", { amount: 1 }));
  await send(revenue("silent", "upgraded", "2026-06-14T09:00:00Z", { amount: 300 }));
  expect(await mrr()).toEqual([90, 100, 200, 291]);
});

test("no restatement tells money of the old currency as money of the new one", async () => {
  const world = await movedToEuros(EVENTS);
  const { euros } = world;
  const money = (await euros.reader.explain("mrr", { days: 30, names: false })).restatements.newest;
  expect(money.length).toBeGreaterThan(0);
  expect(money.filter(({ cause, before }) => cause !== CAUSE.currency || before !== null)).toEqual([]);
});
