import { createHash } from "node:crypto";
import { localDay, Temporal, type Clock } from "../../core/time.ts";
import type { View } from "../permission/view.ts";
import type { Message } from "../message.ts";
import { referenceOf, type Destination } from "../platform.ts";
import { rangeText, timeText } from "../window-words.ts";
import { correctedSentences, type DayCorrected } from "./corrections/corrected-message.ts";
import { numbersShown } from "./corrections/correction.ts";
import type { Posted } from "./corrections/posted-store.ts";
import { WHOLE_DAILY, type DigestPlan } from "./digest-plan.ts";
import { writeEdition, type DigestReadingParts } from "./digest-reading.ts";
import { DIGEST_KINDS } from "./edition.ts";

export interface OwedDigest {
  readonly destination: Destination;
  /** See `Claim.kind`. */
  readonly kind: string;
  /** ISO date of the morning on which it is posted. */
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
  /** ISO dates of the mornings before it without a digest, oldest first. */
  readonly daysWithout: readonly string[];
  /** Absent: the whole daily one. */
  readonly plan?: DigestPlan;
  /** It was posted before, and stands in the place of that message: no news of its own. */
  readonly isCorrection?: true;
}

/** Remembers what digests have shown, and what of it was corrected. */
export interface DigestMemory {
  remember(posted: Omit<Posted, "shown">): Promise<void>;
  /** Corrections that the digest with that key is to name: no other has. */
  toName(naming: Pick<Posted, "destination" | "kind" | "key">): Promise<readonly DayCorrected[]>;
}

interface DigestWriterParts extends DigestReadingParts {
  /** What may be told in that channel now. */
  readonly viewOf: (destination: Destination) => Promise<View>;
  /** The numbers as they are read at the time of that clock: a digest that waited past midnight is about its own day. */
  readonly readerAt?: (clock: Clock) => DigestReadingParts["reader"];
  /** Absent: what was shown is not corrected. */
  readonly memory?: DigestMemory;
}

/** Null when nothing is notable and only that is wanted: then nothing is posted. */
export type WriteDigest = (owed: OwedDigest) => Promise<Message | null>;

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
  const { workspace, clock, viewOf, memory } = parts;
  const { timeZone, currency } = workspace;
  return async (owed) => {
    const { destination, kind, localDate, plan = WHOLE_DAILY } = owed;
    const schedule = `${destination.platform}:${destination.channel}`;
    const key = keyOf(destination, localDate, kind);
    const reference = referenceOf(key);
    const morning = Temporal.PlainDate.from(localDate);
    const view = await viewOf(destination);
    const { digest, message } = await writeEdition(onMorning(parts, morning), {
      plan,
      view,
      morning,
      schedule,
      reference,
    });
    const missing = digest.freshness?.missing ?? [];
    const isQuiet = digest.notable.length + missing.length + digest.findings.length === 0;
    const note = digest.stage === "no events" ? [{ kind: "note", text: reference } as const] : [];
    if (owed.isCorrection === true) return { ...message, blocks: [...message.blocks, ...note] };
    if (plan.notableOnly && isQuiet && isOfSchedule(kind)) return null;
    if ("anomalies" in digest && digest.stage === "days") {
      const seen = { groups: [...view.groups], names: [...view.names] };
      const posted = { key, destination, kind, localDate, day: digest.date, numbers: numbersShown(digest), seen };
      await memory?.remember(posted);
    }
    const corrected = isOfSchedule(kind) ? ((await memory?.toName({ destination, kind, key })) ?? []) : [];
    const today = localDay(clock.now(), timeZone);
    const texts = [
      ...newsOf(owed, clock.now(), timeZone),
      ...correctedSentences(corrected, { today, currency, groups: view.groups }),
    ];
    const news = texts.map((text) => ({ kind: "text", text }) as const);
    return { ...message, blocks: [...news, ...message.blocks, ...note] };
  };
}

function onMorning(parts: DigestWriterParts, morning: Temporal.PlainDate): DigestReadingParts {
  const { readerAt, clock, workspace } = parts;
  const over = morning.add({ days: 1 }).toZonedDateTime(workspace.timeZone).toInstant();
  if (readerAt === undefined || Temporal.Instant.compare(clock.now(), over) < 0) return parts;
  const then = { now: () => over.subtract({ milliseconds: 1 }) };
  return { ...parts, clock: then, reader: readerAt(then) };
}

/** What somebody asked for at once is posted whatever is in it. */
function isOfSchedule(kind: string): boolean {
  return DIGEST_KINDS.includes(kind);
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
