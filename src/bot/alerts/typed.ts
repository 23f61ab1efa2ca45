import { Problem } from "../../core/problem.ts";
import { Temporal } from "../../core/time.ts";
import type { GroupName } from "../../metrics/catalogue.ts";
import type { Invocation } from "../command.ts";
import type { Subject } from "../permission/policy.ts";
import type { Destination } from "../platform.ts";
import { quotation } from "../quotation.ts";
import { readAlertName, type Alert, type QuietHours } from "./alert.ts";
import { groupOf, type AlertBook } from "./alert-book.ts";
import type { Part } from "./condition.ts";

function mistake(sentence: string): Problem {
  return new Problem("not_understood", 400, sentence);
}

const QUIET_HOURS = /^([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)$/u;

/** "22:00-07:00"; null when nothing was typed. */
export function quietHoursOf(typed: string): QuietHours | null {
  if (typed === "") return null;
  const [, h1, m1, h2, m2] = QUIET_HOURS.exec(typed) ?? [];
  if (h1 === undefined || h2 === undefined)
    throw mistake(`\`quiet\` is from one time to another, like \`22:00-07:00\`; you wrote ${quotation(typed)}.`);
  const [from, to] = [`${h1.padStart(2, "0")}:${m1 ?? ""}`, `${h2.padStart(2, "0")}:${m2 ?? ""}`];
  if (from === to) throw mistake("`quiet` begins and ends at the same time, so that nothing would ever be told.");
  return { from, to };
}

const GROUP_NAMES: Readonly<Record<GroupName, true>> = {
  plan: true,
  route: true,
  service: true,
  type: true,
  endpoint: true,
  severity: true,
  priority: true,
  category: true,
};

function isGroupName(word: string): word is GroupName {
  return Object.hasOwn(GROUP_NAMES, word);
}

/** "plan=pro", "plan pro"; null when nothing was typed. */
export function partOf(typed: string): Part | null {
  if (typed === "") return null;
  const [, by = "", group = ""] = /^(\w+)(?:\s*[=:]\s*|\s+)(.+)$/su.exec(typed) ?? [];
  const name = by.toLowerCase();
  if (group !== "" && isGroupName(name)) return { by: name, group };
  const names = Object.keys(GROUP_NAMES).join("`, `");
  throw mistake(
    `\`by\` is a kind of group and its name, like \`plan=pro\`; you wrote ${quotation(typed)}. Kinds: \`${names}\`.`,
  );
}

/** Whoever asks in chat changes what is posted there, not on another platform. */
export function destinationOf(named: Subject | null, { asker, place }: Invocation): Destination {
  if (named === null) {
    if (place.platform === "terminal")
      throw mistake("Name the channel: `--channel slack:C0123456789` or `--channel discord:channel:123`.");
    return { platform: place.platform, channel: place.channel };
  }
  if (named.kind !== "channel") throw mistake("An alert goes to a channel: mention one, like `#numbers`.");
  if (asker.platform !== "terminal" && asker.platform !== named.platform)
    throw mistake("That channel is on another platform. Ask there, in the channel.");
  return { platform: named.platform, channel: named.id };
}

/** The alert that was named, if whoever asks may see its numbers, and the episode that was meant; null: none is open. */
export async function alertMeant(
  typed: string,
  { view, prefix }: Invocation,
  book: AlertBook,
): Promise<{ readonly alert: Alert; readonly episode: number | null }> {
  const name = readAlertName(typed);
  if (name === null)
    throw mistake(
      `An alert is named like \`A-12\`; you wrote ${quotation(typed)}. \`${prefix}alert list\` shows them all.`,
    );
  const alert = await book.find(name.alertNo);
  if (!view.groups.has(groupOf(alert)))
    throw new Problem("not_for_you", 403, "That alert is about numbers that you may not see.", {
      next: `Ask an admin to allow it (\`${prefix}access grant\`).`,
    });
  return { alert, episode: name.episode ?? alert.open?.episode ?? null };
}

const MORNING = "09:00";
const MINUTES: Readonly<Record<string, number>> = { m: 1, min: 1, h: 60, d: 1_440 };
const LONGEST_DAYS = 30;

/** Until when: "30m", "4h", "2d", "tomorrow" at 09:00. */
export function snoozedUntil(typed: string, now: Temporal.Instant, timeZone: string): Temporal.Instant {
  if (typed.toLowerCase() === "tomorrow") {
    const tomorrow = now.toZonedDateTimeISO(timeZone).toPlainDate().add({ days: 1 });
    return tomorrow.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(MORNING) }).toInstant();
  }
  const [, count = "", unit = ""] = /^(\d{1,4})\s*(m|min|h|d)$/iu.exec(typed) ?? [];
  const minutes = Number(count) * (MINUTES[unit.toLowerCase()] ?? 0);
  if (minutes > 0 && minutes <= LONGEST_DAYS * 1_440) return now.add({ minutes });
  throw mistake(
    `\`span\` is how long it is quiet, like \`30m\`, \`4h\`, \`2d\` or \`tomorrow\`, ${LONGEST_DAYS} days at most; you wrote ${quotation(typed)}.`,
  );
}
