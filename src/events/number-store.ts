import type { Pool } from "../db/client.ts";
import { quotedArray } from "./array-text.ts";
import type { Feature } from "./event-row.ts";

type NumberedTable = "users" | "teams" | "sources";

const COLUMNS: Readonly<Record<NumberedTable, readonly [id: string, number: string]>> = {
  users: ["user_id", "user_no"],
  teams: ["team_id", "team_no"],
  sources: ["source", "source_no"],
};

const ROUNDS = 5;

/**
 * Gives out a number to each id that has none. The number comes from a statement of its own before
 * any event is written. Ids that exist are left out first, because a conflict uses a number up; ids
 * that another connection commits meanwhile are found by reading again.
 */
export async function numbersOf(
  pool: Pool,
  table: NumberedTable,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const [id, number] = COLUMNS[table];
  const found = new Map<string, number>();
  let missing = ids;
  for (let round = 0; missing.length > 0 && round < ROUNDS; round += 1) {
    const given = quotedArray(missing, (text) => text);
    const rows = await pool.run((sql) =>
      sql.unsafe<{ id: string; number: number }[]>(
        `with wanted as materialized (select unnest($1::text::text[]) as id),
         made as (
           insert into ${table} (${id})
           select wanted.id from wanted where not exists (select from ${table} old where old.${id} = wanted.id)
           order by wanted.id collate "C"
           on conflict do nothing
           returning ${id} as id, ${number}::integer as number)
         select id, number from made
         union all
         select old.${id}, old.${number}::integer from ${table} old join wanted on wanted.id = old.${id}`,
        [given],
        { prepare: true },
      ),
    );
    for (const row of rows) found.set(row.id, row.number);
    missing = missing.filter((one) => !found.has(one));
  }
  if (missing.length > 0) throw new Error(`no number could be read from ${table}`);
  return found;
}

/** An id as it is kept now, and as an earlier version may have kept it. */
interface Renamed {
  readonly kept: string;
  readonly former: string;
}

/**
 * Gives the row that an earlier version kept under another form of the id its present form, so that nobody becomes a
 * second person by it. Where the present form has a row already, that one stands and the other one stays as it is.
 */
export async function adoptFormer(pool: Pool, table: "users" | "teams", renamed: readonly Renamed[]): Promise<void> {
  const [id, number] = COLUMNS[table];
  const given = [quotedArray(renamed, (one) => one.kept), quotedArray(renamed, (one) => one.former)];
  try {
    await pool.run((sql) =>
      sql.unsafe(
        `with chosen as (
           select distinct on (kept) kept, ${number} as number
           from unnest($1::text::text[], $2::text::text[]) as given(kept, former) join ${table} old on old.${id} = former
           where kept <> former and not exists (select from ${table} own where own.${id} = kept)
           order by kept, ${number})
         update ${table} set ${id} = kept from chosen where ${table}.${number} = chosen.number`,
        given,
        { prepare: true },
      ),
    );
  } catch (thrown) {
    // Another instance made the present form meanwhile: it stands.
    if (!isTaken(thrown)) throw thrown;
  }
}

function isTaken(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "23505";
}

/** As `numbersOf`, for routes. The answer is in the order of `features`, which come without repetition. */
export async function featureNumbers(pool: Pool, features: readonly Feature[]): Promise<number[]> {
  const keyOf = (feature: Feature) => `${feature.method} ${feature.route}`;
  const found = new Map<string, number>();
  let missing = features;
  for (let round = 0; missing.length > 0 && round < ROUNDS; round += 1) {
    const given = [quotedArray(missing, (one) => one.method), quotedArray(missing, (one) => one.route)];
    const rows = await pool.run((sql) =>
      sql.unsafe<(Feature & { number: number })[]>(
        `with wanted as materialized (select * from unnest($1::text::text[], $2::text::text[]) as given(method, route)),
         made as (
           insert into features (method, route)
           select method, route from wanted
           where not exists (select from features old where (old.method, old.route) = (wanted.method, wanted.route))
           order by method collate "C", route collate "C"
           on conflict do nothing
           returning method, route, feature_no as number)
         select method, route, number from made
         union all
         select method, route, feature_no from features join wanted using (method, route)`,
        given,
        { prepare: true },
      ),
    );
    for (const row of rows) found.set(keyOf(row), row.number);
    missing = missing.filter((one) => !found.has(keyOf(one)));
  }
  return features.map((feature) => {
    const number = found.get(keyOf(feature));
    if (number === undefined) throw new Error("no number could be read from features");
    return number;
  });
}
