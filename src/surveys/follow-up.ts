import { scoreOf, standingAnswers, type Answer } from "./answer.ts";
import type { FollowUp } from "./follow-up-store.ts";

/** The highest score of somebody who is unhappy. */
export const HIGHEST_LOW = 6;

/**
 * People whose answer is low and who have no follow-up in this round, under none of their identities: an answer that changes
 * from low to low opens no second one, and one that is withdrawn leaves the first.
 */
export function peopleToFollowUp(answers: readonly Answer[], known: readonly Pick<FollowUp, "person">[]): string[] {
  const followed = new Set(known.map(({ person }) => person));
  const followedUsers = new Set(answers.filter(({ person }) => followed.has(person)).map(({ userId }) => userId));
  return standingAnswers(answers)
    .filter((answer) => (scoreOf(answer) ?? HIGHEST_LOW + 1) <= HIGHEST_LOW && !followedUsers.has(answer.userId))
    .map(({ person }) => person);
}
