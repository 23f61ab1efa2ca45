import type { Group } from "../../metrics/catalogue.ts";
import type { Place } from "../asker.ts";
import { GROUP_NAMES } from "../group-names.ts";
import { ALL_GROUPS } from "./need.ts";
import type { Action, Policy, Refusal, Subject } from "./policy.ts";

/** "@kim", "#founders"; the subject's reference ("slack:U123") when the platform knows no name. Never rejects. */
export type NameOf = (subject: Subject) => Promise<string>;

export interface Refused {
  readonly policy: Policy;
  readonly place: Place;
  /** What was asked for. */
  readonly action: Action;
  /** Empty: it is not about numbers. */
  readonly groups: readonly Group[];
  readonly why: Refusal;
  /** See `Platform.prefix`. */
  readonly prefix: string;
  readonly nameOf: NameOf;
}

const MOST_NAMED = 2;

/** What is not shown or done, why not, and what can be done about it. */
export async function refusalSentence(refused: Refused): Promise<string> {
  const [whom, elsewhere] = await Promise.all([whomToAsk(refused), placesInstead(refused)]);
  const allow = `ask ${whom} to allow it (\`${refused.prefix}access grant\`)`;
  const next = elsewhere === "" ? capitalised(`${allow}.`) : `Ask in ${elsewhere}, or ${allow}.`;
  return `${whatAndWhy(refused)} ${next}`;
}

function whatAndWhy({ action, groups, why, place }: Refused): string {
  switch (why) {
    case "everyone can read it":
      return `${notShown(groups)} in ${placeName(place)}: everyone can read it.`;
    case "other organisations can read it":
      return `${notShown(groups)} in ${placeName(place)}: people of other organisations can read it.`;
    case "who can read it is not known":
      return `${notShown(groups)} in ${placeName(place)}: ${platformName(place)} does not say who can read it. Invite Bellwether there.`;
    case "who asks is not known":
      return groups.length === 0
        ? `${platformName(place)} does not say who you are. Try again in a minute.`
        : `${notShown(groups)}: ${platformName(place)} does not say who you are. Try again in a minute.`;
    case "guests may not":
      return `Guests may not ${deed(action, groups)}.`;
    case "a rule says so":
      return action === "show" ? `${notShown(groups)} in ${placeName(place)}.` : `You may not ${deed(action, groups)}.`;
  }
}

function deed(action: Action, groups: readonly Group[]): string {
  switch (action) {
    case "ask":
    case "show":
      return `see ${listed(groups)}`;
    case "names":
      return "see the names of accounts";
    case "manage":
      return "change digests, alerts and surveys";
    case "administer":
      return "change who sees what";
  }
}

function notShown(groups: readonly Group[]): string {
  const plural = groups.length > 1 || groups[0] === "people";
  return `${capitalised(listed(groups))} ${plural ? "are" : "is"} not shown`;
}

function listed(groups: readonly Group[]): string {
  if (groups.length === ALL_GROUPS.length) return "the numbers";
  const names = groups.map((group) => GROUP_NAMES[group].toLowerCase());
  const last = names.pop() ?? "numbers";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function placeName({ kind, name }: Place): string {
  return name === null || kind === "direct" ? "this channel" : `#${name}`;
}

function platformName({ platform }: Place): string {
  switch (platform) {
    case "slack":
      return "Slack";
    case "discord":
      return "Discord";
    case "terminal":
      return "The terminal";
  }
}

/** Those who may allow it, by name where somebody is named. */
async function whomToAsk({ policy, place, nameOf }: Refused): Promise<string> {
  const granted = policy.rules.filter(({ action, allowed }) => action === "administer" && allowed);
  const admins = [...policy.admins, ...granted.map(({ subject }) => subject)];
  const reachable = admins.filter((subject) => subject.kind !== "everyone" && subject.platform === place.platform);
  if (reachable.length > 0) return (await Promise.all(reachable.slice(0, MOST_NAMED).map(nameOf))).join(" or ");
  if (admins.length > 0) return "whoever runs Bellwether";
  return place.platform === "discord" ? "an administrator of the server" : "an admin of the workspace";
}

/** "#founders": channels of the same platform in which it may be asked or shown; empty when there are none. */
async function placesInstead({ policy, place, action, groups, nameOf }: Refused): Promise<string> {
  const wanted = action === "show" ? "show" : "ask";
  const allowed = policy.rules.filter(
    (rule) =>
      rule.allowed &&
      rule.action === wanted &&
      (rule.group === "*" || groups.includes(rule.group)) &&
      rule.subject.kind === "channel" &&
      rule.subject.platform === place.platform &&
      rule.subject.id !== place.channel,
  );
  return (await Promise.all(allowed.slice(0, MOST_NAMED).map(({ subject }) => nameOf(subject)))).join(" or ");
}
