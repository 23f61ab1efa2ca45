import type { Pool, Sql } from "../../db/client.ts";
import { Problem } from "../../core/problem.ts";
import type { Clock } from "../../core/time.ts";
import type { Asker } from "../asker.ts";
import { actorOf, writeAudit } from "../permission/audit-store.ts";
import type { ChatPlatform, Destination } from "../platform.ts";
import {
  addSchedule,
  moveSchedule,
  oweNow,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  standingOf,
  type Standing,
} from "./subscription-store.ts";

export type Change =
  | { readonly change: "subscribe"; readonly at: string | null }
  | { readonly change: "at"; readonly at: string }
  | { readonly change: "pause" | "resume" | "unsubscribe" }
  /** `request`: see `Invocation`. */
  | { readonly change: "send"; readonly request: string };

/** Which channels get the morning digest, to be changed in chat. */
export interface Subscriptions {
  /**
   * Answers the digest as it stands afterwards; null when there is none any more. Rejects with `Problem` when it cannot
   * be so, with the reason for people. Notes who changed it.
   */
  change(destination: Destination, change: Change, by: Asker): Promise<Standing | null>;
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
        await make(sql, destination, { change, by, parts });
        await writeAudit(sql, {
          actor: actorOf(by),
          action: "digest changed",
          subject: `${destination.platform}:${destination.channel}`,
          detail: { change: change.change, ...("at" in change && change.at !== null ? { at: change.at } : {}) },
        });
        return standingOf(sql, destination);
      });
    },
  };
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

async function make(sql: Sql, destination: Destination, { change, by, parts }: Making): Promise<void> {
  if (change.change === "subscribe") {
    const at = change.at ?? parts.usualAt;
    if (!(await addSchedule(sql, { destination, at, timeZone: parts.timeZone })))
      throw refused("has_digest", alreadyText(await standingOf(sql, destination)));
    return;
  }
  const standing = await standingOf(sql, destination);
  if (standing === null) throw refused("no_digest", "That channel gets no digest. `digest subscribe` starts one.");
  switch (change.change) {
    case "at":
      if (standing.origin === "environment")
        throw refused("made_by_environment", "`DIGEST_CHANNELS` made this digest, so `DIGEST_AT` says its time.");
      return moveSchedule(sql, destination, change.at);
    case "unsubscribe":
      if (standing.origin === "environment")
        throw refused(
          "made_by_environment",
          "`DIGEST_CHANNELS` made this digest: take the channel out of it and start again, or use `digest pause`.",
        );
      return removeSchedule(sql, destination);
    case "pause":
      return pauseSchedule(sql, destination, actorOf(by));
    case "resume":
      return resumeSchedule(sql, destination);
    case "send":
      return oweNow(sql, destination, change.request);
  }
}

function alreadyText(standing: Standing | null): string {
  const at = standing === null ? "" : ` at ${standing.at}`;
  if (standing?.origin === "environment") return `That channel has its digest${at} already, by \`DIGEST_CHANNELS\`.`;
  return `That channel has its digest${at} already. \`digest at 09:30\` gives it another time.`;
}

function refused(code: string, sentence: string): Problem {
  return new Problem(code, 409, sentence);
}
