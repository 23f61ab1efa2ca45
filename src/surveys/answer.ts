/** What somebody answered in one round, by all the ways they have. */
export interface Answer {
  /** `slack:U123` */
  readonly person: string;
  /** By reaction, 0 to 10; null: withdrawn or never given. */
  readonly publicScore: number | null;
  /** Privately, 0 to 10; null: withdrawn or never given. */
  readonly privateScore: number | null;
  readonly reason: string | null;
  /** Whom it counts for: several identities of one person have the same. */
  readonly userId: string;
  /** ISO instant at which the answer became what it is. */
  readonly changedAt: string;
}

/** One digit under a question. */
export interface Vote {
  /** `slack:U123` */
  readonly person: string;
  readonly isBot: boolean;
  /** 0 to 10 */
  readonly digit: number;
}

/** Of several digits held at once the lowest counts: the rule looks at what is there, so the order of events is no matter. */
export function scoresSeen(votes: readonly Vote[]): ReadonlyMap<string, number> {
  const scores = new Map<string, number>();
  for (const { person, isBot, digit } of votes)
    if (!isBot) scores.set(person, Math.min(digit, scores.get(person) ?? digit));
  return scores;
}

/** What was said in private is what somebody means. */
export function scoreOf({ publicScore, privateScore }: Pick<Answer, "publicScore" | "privateScore">): number | null {
  return privateScore ?? publicScore;
}

export interface PublicChange {
  readonly person: string;
  readonly publicScore: number | null;
}

/** What makes the stored public scores those that were seen. */
export function reconcile(stored: readonly Answer[], seen: ReadonlyMap<string, number>): PublicChange[] {
  const known = new Map(stored.map(({ person, publicScore }) => [person, publicScore]));
  const people = new Set([...known.keys(), ...seen.keys()]);
  return [...people].flatMap((person) => {
    const publicScore = seen.get(person) ?? null;
    return publicScore === (known.get(person) ?? null) ? [] : [{ person, publicScore }];
  });
}

/** One answer for each person who holds one: of several identities a private one, then the latest. */
export function standingAnswers<A extends Answer>(answers: readonly A[]): A[] {
  const standing = new Map<string, A>();
  for (const answer of answers.filter((one) => scoreOf(one) !== null)) {
    const other = standing.get(answer.userId);
    if (other === undefined || beats(answer, other)) standing.set(answer.userId, answer);
  }
  return [...standing.values()];
}

function beats(one: Answer, other: Answer): boolean {
  const [isPrivate, otherIsPrivate] = [one.privateScore !== null, other.privateScore !== null];
  if (isPrivate !== otherIsPrivate) return isPrivate;
  if (one.changedAt !== other.changedAt) return one.changedAt > other.changedAt;
  return one.person < other.person;
}

export interface Tally {
  readonly promoters: number;
  readonly passives: number;
  readonly detractors: number;
}

/** 9 and 10 promote, 0 to 6 detract. */
export function tallyOf(scores: readonly number[]): Tally {
  const promoters = scores.filter((score) => score >= 9).length;
  const detractors = scores.filter((score) => score <= 6).length;
  return { promoters, detractors, passives: scores.length - promoters - detractors };
}
