import { Problem } from "../../core/problem.ts";
import type { Clock } from "../../core/time.ts";
import type { Pool } from "../../db/client.ts";
import { restingPeople } from "../../surveys/round-store.ts";
import type { Audience } from "../conversation.ts";
import type { PersonOrGroup } from "../permission/policy.ts";
import type { ChatPlatform } from "../platform.ts";

export const COOL_DOWN_DAYS = 90;

/** Whom to ask alone, by the platform's ids. */
export interface SurveyAudience {
  readonly people: readonly string[];
  /** Asked alone, or answered, within the cool-down, on any platform. */
  readonly resting: readonly string[];
  /** How many are not there any more. */
  readonly missing: number;
}

interface AudienceParts {
  readonly pool: Pool;
  readonly clock: Clock;
}

export async function surveyAudience(
  whom: PersonOrGroup,
  platform: ChatPlatform | undefined,
  { pool, clock }: AudienceParts,
): Promise<SurveyAudience> {
  const wanted: Audience = whom.kind === "group" ? { kind: "group", id: whom.id } : { kind: "people", ids: [whom.id] };
  const members = await platform?.audienceOf(wanted);
  if (members === undefined)
    throw new Problem("platform_off", 409, "That platform is not connected here.", {
      next: "Ask from a chat that is.",
    });
  if (!members.ok) throw new Problem("no_audience", 409, members.reason);
  const ids = members.value.people.filter(({ isBot }) => !isBot).map(({ id }) => id);
  const since = clock
    .now()
    .subtract({ hours: 24 * COOL_DOWN_DAYS })
    .toString();
  const resting = await pool.run((sql) => restingPeople(sql, whom.platform, ids, since));
  const left = new Set(resting);
  return { people: ids.filter((id) => !left.has(id)), resting, missing: members.value.missing.length };
}
