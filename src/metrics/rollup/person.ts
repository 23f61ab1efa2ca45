const MICROS_A_DAY = 86_400_000_000n;

/** What is known of one person. Instants are microseconds since 1970. */
export interface PersonHistory {
  readonly signups: readonly bigint[];
  readonly milestones: readonly { readonly milestone: string; readonly at: bigint }[];
  /** The earliest request with a status under 400 that did not fail, which is a `first_api_call` too; null without any. */
  readonly firstRequestAt: bigint | null;
  /** The earliest started session, which is a `first_agent_session` too; null without any. */
  readonly firstSessionAt: bigint | null;
}

export interface ActivationRule {
  /** All of them are required. */
  readonly milestones: readonly string[];
  /** Within so many times 24 hours after the sign-up, the edge included. */
  readonly days: number;
}

export interface Person {
  readonly signedUpAt: bigint | null;
  /** When each milestone was first reached, not before the sign-up. Empty for who never signed up. */
  readonly reached: ReadonlyMap<string, bigint>;
  /** When the last required milestone was reached; null when one is missing or was reached too late. */
  readonly activatedAt: bigint | null;
}

export function foldPerson(history: PersonHistory, rule: ActivationRule): Person {
  const signedUpAt = earliest(history.signups);
  if (signedUpAt === null) return { signedUpAt, reached: new Map(), activatedAt: null };
  const reached = new Map<string, bigint>();
  for (const { milestone, at } of withDerived(history)) {
    const known = reached.get(milestone);
    const counted = at < signedUpAt ? signedUpAt : at;
    if (known === undefined || counted < known) reached.set(milestone, counted);
  }
  return { signedUpAt, reached, activatedAt: activatedAt(signedUpAt, reached, rule) };
}

function withDerived(history: PersonHistory) {
  const derived = [
    { milestone: "first_api_call", at: history.firstRequestAt },
    { milestone: "first_agent_session", at: history.firstSessionAt },
  ];
  return [...history.milestones, ...derived.flatMap(({ milestone, at }) => (at === null ? [] : [{ milestone, at }]))];
}

function activatedAt(signedUpAt: bigint, reached: ReadonlyMap<string, bigint>, rule: ActivationRule): bigint | null {
  const deadline = signedUpAt + BigInt(rule.days) * MICROS_A_DAY;
  let last = signedUpAt;
  for (const milestone of rule.milestones) {
    const at = reached.get(milestone);
    if (at === undefined || at > deadline) return null;
    if (at > last) last = at;
  }
  return last;
}

function earliest(instants: readonly bigint[]): bigint | null {
  return instants.reduce<bigint | null>((least, at) => (least === null || at < least ? at : least), null);
}
