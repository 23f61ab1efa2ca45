import { Problem } from "../../core/problem.ts";
import type { Clock } from "../../core/time.ts";
import type { Pool } from "../../db/client.ts";
import { linkedUsers } from "../../surveys/person-store.ts";
import { restingPeople } from "../../surveys/rest-store.ts";
import type { PersonOrGroup } from "../permission/policy.ts";
import type { ChatName, ChatPlatform } from "../platform.ts";

export const COOL_DOWN_DAYS = 90;

/** Somebody of a platform, by its id. */
export interface Asked {
  readonly platform: ChatName;
  readonly person: string;
}

/** Whom to ask alone. */
export interface SurveyAudience {
  /** Nobody twice, whatever they are called on which platform. */
  readonly people: readonly Asked[];
  /** How many were asked alone, or answered, within the cool-down, on any platform. */
  readonly resting: number;
  /** How many are not there any more. */
  readonly missing: number;
}

interface AudienceParts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly platformOf: (name: string) => ChatPlatform | undefined;
}

/** All whom the list names, alone or by a group, who may be asked now. Rejects with `Problem` when a platform does not say. */
export async function surveyAudience(
  whom: readonly PersonOrGroup[],
  { pool, clock, platformOf }: AudienceParts,
): Promise<SurveyAudience> {
  const members = await Promise.all(whom.map((one) => membersOf(one, platformOf)));
  const there = await oneEach(
    members.flatMap(({ people }) => people),
    pool,
  );
  const since = coolDownStart(clock);
  const resting = new Set<string>();
  for (const platform of new Set(there.map((one) => one.platform))) {
    const people = there.filter((one) => one.platform === platform).map(({ person }) => person);
    for (const id of await pool.run((sql) => restingPeople(sql, { platform, people, since })))
      resting.add(`${platform}:${id}`);
  }
  return {
    people: there.filter((one) => !resting.has(textOf(one))),
    resting: resting.size,
    missing: members.reduce((sum, { missing }) => sum + missing, 0),
  };
}

/** Whoever was asked alone or answered later than this rests. */
export function coolDownStart(clock: Clock): string {
  return clock
    .now()
    .subtract({ hours: 24 * COOL_DOWN_DAYS })
    .toString();
}

async function membersOf({ kind, platform, id }: PersonOrGroup, platformOf: AudienceParts["platformOf"]) {
  const wanted = kind === "group" ? ({ kind, id } as const) : ({ kind: "people", ids: [id] } as const);
  const members = await platformOf(platform)?.audienceOf(wanted);
  if (members === undefined)
    throw new Problem("platform_off", 409, "That platform is not connected here.", {
      next: "Ask from a chat that is.",
    });
  if (!members.ok) throw new Problem("no_audience", 409, members.reason);
  const people = members.value.people.filter(({ isBot }) => !isBot).map((one) => ({ platform, person: one.id }));
  return { people, missing: members.value.missing.length };
}

/** Of those who are the same person, the first. */
async function oneEach(people: readonly Asked[], pool: Pool): Promise<Asked[]> {
  const linked = await pool.run((sql) => linkedUsers(sql, people.map(textOf)));
  const found = new Map<string, Asked>();
  for (const one of people) {
    const user = linked.get(textOf(one));
    const name = user === undefined ? `chat ${textOf(one)}` : `user ${user}`;
    if (!found.has(name)) found.set(name, one);
  }
  return [...found.values()];
}

function textOf({ platform, person }: Asked): string {
  return `${platform}:${person}`;
}
