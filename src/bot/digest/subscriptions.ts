import type { Pool, Sql } from "../../db/client.ts";
import { Problem } from "../../core/problem.ts";
import type { Clock } from "../../core/time.ts";
import type { Asker } from "../asker.ts";
import { actorOf, writeAudit } from "../permission/audit-store.ts";
import type { ChatPlatform, Destination } from "../platform.ts";
import { EDITIONS, type Edition } from "./edition.ts";
import { alreadyText, noDigestText } from "./subscription-words.ts";
import type { DigestPlan } from "./digest-plan.ts";
import type { Section } from "./section.ts";
import {
  addSchedule,
  chooseNotable,
  chooseSections,
  moveSchedules,
  oweNow,
  pauseSchedules,
  removeSchedules,
  resumeSchedules,
  standingsOf,
  type EditionsOf,
  type Standing,
} from "./subscription-store.ts";

/** All that the channel has, or one of them. */
export type WhichEdition = Edition | "all";

export type Change =
  /** `at`: null for the usual time. `weekday`: 1 is Monday; null for an edition that is not weekly. */
  | ({ readonly change: "subscribe"; readonly at: string | null; readonly weekday: number | null } & DigestPlan)
  | {
      readonly change: "at";
      readonly edition: WhichEdition;
      readonly at: string;
      /** Null leaves a weekly edition its day. */
      readonly weekday: number | null;
    }
  | { readonly change: "sections"; readonly edition: WhichEdition; readonly sections: readonly Section[] }
  | { readonly change: "notable"; readonly edition: WhichEdition; readonly notableOnly: boolean }
  | { readonly change: "pause" | "resume" | "unsubscribe"; readonly edition: WhichEdition }
  /** `request`: see `Invocation`. */
  | { readonly change: "send"; readonly edition: Edition; readonly request: string };

/** Which channels get which digests, to be changed in chat. */
export interface Subscriptions {
  /**
   * Answers the editions that were changed as they stand afterwards, or stood when there are none any more. Rejects with
   * `Problem` when it cannot be so, with the reason for people. Notes who changed it.
   */
  change(destination: Destination, change: Change, by: Asker): Promise<readonly Standing[]>;
  /** All editions of the channel as they stand, the daily one first. */
  of(destination: Destination): Promise<readonly Standing[]>;
}

interface SubscriptionsParts {
  readonly pool: Pool;
  readonly platforms: readonly Pick<ChatPlatform, "name" | "lookUp">[];
  readonly timeZone: string;
  /** What DIGEST_AT says. */
  readonly usualAt: string;
  readonly clock: Clock;
}

export function createSubscriptions(parts: SubscriptionsParts): Subscriptions {
  const { pool } = parts;
  return {
    async change(destination, change, by) {
      if (change.change === "subscribe" || change.change === "resume" || change.change === "send")
        await mustReach(destination, parts);
      return pool.transaction(async (sql) => {
        const before = await standingsOf(sql, destination);
        const editions = change.change === "subscribe" ? [change.edition] : editionsMeant(before, change);
        await make(sql, { destination, editions }, { change, by, parts });
        const subject = `${destination.platform}:${destination.channel}`;
        await writeAudit(sql, { actor: actorOf(by), action: "digest changed", subject, detail: detailOf(change) });
        const after = change.change === "unsubscribe" ? before : await standingsOf(sql, destination);
        return after.filter(({ edition }) => editions.includes(edition));
      });
    },
    of: (destination) => pool.run((sql) => standingsOf(sql, destination)),
  };
}

/** What of a change is kept on record: no request. */
function detailOf(change: Change): Record<string, string | boolean> {
  const { change: name, edition } = change;
  const what = edition === "all" || edition === "daily" ? {} : { edition };
  switch (name) {
    case "subscribe":
    case "at":
      return { change: name, ...what, ...(change.at === null ? {} : { at: change.at }) };
    case "sections":
      return { change: name, ...what, sections: change.sections.join(",") };
    case "notable":
      return { change: name, ...what, only: change.notableOnly };
    case "pause":
    case "resume":
    case "unsubscribe":
    case "send":
      return { change: name, ...what };
  }
}

/** Those of the channel that the change is about. What the environment made keeps its time and its end. */
function editionsMeant(standings: readonly Standing[], change: Exclude<Change, { change: "subscribe" }>): Edition[] {
  const wanted = EDITIONS.filter((edition) => change.edition === "all" || change.edition === edition);
  const meant = standings.filter(({ edition }) => wanted.includes(edition));
  if (meant.length === 0)
    throw refused("no_digest", noDigestText(standings, change.edition === "all" ? null : change.edition));
  if (change.change !== "at" && change.change !== "unsubscribe") return meant.map(({ edition }) => edition);
  const ours = meant.filter(({ origin }) => origin === "chat");
  if (ours.length > 0) return ours.map(({ edition }) => edition);
  throw refused(
    "made_by_environment",
    change.change === "at"
      ? "`DIGEST_CHANNELS` made this digest, so `DIGEST_AT` says its time."
      : "`DIGEST_CHANNELS` made this digest: take the channel out of it and start again, or use `digest pause`.",
  );
}

/** A key that no message has: only whether the channel can be looked into is asked. */
const NO_MESSAGE = "d-none";

/** In the terminal no platform is connected: then the first digest shows it. */
async function mustReach(destination: Destination, { platforms, clock }: SubscriptionsParts): Promise<void> {
  const platform = platforms.find(({ name }) => name === destination.platform);
  const lookup = await platform?.lookUp({ destination, key: NO_MESSAGE }, clock.now());
  if (lookup?.found === "unknown" && lookup.closed === true) throw refused("channel_closed", lookup.reason);
}

interface Making {
  readonly change: Change;
  readonly by: Asker;
  readonly parts: SubscriptionsParts;
}

async function make(sql: Sql, which: EditionsOf, { change, by, parts }: Making): Promise<void> {
  switch (change.change) {
    case "subscribe": {
      const { destination } = which;
      const wanted = { ...change, destination, at: change.at ?? parts.usualAt, timeZone: parts.timeZone };
      if (await addSchedule(sql, wanted)) return;
      throw refused("has_digest", alreadyText(await standingsOf(sql, destination), change.edition));
    }
    case "at":
      return moveSchedules(sql, which, change);
    case "sections":
      return chooseSections(sql, which, change.sections);
    case "notable":
      return chooseNotable(sql, which, change.notableOnly);
    case "unsubscribe":
      return removeSchedules(sql, which);
    case "pause":
      return pauseSchedules(sql, which, actorOf(by));
    case "resume":
      return resumeSchedules(sql, which);
    case "send":
      return oweNow(sql, which, change.request);
  }
}

function refused(code: string, sentence: string): Problem {
  return new Problem(code, 409, sentence);
}
