import { Temporal } from "../../src/core/time.ts";
import { createUnits } from "../../src/metrics/rollup/units.ts";
import { startGround, WORKSPACE, type BenchDatabase } from "./ground.ts";
import { PEOPLE } from "./history.ts";
import { atMost, median, timed, type Outcome, type Section } from "./report.ts";

const TODAY = "2026-11-20";
const NOW = Temporal.Instant.from("2026-11-20T12:00:00Z");
const TIMES = 100;

export const mau: Section = {
  name: "mau",
  about: `30-day active people, ${PEOPLE.toLocaleString("en-US")} of them`,
  run,
};

async function run(): Promise<Outcome> {
  const ground = await startGround();
  try {
    const database = await ground.open("people", NOW);
    const people = await fillBits(database);
    const statements = await timed(2 * TIMES, () => countPeople(database));
    const statementMs = median(statements.slice(TIMES));
    const recomputeMs = median(await recompute(database));
    return {
      ratios: [{ what: "recompute of a day's WAU and MAU / the statement", value: recomputeMs / statementMs }],
      figures: [
        { what: "the statement", value: statementMs, unit: "ms", aim: atMost(1) },
        { what: "recompute of a day's WAU and MAU, committed", value: recomputeMs, unit: "ms" },
        { what: "people found", value: people, unit: "people" },
      ],
      notes: [],
    };
  } finally {
    await ground.stop();
  }
}

/** Each person is active on a day with a chance of their own; everybody in the month. */
async function fillBits(database: BenchDatabase): Promise<number> {
  await database.bare`
    insert into active_bits (day, block, bits)
    select ${TODAY}::text::date - back, user_no / 8192, bit_or(set_bit(repeat('0', 8192)::bit(8192), user_no % 8192, 1))
    from generate_series(0, 29) as back, generate_series(1, ${PEOPLE}::int) as user_no
    where back = user_no % 30 or random() < (user_no % 10) / 12.0
    group by 1, 2`;
  await database.bare`vacuum (analyze) active_bits`;
  const found = await countPeople(database);
  if (found !== PEOPLE) throw new Error(`${found} people were counted`);
  return found;
}

async function countPeople({ db }: BenchDatabase): Promise<number> {
  const [row] = await db.work.run(
    (sql) => sql<{ people: number }[]>`
      select sum(people)::int as people from (
        select bit_count(bit_or(bits)) as people from active_bits
        where day > ${TODAY}::text::date - 30 and day <= ${TODAY}::text::date
        group by block
      ) as blocks`,
  );
  return row?.people ?? 0;
}

async function recompute({ db, bare }: BenchDatabase): Promise<number[]> {
  const units = createUnits({ db, workspace: WORKSPACE });
  const took: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    await bare`insert into dirty (kind, day) values ('reach', ${TODAY}::text::date)`;
    took.push(...(await timed(1, () => units.recompute("reach", TODAY, { now: NOW.toString(), today: TODAY }))));
  }
  return took;
}
