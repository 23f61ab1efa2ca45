import { PEOPLE } from "./history.ts";
import { median, timed, type Outcome, type Section } from "./report.ts";
import { DAYS, ROWS, type Shared } from "./year.ts";

const whole = (count: number) => count.toLocaleString("en-US");

export const recompute: Section = {
  name: "recompute",
  about: `every number of a year of ${whole(PEOPLE)} people and ${whole(ROWS)} requests against the bare scan of the requests`,
  run,
};

async function run(shared: Shared): Promise<Outcome> {
  const { database, roller, rolledUp, fillSeconds } = await shared.year();
  const scan = () => database.bare`select count(*), sum(duration_ms) from usage_logs`;
  await scan();
  const scanSeconds = median(await timed(3, scan)) / 1_000;
  const [firstMs = 0] = await timed(1, rolledUp);
  const [againMs = 0] = await timed(1, () => roller.recomputeEverything());
  return {
    ratios: [
      { what: "the first time / scan", value: firstMs / 1_000 / scanSeconds },
      { what: "again / scan", value: againMs / 1_000 / scanSeconds },
    ],
    figures: [
      { what: "scan", value: scanSeconds, unit: "s" },
      { what: "the first time", value: firstMs / 1_000, unit: "s" },
      { what: "again", value: againMs / 1_000, unit: "s" },
      { what: "again, a day", value: againMs / DAYS, unit: "ms" },
      { what: "filling the year", value: fillSeconds, unit: "s" },
    ],
    notes: [],
  };
}
