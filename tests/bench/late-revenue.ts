import { systemClock } from "../../src/core/time.ts";
import { createIntake } from "../../src/events/intake.ts";
import { createReader } from "../../src/metrics/read/reader.ts";
import { ACCOUNTS } from "./business.ts";
import { SILENT, WORKSPACE } from "./ground.ts";
import { atMost, median, quantile, timed, type Outcome, type Section } from "./report.ts";
import { ROWS, type Shared, type Year } from "./year.ts";

const TIMES = 20;
const DAYS_LATE = 364;
const AMOUNT = 12;

export const lateRevenue: Section = {
  name: "late-revenue",
  about: `a revenue event a year late, from its arrival until the year is right again, beside ${ROWS.toLocaleString("en-US")} requests`,
  run,
};

async function run(shared: Shared): Promise<Outcome> {
  const year = await shared.year();
  await year.rolledUp();
  const { bare } = year.database;
  const scans = await timed(3, () => bare`select count(*), sum(duration_ms) from usage_logs`);
  const before = await mrrNow(year);
  const took = await timed(TIMES, (time) => arrive(year, time));
  const gained = (await mrrNow(year)) - before;
  if (Math.abs(gained - TIMES * AMOUNT) > 0.01) throw new Error(`MRR grew by ${gained} instead of ${TIMES * AMOUNT}`);
  return {
    ratios: [{ what: "until right / the bare scan of the requests", value: median(took) / median(scans) }],
    figures: [
      { what: "until right, median", value: median(took), unit: "ms", aim: atMost(2_000) },
      { what: "until right, longest", value: quantile(took, 1), unit: "ms", aim: atMost(2_000) },
      { what: "the scan", value: median(scans), unit: "ms" },
    ],
    notes: [],
  };
}

/** An account that has paid for a year already turns out to have had a second subscription all the time. */
async function arrive({ database, roller }: Year, time: number): Promise<void> {
  const intake = createIntake({ db: database.db, clock: systemClock, workspace: WORKSPACE, log: SILENT });
  const event = {
    type: "revenue",
    id: `late-${time}`,
    user_id: `user_${1 + ((time * 97) % ACCOUNTS)}`,
    event: "subscription_started",
    subscription_id: "second",
    plan: "pro",
    amount: AMOUNT,
    currency: "USD",
    billing_period: "monthly",
    occurred_at: systemClock
      .now()
      .subtract({ hours: 24 * DAYS_LATE })
      .toString(),
  };
  const [verdict] = await intake.accept([event], { source: "api" });
  if (verdict?.verdict !== "accepted") throw new Error("The late event was refused");
  await intake.stop();
  await roller.drain();
}

async function mrrNow({ database: { db } }: Year): Promise<number> {
  const reader = createReader({ db, clock: systemClock, workspace: WORKSPACE });
  const { mrr } = await reader.summary(1);
  if (mrr === null) throw new Error("There is no MRR");
  return mrr;
}
