import type { Clock } from "../../core/time.ts";
import type { Log } from "../../core/log.ts";
import type { Database } from "../../db/client.ts";
import type { Overviews } from "../../metrics/read/overviews.ts";
import type { Desk } from "../../tickets/desk.ts";
import type { Promises } from "../../tickets/targets.ts";
import type { ThreadRef } from "../conversation.ts";
import type { Gate } from "../permission/gate.ts";
import type { Subject } from "../permission/policy.ts";
import type { ChatPlatform, Destination } from "../platform.ts";

/** What a team may choose. */
export interface SupportSettings {
  /** Who answers; empty: whoever is no guest. */
  readonly team: readonly Subject[];
  readonly promises: Promises;
  /** Where new tickets are announced; null: nowhere. */
  readonly announceIn: Destination | null;
  /** Days of silence after which a resolved ticket is closed. */
  readonly closeAfterDays: number;
}

export interface TicketingParts {
  readonly db: Pick<Database, "read" | "work">;
  readonly desk: Desk;
  readonly overviews: Pick<Overviews, "supportOverview">;
  readonly settings: SupportSettings;
  readonly timeZone: string;
  /** ISO 4217 */
  readonly currency: string;
  readonly gate: Pick<Gate, "viewOf">;
  readonly platforms: readonly ChatPlatform[];
  readonly clock: Clock;
  readonly log: Log;
}

/** A ticket may hang on a platform that is off. */
export function platformOf(platforms: readonly ChatPlatform[], name: string): ChatPlatform | null {
  return platforms.find((one) => one.name === name) ?? null;
}

/** The desk's thread as a place of that platform. */
export function placeOfThread(
  platform: ChatPlatform,
  { channel, thread }: { channel: string; thread: string },
): ThreadRef {
  return { platform: platform.name, channel, thread };
}
