import { byBytes } from "./ids.ts";
import type { Fact } from "./intake.ts";
import type { Rules, Setting } from "./setting.ts";
import { advance, hasEndedBy, isPayment, kindOf, live, newSubscription, type Subscription } from "./subscription.ts";

export interface Cash {
  readonly fact: Fact;
  /** Its own, else that of the subscription to which it belongs, else the workspace's. */
  readonly currency: string;
}

interface Workspace {
  readonly all: Subscription[];
  /** The team that somebody's latest revenue event named. */
  readonly teamOf: Map<string, string>;
  readonly setting: Setting;
  readonly rules: Rules;
}

const teamAccount = (team: string): string => `team ${team}`;
const isPerson = (account: string): boolean => account.startsWith("user ");

/** The account to which an event belongs. */
function accountOf({ team, user }: Fact, { teamOf, rules }: Workspace): string {
  const known = team ?? (rules.peopleStandForTeams ? teamOf.get(user ?? "") : undefined);
  return known === undefined ? `user ${user}` : teamAccount(known);
}

function running({ all }: Workspace, account: string, at: bigint): Subscription[] {
  return all.filter((one) => one.account === account && !hasEndedBy(one, at));
}

/** The subscription that an event without an id means; undefined when it has to be made. */
function withoutId(account: string, at: bigint, workspace: Workspace): Subscription | undefined {
  const [only, ...others] = running(workspace, account, at);
  if (only !== undefined && others.length === 0) return only;
  return workspace.all.find((one) => one.account === account && one.name === null);
}

function withId(fact: Fact, id: string, account: string, workspace: Workspace): Subscription | undefined {
  const known = workspace.all.find(({ name }) => name === id);
  if (known !== undefined || kindOf(fact) === "subscription_started" || isPayment(fact)) return known;
  const [only, ...others] = running(workspace, account, fact.at);
  if (!workspace.rules.givesIds || only === undefined || others.length > 0 || only.name !== null) return undefined;
  only.name = id;
  return only;
}

/** Finds or makes the subscription of an event and lets the event say to whom it belongs. */
function find(fact: Fact, workspace: Workspace): Subscription | undefined {
  const { all, teamOf, setting } = workspace;
  const account = accountOf(fact, workspace);
  if (fact.user !== null && fact.team !== null) teamOf.set(fact.user, fact.team);
  const given = fact.body["subscription_id"];
  const id = typeof given === "string" ? given : null;
  const known = id === null ? withoutId(account, fact.at, workspace) : withId(fact, id, account, workspace);
  if (isPayment(fact)) return known;
  const own = known ?? newSubscription(id, setting.currency);
  if (known === undefined) all.push(own);
  if (!isPerson(account) || own.account === null || isPerson(own.account)) own.account = account;
  return own;
}

const hasId = ({ body }: Fact): boolean => body["subscription_id"] !== undefined;

/** Those with an id find their subscription first, then the others; each by event id. */
const inFindingOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((a, b) => Number(hasId(b)) - Number(hasId(a)) || byBytes(a.id, b.id));

/** Every subscription with all its states, and all money that changed hands. */
export function subscriptionsOf(
  facts: readonly Fact[],
  horizon: bigint,
  setting: Setting,
  rules: Rules,
): { readonly all: readonly Subscription[]; readonly cash: readonly Cash[] } {
  const workspace: Workspace = { all: [], teamOf: new Map(), setting, rules };
  const { all } = workspace;
  const cash: Cash[] = [];
  const revenue = facts.filter(({ type }) => type === "revenue").sort(rules.order);
  for (const at of new Set(revenue.map((fact) => fact.at))) {
    for (const subscription of all) advance(subscription, at, rules);
    const now = inFindingOrder(revenue.filter((fact) => fact.at === at));
    const found = now.map((fact) => ({ fact, subscription: find(fact, workspace) }));
    for (const subscription of all) {
      const own = found.filter((one) => one.subscription === subscription).map(({ fact }) => fact);
      if (own.length > 0) live(subscription, own, at, rules);
    }
    for (const { fact, subscription } of found.filter((one) => isPayment(one.fact))) {
      const known = subscription?.terms.currency ?? setting.currency;
      cash.push({ fact, currency: String(fact.body["currency"] ?? known) });
    }
  }
  for (const subscription of all) advance(subscription, horizon, rules);
  return { all, cash };
}
