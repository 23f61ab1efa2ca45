import { createHash, randomBytes } from "node:crypto";
import { storable } from "../core/storable-text.ts";
import type { Temporal } from "../core/time.ts";
import type { Doubt, NewMessage, Round, RoundKind } from "./round-store.ts";

export interface Asking {
  readonly question: string;
  /** `slack:U123` */
  readonly openedBy: string;
  readonly days: number;
  /** Where it is asked: one channel, or each person alone. */
  readonly places: readonly Pick<NewMessage, "platform" | "channel" | "person">[];
  /** `asked` when it is left out. */
  readonly kind?: RoundKind;
  /** Whether those who have not answered at half-time are reminded; they are when it is left out. */
  readonly reminds?: boolean;
  /** What the round is, to whoever opens it twice: its id follows from it. */
  readonly name?: string;
  /** It may have been asked before, by a program that does not remember. */
  readonly doubt?: Doubt;
}

const LONGEST_QUESTION = 500;

/** A round that opens at `now`, and its messages. Keys follow from the round's id and the person alone. */
export function newRound(asking: Asking, now: Temporal.Instant): { round: Round; messages: NewMessage[] } {
  const { question, openedBy, days, places, kind = "asked", reminds = true, name } = asking;
  const surveyId = `nps-${name === undefined ? randomBytes(4).toString("hex") : hashOf(name, 8)}`;
  const round = {
    surveyId,
    question: storable(question, LONGEST_QUESTION),
    openedBy,
    openedAt: now.toString(),
    closesAt: now.add({ hours: 24 * days }).toString(),
    closedAt: null,
    kind,
    remindsAt: reminds ? now.add({ hours: 12 * days }).toString() : null,
  };
  const messages = places.map((place, index) => ({ ...place, key: `${surveyId}-${suffix(place, index)}` }));
  return { round, messages };
}

function suffix({ platform, person }: Asking["places"][number], index: number): string {
  return person === null ? String(index + 1) : hashOf(`${platform}:${person}`, 12);
}

/** Of a reminder: begins with what sets it apart, because a reader of the message sees the beginning alone. */
export function reminderKey(questionKey: string): string {
  return `r${hashOf(questionKey, 20)}`;
}

function hashOf(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
