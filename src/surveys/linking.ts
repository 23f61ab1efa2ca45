import type { Database } from "../db/client.ts";
import { Problem } from "../core/problem.ts";
import { isPlaceholder, keptId, tidyId } from "../events/outside-id.ts";
import { moveAnswers } from "./answer-store.ts";
import { identitiesOf, keepLink, pseudonym, storeLink, userIdsOf } from "./person-store.ts";

export type LinkTarget = { readonly userId: string } | { readonly person: string };

interface Linking {
  /** `slack:U123` */
  readonly person: string;
  readonly to: LinkTarget;
  readonly linkedBy: string;
  /** The database's secret. */
  readonly key: string;
}

/**
 * Says whom a person's answers count for. Those who were linked to that person while it had no link of its own follow it.
 * Answers whom they count for, and the rounds whose answers moved.
 */
export async function linkPerson(
  db: Pick<Database, "intake">,
  { person, to, linkedBy, key }: Linking,
): Promise<{ readonly userId: string; readonly moved: readonly string[] }> {
  if ("userId" in to && isPlaceholder(tidyId(to.userId)))
    throw new Problem("no_user", 400, "That is what programs write when they have no user id.", {
      next: "Write the id that your product sends, as in `link @kim u_42`.",
    });
  return db.intake.transaction(async (sql) => {
    const now = await userIdsOf(sql, "person" in to ? [person, to.person] : [person], key);
    const userId = "userId" in to ? keptId(to.userId, key) : (now.get(to.person) ?? "");
    if ("person" in to) await keepLink(sql, { person: to.person, userId, linkedBy });
    const own = pseudonym(person, key);
    const followers = now.get(person) === own && userId !== own ? await identitiesOf(sql, own) : [];
    const moved = new Set<string>();
    for (const one of new Set([person, ...followers])) {
      await storeLink(sql, { person: one, userId, linkedBy });
      for (const surveyId of await moveAnswers(sql, one, userId)) moved.add(surveyId);
    }
    return { userId, moved: [...moved] };
  });
}
