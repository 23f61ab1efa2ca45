import { Temporal } from "../../src/core/time.ts";
import { createUnits } from "../../src/metrics/rollup/units.ts";
import { startGround, WORKSPACE, type BenchDatabase, type Ground } from "./ground.ts";
import { fillHistory, type Arrival } from "./history.ts";
import { atMost, median, timed, type Outcome, type Section } from "./report.ts";

const NOW = Temporal.Instant.from("2026-11-20T00:00:00Z");
const TODAY = "2026-11-20";
const REQUESTS_A_DAY = 12_000;
/** The days that are measured: of the last month, because every history has it. */
const DAYS = Array.from({ length: 20 }, (_, at) =>
  Temporal.PlainDate.from(TODAY)
    .subtract({ days: 3 + at })
    .toString(),
);

export const rollup: Section = {
  name: "rollup",
  about: `one day of ${REQUESTS_A_DAY} requests against the bare scan of its rows`,
  run,
};

interface Measured {
  readonly scanMs: number;
  /** Of a day that was not rolled up before. */
  readonly firstMs: number;
  readonly againMs: number;
}

async function run(): Promise<Outcome> {
  const ground = await startGround();
  try {
    const month = await measure(ground, 30, "in order");
    const year = await measure(ground, 365, "in order");
    const late = await measure(ground, 365, "1 % late");
    const shuffled = await measure(ground, 365, "shuffled");
    return {
      ratios: [
        ...againstScan("30 days of history", month),
        ...againstScan("365 days", year),
        ...againstScan("365 days, 1 % late", late),
        ...againstScan("365 days, shuffled", shuffled),
        { what: "rollup with 365 days / with 30", value: year.firstMs / month.firstMs, aim: atMost(1.2) },
        { what: "the same, 1 % late", value: late.firstMs / month.firstMs },
        { what: "the same, shuffled", value: shuffled.firstMs / month.firstMs },
      ],
      figures: [
        ...figures("30 days of history", month),
        ...figures("365 days", year),
        ...figures("365 days, 1 % late", late),
        ...figures("365 days, shuffled", shuffled),
      ],
      notes: [],
    };
  } finally {
    await ground.stop();
  }
}

function againstScan(what: string, { scanMs, firstMs, againMs }: Measured) {
  return [
    { what: `${what}: rollup / scan`, value: firstMs / scanMs, aim: atMost(12) },
    { what: `${what}: rollup again / scan`, value: againMs / scanMs },
  ];
}

function figures(what: string, { scanMs, firstMs, againMs }: Measured) {
  return [
    { what: `${what}: scan`, value: scanMs, unit: "ms" },
    { what: `${what}: rollup`, value: firstMs, unit: "ms" },
    { what: `${what}: rollup again`, value: againMs, unit: "ms" },
  ];
}

async function measure(ground: Ground, days: number, arrival: Arrival): Promise<Measured> {
  const database = await ground.open("history", NOW);
  try {
    await fillHistory(database.bare, { end: TODAY, days, requestsADay: REQUESTS_A_DAY, arrival });
    await database.bare`checkpoint`;
    const scan = (day: string) => scanDay(database, day);
    await timed(DAYS.length, (at) => scan(DAYS[at] ?? TODAY));
    const scans = await timed(DAYS.length, (at) => scan(DAYS[at] ?? TODAY));
    const first = await rollUp(database);
    const again = await rollUp(database);
    return { scanMs: median(scans), firstMs: median(first), againMs: median(again) };
  } finally {
    await database.drop();
  }
}

async function scanDay({ db }: BenchDatabase, day: string): Promise<void> {
  const next = Temporal.PlainDate.from(day).add({ days: 1 }).toString();
  await db.work.run(
    (sql) => sql`
      select count(*), sum(duration_ms) from usage_logs
      where occurred_at >= ${day}::text::timestamptz and occurred_at < ${next}::text::timestamptz`,
  );
}

/** Milliseconds of each of the days, as the roller does them. */
async function rollUp({ db, bare }: BenchDatabase): Promise<number[]> {
  const units = createUnits({ db, workspace: WORKSPACE });
  await bare`insert into dirty (kind, day) select 'usage', unnest(${DAYS}::text[])::date`;
  return timed(DAYS.length, async (at) => {
    const done = await units.recompute("usage", DAYS[at] ?? TODAY, { now: NOW.toString(), today: TODAY });
    if (done !== 1) throw new Error("The day was not due.");
  });
}
