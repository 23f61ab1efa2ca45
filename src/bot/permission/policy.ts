import type { Group } from "../../metrics/catalogue.ts";
import type { Asker, Place } from "../asker.ts";
import type { ChatName } from "../platform.ts";

/**
 * `ask`: be answered privately. `show`: be shown in a channel, by Share, a digest or an alert. `names`: named accounts in
 * an answer. `manage`: make and change digests, alerts and surveys. `administer`: say who may do what.
 */
export const ACTIONS = ["ask", "show", "names", "manage", "administer"] as const;
export type Action = (typeof ACTIONS)[number];

/** Whom a rule is about. `group`: a Slack user group or a Discord role. */
export type Subject =
  | { readonly kind: "everyone" }
  | { readonly kind: "person" | "group" | "channel"; readonly platform: ChatName; readonly id: string };

/** Somebody, or all who are in something. */
export interface PersonOrGroup {
  readonly kind: "person" | "group";
  readonly platform: ChatName;
  readonly id: string;
}

/** One line of the policy table. */
export interface Rule {
  readonly subject: Subject;
  /** Of metrics; `*`: all of them. */
  readonly group: Group | "*";
  readonly action: Action;
  readonly allowed: boolean;
}

export interface Policy {
  /** Those of the configuration; when there are none, the admins of the workspace or server count. */
  readonly admins: readonly Subject[];
  readonly rules: readonly Rule[];
}

export interface Question {
  /** Null: not one person, but everyone who can read the place. */
  readonly asker: Asker | null;
  readonly place: Place;
  readonly action: Action;
  readonly group: Group | "*";
}

/** Why something is not allowed, when it is not. */
export type Refusal =
  | "everyone can read it"
  | "other organisations can read it"
  | "who can read it is not known"
  | "guests may not"
  | "who asks is not known"
  | "a rule says so";

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly why: Refusal };

/** Whose numbers are money: shown only where they may be. */
export const MONEY: Group = "revenue";

const ALLOWED: Decision = { allowed: true };
const refused = (why: Refusal): Decision => ({ allowed: false, why });

/**
 * The most exact rule counts: one about the person before one about a group, then one about the channel, then one about
 * everyone; among those, one about the metric group before one about all. Of several groups of a person, one that is
 * allowed is enough. Where there is no rule, the defaults of `docs/access.md` hold. What is shown to a channel is decided
 * by the channel, whoever shows it.
 */
export function mayDo(policy: Policy, question: Question): Decision {
  const { asker, action } = question;
  if (action === "show" || asker === null) return mayBeShown(policy, { ...question, asker: null });
  if (action === "administer") return isAdmin(policy, question) ? ALLOWED : refused("a rule says so");
  if (isAdmin(policy, question)) return ALLOWED;
  const ruling = rulingOf(policy, question);
  if (ruling === "depends on unknown groups") return refused("who asks is not known");
  if (ruling !== null) return ruling ? ALLOWED : refused("a rule says so");
  return byStanding(policy, asker, question);
}

function isAdmin({ admins, rules }: Policy, { asker, place }: Question): boolean {
  if (asker === null) return false;
  if (asker.platform === "terminal") return true;
  if (admins.some((subject) => isAbout(subject, asker, place))) return true;
  const ruling = rulingOf({ admins, rules }, { asker, place, action: "administer", group: "*" });
  if (ruling !== null) return ruling === true;
  return admins.length === 0 && asker.standing === "admin";
}

/** The rules about everyone are about the team: not about guests, nor about people whom the platform does not know. */
function byStanding({ rules }: Policy, { standing }: Asker, { action, group }: Question): Decision {
  const ruling = ofGroup(
    rules.filter((rule) => rule.subject.kind === "everyone" && rule.action === action),
    group,
  );
  switch (standing) {
    case "admin":
    case "member":
      return (ruling ?? true) ? ALLOWED : refused("a rule says so");
    case "guest":
      return refused("guests may not");
    case "unknown": {
      const isHarmless = action === "ask" && group !== MONEY && group !== "*" && ruling !== false;
      return isHarmless ? ALLOWED : refused("who asks is not known");
    }
  }
}

function mayBeShown(policy: Policy, question: Question): Decision {
  const { place, action, group } = question;
  const ofPlace = rulingOf(policy, question);
  const everyone = policy.rules.filter((rule) => rule.subject.kind === "everyone" && rule.action === action);
  const ruling = ofPlace ?? ofGroup(everyone, group);
  if (ruling === true) return ALLOWED;
  if (ruling !== null) return refused("a rule says so");
  if (action === "manage" || action === "administer") return refused("a rule says so");
  if (action === "show" && group !== MONEY && group !== "*") return ALLOWED;
  return byKind(place);
}

/** Money, and names of accounts. */
function byKind({ kind }: Place): Decision {
  switch (kind) {
    case "terminal":
    case "direct":
    case "private":
      return ALLOWED;
    case "public":
      return refused("everyone can read it");
    case "shared":
      return refused("other organisations can read it");
    case "unknown":
      return refused("who can read it is not known");
  }
}

type Ruling = boolean | "depends on unknown groups" | null;

/** What the rules say that name the person, the person's groups or the channel; null when none does. */
function rulingOf({ rules }: Policy, { asker, place, action, group }: Question): Ruling {
  const concerning = rules.filter((rule) => rule.action === action);
  const about = (kind: Subject["kind"]) =>
    concerning.filter(({ subject }) => subject.kind === kind && isAbout(subject, asker, place));
  const person = ofGroup(about("person"), group);
  if (person !== null) return person;
  if (asker !== null && asker.groups === null) {
    const undecided = concerning.filter(
      ({ subject }) => subject.kind === "group" && subject.platform === asker.platform,
    );
    if (ofGroup(undecided, group) !== null) return "depends on unknown groups";
  }
  return ofGroup(about("group"), group) ?? ofGroup(about("channel"), group);
}

/** Of rules about subjects of one kind. */
function ofGroup(rules: readonly Rule[], group: Group | "*"): boolean | null {
  for (const wanted of new Set([group, "*"])) {
    const exact = rules.filter((rule) => rule.group === wanted);
    if (exact.length > 0) return exact.some(({ allowed }) => allowed);
  }
  return null;
}

function isAbout(subject: Subject, asker: Asker | null, place: Place): boolean {
  switch (subject.kind) {
    case "everyone":
      return false;
    case "person":
      return asker !== null && subject.platform === asker.platform && subject.id === asker.person;
    case "group":
      return asker !== null && subject.platform === asker.platform && (asker.groups ?? []).includes(subject.id);
    case "channel":
      return subject.platform === place.platform && subject.id === place.channel;
  }
}

export function isSameSubject(one: Subject, other: Subject): boolean {
  if (one.kind === "everyone" || other.kind === "everyone") return one.kind === other.kind;
  return one.kind === other.kind && one.platform === other.platform && one.id === other.id;
}

const CLOSED_BY_A_GRANT: ReadonlySet<Action> = new Set(["ask", "names", "manage"]);

/**
 * The rule that a grant brings with it. Everyone of the team may ask until somebody in particular is allowed to: from then
 * on nobody else may, also when that grant is taken back. Null when the table says already what holds for everyone.
 */
export function closingRule(policy: Policy, { subject, group, action, allowed }: Rule): Rule | null {
  if (!allowed || subject.kind === "everyone" || !CLOSED_BY_A_GRANT.has(action)) return null;
  const everyone = policy.rules.filter((rule) => rule.subject.kind === "everyone" && rule.action === action);
  if (ofGroup(everyone, group) !== null) return null;
  return { subject: { kind: "everyone" }, group, action, allowed: false };
}
