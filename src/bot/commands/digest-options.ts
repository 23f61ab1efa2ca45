import { Problem } from "../../core/problem.ts";
import type { Invocation, Option } from "../command.ts";
import { EDITIONS, type Edition } from "../digest/edition.ts";
import { readSections, type Section } from "../digest/section.ts";
import { WEEKDAYS } from "../digest/weekday.ts";
import type { Subject } from "../permission/policy.ts";
import type { Destination } from "../platform.ts";
import { quotation } from "../quotation.ts";

export const channelOption = {
  kind: "reference",
  description: "the channel; left out, the one in which you ask",
  optional: true,
} as const satisfies Option;

export const editionOption = {
  kind: "choice",
  description: "of each day, week or month",
  choices: EDITIONS,
  fallback: "daily",
} as const satisfies Option;

/** Of those that the channel has. */
export const editionsOption = {
  kind: "choice",
  description: "which edition; left out, all that the channel has",
  choices: ["all", ...EDITIONS],
  fallback: "all",
} as const satisfies Option;

export const sectionsOption = {
  kind: "text",
  description: "which parts, by comma, as numbers,money,tickets; left out, all",
  longest: 200,
  fallback: "",
} as const satisfies Option;

export const timeOption = (description: string) => ({ kind: "text", description, longest: 60, fallback: "" }) as const;

/** Whoever asks in chat changes what is posted there, not on another platform. */
export function destinationOf(named: Subject | null, { asker, place }: Invocation): Destination {
  if (named === null) {
    if (place.platform === "terminal")
      throw mistake("Name the channel: `--channel slack:C0123456789` or `--channel discord:channel:123`.");
    return { platform: place.platform, channel: place.channel };
  }
  if (named.kind !== "channel") throw mistake("A digest goes to a channel: mention one, like `#numbers`.");
  if (asker.platform !== "terminal" && asker.platform !== named.platform)
    throw mistake("That channel is on another platform. Ask there, in the channel.");
  return { platform: named.platform, channel: named.id };
}

/** "9:30" and "09:30" as "09:30". */
export function timeOf(typed: string): string {
  const [, hour = "", minute = ""] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(typed) ?? [];
  if (hour === "")
    throw mistake(
      `\`at\` must be a time from 00:00 to 23:59, like \`09:30\`; you wrote ${quotation(typed)}. A channel is named by \`--channel\`.`,
    );
  return `${hour.padStart(2, "0")}:${minute}`;
}

/** "Friday", "fri" as 5; null when nothing was typed. */
export function weekdayOf(typed: string): number | null {
  if (typed === "") return null;
  const index = WEEKDAYS.findIndex((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
  if (typed.length >= 2 && index >= 0) return index + 1;
  throw mistake(`\`day\` must be a weekday, like \`monday\`; you wrote ${quotation(typed)}.`);
}

/** Of the edition: only a weekly one has a weekday, and Monday is the usual one. */
export function weekdayFor(edition: Edition, typed: string): number | null {
  const weekday = weekdayOf(typed);
  if (edition === "weekly") return weekday ?? 1;
  if (weekday !== null) throw mistake("Only a weekly digest has a `day`: add `--edition weekly`.");
  return null;
}

export function sectionsOf(typed: string): readonly Section[] {
  const read = readSections(typed);
  if (!read.ok) throw mistake(read.complaint);
  return read.sections;
}

function mistake(text: string): Problem {
  return new Problem("not_understood", 400, text);
}
