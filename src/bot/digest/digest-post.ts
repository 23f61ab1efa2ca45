import { createHash } from "node:crypto";
import type { Clock, Temporal } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Reader } from "../../metrics/read/reader.ts";
import type { View } from "../permission/view.ts";
import type { Message } from "../message.ts";
import { referenceOf, type Destination } from "../platform.ts";
import { rangeText, timeText } from "../window-words.ts";
import { digestOf, DIGEST_DAYS } from "./digest.ts";
import { digestMessage } from "./digest-message.ts";

export interface OwedDigest {
  readonly destination: Destination;
  /** See `Claim.kind`. */
  readonly kind: string;
  /** ISO date of the morning on which it is posted. */
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
  /** ISO dates of the mornings before it without a digest, oldest first. */
  readonly daysWithout: readonly string[];
}

interface DigestWriterParts {
  readonly reader: Pick<Reader, "daily" | "summary" | "firstDay">;
  readonly workspace: Workspace;
  readonly clock: Clock;
  /** A command line that sends the first event, shown while there is none. */
  readonly firstEvent: string;
  /** What may be told in that channel now. */
  readonly viewOf: (destination: Destination) => Promise<View>;
}

export type WriteDigest = (owed: OwedDigest) => Promise<Message>;

const SUMMARY_DAYS = 30;
const DELAYED_AFTER_MINUTES = 10;

export const MORNING = "digest";

/**
 * The same for the same channel, morning and kind, on every instance and after the database was restored from a backup, so that
 * a platform can say whether it has the message already.
 */
export function keyOf({ platform, channel }: Destination, localDate: string, kind = MORNING): string {
  const hash = createHash("sha256").update(`${kind} ${platform} ${channel} ${localDate}`).digest("hex");
  return `d-${hash.slice(0, 22)}`;
}

export function createDigestWriter(parts: DigestWriterParts): WriteDigest {
  const { reader, workspace, clock, firstEvent, viewOf } = parts;
  const { timeZone } = workspace;
  return async (owed) => {
    const { destination, kind, localDate } = owed;
    const [daily, summary, firstDay, view] = await Promise.all([
      reader.daily(DIGEST_DAYS),
      reader.summary(SUMMARY_DAYS),
      reader.firstDay(),
      viewOf(destination),
    ]);
    const schedule = `${destination.platform}:${destination.channel}`;
    const reference = referenceOf(keyOf(destination, localDate, kind));
    const digest = { ...digestOf({ daily, summary, firstDay, timeZone, schedule, view }), reference };
    const message = digestMessage(digest, firstEvent);
    const news = newsOf(owed, clock.now(), timeZone).map((text) => ({ kind: "text", text }) as const);
    const note = digest.stage === "no events" ? [{ kind: "note", text: reference } as const] : [];
    return { ...message, blocks: [...news, ...message.blocks, ...note] };
  };
}

/** What a reader must know before the numbers: it is late, or others never came. */
function newsOf({ dueAt, daysWithout }: OwedDigest, now: Temporal.Instant, timeZone: string): string[] {
  const time = (instant: Temporal.Instant) => timeText(instant.toString(), timeZone);
  const late = dueAt.until(now).total("minutes") > DELAYED_AFTER_MINUTES;
  const [first, last] = [daysWithout[0], daysWithout.at(-1)];
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const without =
    first === undefined || last === undefined
      ? []
      : [
          daysWithout.length === 1
            ? `The digest of ${rangeText({ start: first, end: last }, today)} was not sent.`
            : `${daysWithout.length} digests were not sent: ${rangeText({ start: first, end: last }, today)}.`,
        ];
  return [...(late ? [`Delayed: due at ${time(dueAt)}, sent at ${time(now)}.`] : []), ...without];
}
