import { localDay, type Temporal } from "../../core/time.ts";
import type { Daily, Day } from "../../metrics/answers.ts";
import { isMetricName, metricOf, type Group, type MetricName } from "../../metrics/catalogue.ts";
import { metricsFrom, type Feed } from "../../metrics/freshness/feed.ts";
import type { Freshness } from "../../metrics/freshness/freshness.ts";
import { GROUP_NAMES } from "../group-names.ts";
import { quotation } from "../quotation.ts";
import { dayText, timeText } from "../window-words.ts";
import { weekdayOf } from "./weekday.ts";

/** A number that is not that of the whole day. */
export interface Mark {
  readonly metric: MetricName;
  /** A level as it was then; null: left out. */
  readonly value: number | null;
  /** "as of Thu 15:10", "left out: not whole after Thu 15:10" */
  readonly text: string;
}

/** What a digest says about its numbers. */
export interface FreshnessTold {
  /** "complete as of 09:00 · Stripe, app and health checks reported" */
  readonly footer: string;
  /** What is missing; empty: nothing is. */
  readonly missing: readonly string[];
  readonly marks: readonly Mark[];
}

interface Telling {
  readonly timeZone: string;
  /** Those that the digest tells. */
  readonly groups: ReadonlySet<Group>;
  /** The last day, with all its numbers; null: an edition of several days, which marks none. */
  readonly day: Day | null;
}

export function freshnessTold(freshness: Freshness, { timeZone, groups, day }: Telling): FreshnessTold {
  const { asOf, behind, reported, unfinished } = freshness;
  const missing = missingSentences(freshness, timeZone, groups);
  const time = timeText((behind?.until ?? asOf).toString(), timeZone);
  const names = [...new Set(reported.map(partName))];
  const heard = names.length === 0 ? [] : [`${listed(names)} reported`];
  return {
    footer: [`${missing.length === 0 ? "complete" : "not complete"} as of ${time}`, ...heard].join(" · "),
    missing,
    marks:
      day === null
        ? []
        : [...unfinished].map(([metric, until]) => markOf(day, metric, whenText(until, asOf, timeZone))),
  };
}

/** What is missing, in words; why a digest waits. Of feeds whose numbers are not told, nothing. */
export function missingSentences(
  { asOf, silent, behind, failed }: Freshness,
  timeZone: string,
  groups: ReadonlySet<Group>,
): string[] {
  const ofFeeds = silent.flatMap((feed) => {
    const about = groupsOf(feed.event).filter((group) => groups.has(group));
    if (about.length === 0) return [];
    const numbers = listed(about.map((group) => GROUP_NAMES[group].toLowerCase()));
    const verb = about.length > 1 || about[0] === "people" ? "are" : "is";
    return [`${silenceOf(feed)} since ${whenText(feed.since, asOf, timeZone)}, so ${numbers} ${verb} as of then.`];
  });
  const until = behind?.until ?? null;
  const ofRollup =
    behind === null
      ? []
      : [
          until === null
            ? "The numbers are not worked out yet: the rollup has not run."
            : `The rollup is behind: the numbers are as of ${whenText(until, asOf, timeZone)}.`,
        ];
  const ofFailures =
    failed === 0 ? [] : [`${failed} ${failed === 1 ? "change" : "changes"} could not be counted; the log says why.`];
  return [...ofFeeds, ...ofRollup, ...ofFailures];
}

/** The days as if there were no data of what is not whole on the last of them: nothing is concluded from it. */
export function withoutUnfinished(daily: Daily, { unfinished }: Pick<Freshness, "unfinished">): Daily {
  const last = daily.days.at(-1);
  if (last === undefined || unfinished.size === 0) return daily;
  const hidden = Object.keys(last).filter((name) => isMetricName(name) && unfinished.has(name));
  const shown = { ...last, ...Object.fromEntries(hidden.map((name) => [name, null])) };
  return { ...daily, days: [...daily.days.slice(0, -1), shown] };
}

function markOf(day: Day, metric: MetricName, when: string | null): Mark {
  const value: unknown = Reflect.get(day, metric);
  if (when !== null && metricOf(metric).kind === "level" && typeof value === "number")
    return { metric, value, text: `as of ${when}` };
  return {
    metric,
    value: null,
    text: when === null ? "left out: not worked out yet" : `left out: not whole after ${when}`,
  };
}

/** "03:10", "Thu 15:10", "12 Nov 15:10"; null: not known. */
function whenText<T extends Temporal.Instant | null>(
  instant: T,
  now: Temporal.Instant,
  timeZone: string,
): T extends null ? string | null : string;
function whenText(instant: Temporal.Instant | null, now: Temporal.Instant, timeZone: string): string | null {
  if (instant === null) return null;
  const time = timeText(instant.toString(), timeZone);
  const [day, today] = [localDay(instant, timeZone), localDay(now, timeZone)];
  const days = day.until(today).days;
  if (days === 0) return time;
  return `${days < 7 ? weekdayOf(day.toString()).slice(0, 3) : dayText(day.toString(), today)} ${time}`;
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** "Stripe has been silent" */
function silenceOf({ event, of }: Feed): string {
  switch (event) {
    case "revenue":
      return of === "stripe" ? "Stripe has been silent" : `No revenue events of ${quotation(of ?? "")} have arrived`;
    case "request":
      return "No requests of the app have arrived";
    case "agent_session":
      return "No agent sessions have arrived";
    case "signup":
      return "No sign-ups have arrived";
    case "health_check":
      return `No health checks of ${quotation(of ?? "")} have arrived`;
  }
}

/** As what it reports, in the small print. */
function partName({ event, of }: Feed): string {
  switch (event) {
    case "revenue":
      return of === "stripe" ? "Stripe" : "revenue";
    case "request":
    case "agent_session":
    case "signup":
      return "app";
    case "health_check":
      return "health checks";
  }
}

function groupsOf(event: Feed["event"]): Group[] {
  switch (event) {
    case "revenue":
      return ["revenue"];
    case "request":
      return ["people", "usage"];
    case "agent_session":
      return ["usage"];
    case "signup":
      return ["people"];
    case "health_check":
      return [...new Set(metricsFrom("health_check").map((metric) => metricOf(metric).group))];
  }
}
