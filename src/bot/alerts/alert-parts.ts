import type { Temporal } from "../../core/time.ts";
import type { Log } from "../../core/log.ts";
import type { Database } from "../../db/client.ts";
import { lastPublishedDay } from "../../metrics/rollup/published-day-store.ts";
import type { Gate } from "../permission/gate.ts";
import type { ChatPlatform } from "../platform.ts";
import { readNow } from "./alert-store.ts";
import { createNumbersAt, type NumbersAt, type ReadersAt } from "./numbers.ts";

/** What alerts work with. */
export interface AlertParts {
  readonly db: Pick<Database, "read" | "work">;
  readonly platforms: readonly ChatPlatform[];
  readonly gate: Pick<Gate, "viewOf">;
  readonly readersAt: ReadersAt;
  readonly timeZone: string;
  /** ISO 4217 */
  readonly currency: string;
  readonly log: Log;
  /** Absent: the database's clock. */
  readonly now?: () => Promise<Temporal.Instant>;
}

export function nowOf({ db, now }: Pick<AlertParts, "db" | "now">): Promise<Temporal.Instant> {
  return now === undefined ? db.read.run(readNow) : now();
}

export async function numbersAt({ db, readersAt }: AlertParts, now: Temporal.Instant): Promise<NumbersAt> {
  const publishedTo = await db.read.run(lastPublishedDay);
  return createNumbersAt({ ...readersAt(now), publishedTo });
}
