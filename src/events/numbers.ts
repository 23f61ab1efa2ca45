import type { Pool } from "../db/client.ts";
import type { EventRow, Feature } from "./event-row.ts";
import type { NumberedRow } from "./event-store.ts";
import type { IdentitySecret } from "./identity-store.ts";
import { adoptFormer, featureNumbers, numbersOf } from "./number-store.ts";
import { createNumbering, type Numbering } from "./numbering.ts";
import { formerIds } from "./outside-id.ts";

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

interface NumbersParts {
  readonly pool: Pool;
  readonly secret: Pick<IdentitySecret, "read">;
}

export function createNumbers({ pool, secret }: NumbersParts): Numbers {
  /** What earlier versions kept under another form of an id is given its present one before. */
  async function lookUpIds(table: "users" | "teams", keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const ids = keys.map(idsOfKey);
    const changed = ids.filter(({ sent }) => sent !== null);
    if (changed.length > 0) {
      const key = await secret.read();
      const renamed = changed.flatMap(({ kept, sent }) =>
        formerIds(sent ?? kept, key).map((former) => ({ kept, former })),
      );
      await adoptFormer(pool, table, renamed);
    }
    const found = await numbersOf(pool, table, [...new Set(ids.map(({ kept }) => kept))]);
    return new Map(keys.map((key, at) => [key, found.get(ids[at]?.kept ?? key) ?? missing()]));
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
          events.map((event) => idKey(event.userId, event.sentUserId)),
        ),
        learnt(
          teams,
          events.map((event) => idKey(event.teamId, event.sentTeamId)),
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

/** An id as it is kept and, where that differs, as it was sent, in one text: neither holds a NUL. */
function idKey(kept: string | null, sent: string | null): string | null {
  return kept === null || sent === null ? kept : `${kept}\0${sent}`;
}

function idsOfKey(key: string): { readonly kept: string; readonly sent: string | null } {
  const end = key.indexOf("\0");
  return end < 0 ? { kept: key, sent: null } : { kept: key.slice(0, end), sent: key.slice(end + 1) };
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
    const user = idKey(event.userId, event.sentUserId);
    const team = idKey(event.teamId, event.sentTeamId);
    const userNo = user === null ? null : lookups.user(user);
    const teamNo = team === null ? null : lookups.team(team);
    const featureNo = feature === null ? null : lookups.feature(feature);
    if (userNo === undefined || teamNo === undefined || featureNo === undefined) return null;
    rows.push({ event, sourceNo, userNo, teamNo, featureNo });
  }
  return rows;
}

function missing(): never {
  throw new Error("an id was looked up and has no number");
}
