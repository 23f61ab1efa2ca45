import type { Group } from "../../metrics/catalogue.ts";
import type { Destination } from "../platform.ts";
import { ALL_GROUPS } from "./need.ts";
import { ACTIONS, closingRule, isSameSubject, type Action, type Policy, type Rule, type Subject } from "./policy.ts";
import { readReference } from "./reference.ts";

/** What the configuration says of who may what; see `policyOf` for how it stands beside what is set in chat. */
export interface StandingPolicy {
  readonly admins: readonly Subject[];
  readonly rules: readonly Rule[];
}

export function isAction(word: string): word is Action {
  return ACTIONS.some((action) => action === word);
}

export function isGroup(word: string): word is Group | "*" {
  return word === "*" || ALL_GROUPS.some((group) => group === word);
}

/** `slack:S0FOUNDERS may ask revenue`, `everyone may not ask *`; null for anything else. */
export function readRule(text: string): Rule | null {
  const [who = "", may, ...rest] = text.trim().split(/\s+/);
  const allowed = rest[0] !== "not";
  const [action = "", group = "", ...more] = allowed ? rest : rest.slice(1);
  const subject = readReference(who);
  if (subject === null || may !== "may" || !isAction(action) || !isGroup(group) || more.length > 0) return null;
  return { subject, group, action, allowed };
}

/**
 * The channels that get the digest may be shown everything. Who is allowed to ask by name keeps others from asking, as
 * with a grant in chat.
 */
export function standingPolicy(
  admins: readonly Subject[],
  given: readonly Rule[],
  digestChannels: readonly Destination[],
): StandingPolicy {
  const ofDigests = digestChannels.flatMap(({ platform, channel }): Rule[] => {
    const subject = { kind: "channel", platform, id: channel } as const;
    return (["show", "names"] as const)
      .filter((action) => !given.some((rule) => rule.action === action && isSameSubject(rule.subject, subject)))
      .map((action) => ({ subject, group: "*", action, allowed: true }));
  });
  const closed = given.reduce<readonly Rule[]>((rules, rule) => {
    const closing = closingRule({ admins, rules: [...given, ...rules] }, rule);
    return closing === null ? rules : [...rules, closing];
  }, []);
  return { admins, rules: [...given, ...closed, ...ofDigests] };
}

/** Rules set in chat stand in the place of those of the configuration about the same. */
export function policyOf({ admins, rules }: StandingPolicy, set: readonly Rule[]): Policy {
  const isReplaced = (rule: Rule) =>
    set.some(
      (one) => one.action === rule.action && one.group === rule.group && isSameSubject(one.subject, rule.subject),
    );
  return { admins, rules: [...rules.filter((rule) => !isReplaced(rule)), ...set] };
}
