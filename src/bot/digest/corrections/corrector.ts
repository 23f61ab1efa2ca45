import { localDay, Temporal, type Clock } from "../../../core/time.ts";
import { describeError, type Log } from "../../../core/log.ts";
import type { Workspace } from "../../../core/workspace.ts";
import type { Pool } from "../../../db/client.ts";
import type { Day } from "../../../metrics/answers.ts";
import type { Reader } from "../../../metrics/read/reader.ts";
import type { Message } from "../../message.ts";
import type { View } from "../../permission/view.ts";
import type { ChatPlatform, Destination } from "../../platform.ts";
import { timeText } from "../../window-words.ts";
import type { WriteDigest } from "../digest-post.ts";
import { readPlan } from "../schedule-store.ts";
import { changedNumbers, numbersOf, type Correction } from "./correction.ts";
import { correctedMessage, correctionsWithin } from "./corrected-message.ts";
import {
  causesOf,
  claimEdits,
  correctable,
  decideCorrections,
  editDone,
  editLater,
  type Edit,
  type Posted,
  type Seen,
} from "./posted-store.ts";

/** Puts numbers right that were posted and were restated afterwards, in their message. */
export interface Corrector {
  /** Looks for what changed and edits what is to be edited. Once a minute, and never rejects. */
  tick(): Promise<void>;
}

export interface CorrectorParts {
  readonly pool: Pool;
  readonly platforms: readonly Pick<ChatPlatform, "name" | "edit">[];
  /** Of the database's clock, as `clock` is. */
  readonly reader: Pick<Reader, "daily">;
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly viewOf: (destination: Destination) => Promise<View>;
  /** For channels that may not be shown any more what was posted there. */
  readonly write: WriteDigest;
  readonly log: Log;
}

const MOST_EDITS = 8;
const LATER_MS = 60_000;

export function createCorrector(parts: CorrectorParts): Corrector {
  return {
    async tick() {
      try {
        await decide(parts);
        await Promise.all(parts.platforms.map((platform) => editAll(platform, parts)));
      } catch (thrown) {
        parts.log.warn(
          { error: describeError(thrown) },
          "Posted digests are not corrected yet; the next minute tries again.",
        );
      }
    },
  };
}

async function decide({ pool, reader, workspace: { currency, timeZone }, clock }: CorrectorParts): Promise<void> {
  const posted = await pool.run(correctable);
  const [first] = posted.map(({ day }) => day).toSorted();
  if (first === undefined) return;
  const today = localDay(clock.now(), timeZone);
  const { days } = await reader.daily(Math.max(Temporal.PlainDate.from(first).until(today).days, 1));
  const byDate = new Map(days.map((day) => [day.date, day]));
  for (const one of posted) {
    const day = byDate.get(one.day);
    if (day !== undefined) await decideOne(one, day, { pool, currency });
  }
}

async function decideOne(
  posted: Posted,
  day: Day,
  { pool, currency }: { readonly pool: Pool; readonly currency: string },
): Promise<void> {
  const current = numbersOf(day, Object.keys(posted.numbers));
  if (changedNumbers(posted.shown, current, currency).length === 0) return;
  const corrections: Correction[] = [];
  for (const change of changedNumbers(posted.numbers, current, currency)) {
    const cause = await pool.run((sql) => causesOf(sql, change.metric, posted.day));
    corrections.push({ ...change, cause });
  }
  await pool.run((sql) => decideCorrections(sql, posted, { corrections, current }));
}

type Editing = Pick<ChatPlatform, "name" | "edit">;

async function editAll(platform: Editing, parts: CorrectorParts): Promise<void> {
  const edits = await parts.pool.run((sql) => claimEdits(sql, platform.name, MOST_EDITS));
  await Promise.all(edits.map((edit) => editOne(platform, edit, parts)));
}

async function editOne(platform: Editing, edit: Edit, parts: CorrectorParts): Promise<void> {
  const { pool, log } = parts;
  const shown = await messageOf(edit, parts);
  if (shown === null) return pool.run((sql) => editDone(sql, edit));
  const outcome = await platform.edit({ ...edit.destination, id: edit.externalId }, shown);
  if (outcome.ok) return pool.run((sql) => editDone(sql, edit));
  switch (outcome.why) {
    case "busy":
    case "unclear":
    case "token":
      return pool.run((sql) => editLater(sql, edit, outcome.retryAfterMs ?? LATER_MS));
    case "gone":
    case "forbidden":
    case "closed":
    case "archived":
    case "locked":
    case "full":
    case "unreadable":
    case "refused":
      log.info({ platform: platform.name, reason: outcome.reason }, "A correction is told in the next digest only.");
      return pool.run((sql) => editDone(sql, edit));
  }
}

/** Null: nothing may be said there any more. What may not be shown now is not shown again by an edit. */
async function messageOf(edit: Edit, parts: CorrectorParts): Promise<Message | null> {
  const { pool, viewOf, write, workspace } = parts;
  const view = await viewOf(edit.destination);
  const { destination, kind, localDate, dueAt } = edit;
  const plan = await pool.run((sql) => readPlan(sql, edit.scheduleNo));
  const owed = { destination, kind, localDate, dueAt, daysWithout: [], plan, isCorrection: true } as const;
  const posted = holds(view, edit.seen) ? edit.message : await write(owed);
  if (posted === null) return null;
  const corrections = correctionsWithin(edit.corrections, view.groups);
  const at = timeText(edit.correctedAt.toString(), workspace.timeZone);
  return correctedMessage(posted, { corrections, at, currency: workspace.currency });
}

/** Whether all that the message might tell may be told now. */
function holds({ groups, names }: View, seen: Seen): boolean {
  return seen.groups.every((group) => groups.has(group)) && seen.names.every((group) => names.has(group));
}
