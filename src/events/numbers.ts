import type { Pool } from "../db/client.ts";
import type { EventRow, Feature } from "./event-row.ts";
import type { NumberedRow } from "./event-store.ts";
import { identitySecret, isEmailAddress, keptId } from "./identity-store.ts";
import { featureNumbers, numbersOf } from "./number-store.ts";
import { createNumbering, type Numbering } from "./numbering.ts";

/** Puts numbers in place of the outside ids of events: sources, people, teams, routes. */
export interface Numbers {
  /** `null` when some number must be learnt first. */
  number(events: readonly EventRow[], source: string): NumberedRow[] | null;
  /** As `number`, asking the database. */
  learn(events: readonly EventRow[], source: string): Promise<NumberedRow[]>;
}

type Lookup = (id: string) => number | undefined;

interface Lookups {
  readonly source: Lookup;
  readonly user: Lookup;
  readonly team: Lookup;
  readonly feature: Lookup;
}

const PEOPLE_REMEMBERED = 50_000;
const FEATURES_REMEMBERED = 10_000;
const SOURCES_REMEMBERED = 1_000;

export function createNumbers({ pool }: { readonly pool: Pool }): Numbers {
  let secret: Promise<string> | null = null;

  async function readSecret(): Promise<string> {
    secret ??= identitySecret(pool);
    try {
      return await secret;
    } catch (thrown) {
      secret = null;
      throw thrown;
    }
  }

  /** E-mail addresses never reach the database: they are looked up by their keyed hash. */
  async function lookUpIds(table: "users" | "teams", ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (!ids.some(isEmailAddress)) return await numbersOf(pool, table, ids);
    const key = await readSecret();
    const kept = new Map(ids.map((id) => [id, keptId(id, key)]));
    const found = await numbersOf(pool, table, [...new Set(kept.values())]);
    return new Map(ids.map((id) => [id, found.get(kept.get(id) ?? id) ?? missing()]));
  }

  const sources = createNumbering({ look: (ids) => numbersOf(pool, "sources", ids), capacity: SOURCES_REMEMBERED });
  const users = createNumbering({ look: (ids) => lookUpIds("users", ids), capacity: PEOPLE_REMEMBERED });
  const teams = createNumbering({ look: (ids) => lookUpIds("teams", ids), capacity: PEOPLE_REMEMBERED });
  const features = createNumbering({
    look: async (keys) => {
      const numbers = await featureNumbers(pool, keys.map(featureOf));
      return new Map(keys.map((key, at) => [key, numbers[at] ?? missing()]));
    },
    capacity: FEATURES_REMEMBERED,
  });
  const remembered: Lookups = { source: sources.get, user: users.get, team: teams.get, feature: features.get };

  return {
    number: (events, source) => numberAll(events, source, remembered),
    async learn(events, source) {
      const [source_, user, team, feature] = await Promise.all([
        learnt(sources, [source]),
        learnt(
          users,
          events.map((event) => event.userId),
        ),
        learnt(
          teams,
          events.map((event) => event.teamId),
        ),
        learnt(
          features,
          events.map((event) => featureKey(event.feature)),
        ),
      ]);
      return numberAll(events, source, { source: source_, user, team, feature }) ?? missing();
    },
  };
}

/** Method and route in one text: a method holds no blank. */
function featureKey(feature: Feature | null): string | null {
  return feature === null ? null : `${feature.method} ${feature.route}`;
}

function featureOf(key: string): Feature {
  const blank = key.indexOf(" ");
  return { method: key.slice(0, blank), route: key.slice(blank + 1) };
}

/** A look-up that knows all of `ids`, whatever is forgotten meanwhile. */
async function learnt(numbering: Numbering, ids: readonly (string | null)[]): Promise<Lookup> {
  const known = new Map<string, number>();
  const unknown = new Set<string>();
  for (const id of ids) {
    if (id === null || known.has(id)) continue;
    const number = numbering.get(id);
    if (number === undefined) unknown.add(id);
    else known.set(id, number);
  }
  if (unknown.size === 0) return (id) => known.get(id);
  const found = await numbering.learn(unknown);
  return (id) => known.get(id) ?? found.get(id);
}

function numberAll(events: readonly EventRow[], source: string, lookups: Lookups): NumberedRow[] | null {
  const sourceNo = lookups.source(source);
  if (sourceNo === undefined) return null;
  const rows: NumberedRow[] = [];
  for (const event of events) {
    const feature = featureKey(event.feature);
    const userNo = event.userId === null ? null : lookups.user(event.userId);
    const teamNo = event.teamId === null ? null : lookups.team(event.teamId);
    const featureNo = feature === null ? null : lookups.feature(feature);
    if (userNo === undefined || teamNo === undefined || featureNo === undefined) return null;
    rows.push({ event, sourceNo, userNo, teamNo, featureNo });
  }
  return rows;
}

function missing(): never {
  throw new Error("an id was looked up and has no number");
}
