import { metricOf, type Group } from "../../../metrics/catalogue.ts";
import { formatValue } from "../../../metrics/format.ts";
import type { Temporal } from "../../../core/time.ts";
import type { Block, Message } from "../../message.ts";
import { dayText } from "../../window-words.ts";
import { correctionText, type Correction } from "./correction.ts";

interface Correcting {
  readonly corrections: readonly Correction[];
  /** "14:05" */
  readonly at: string;
  readonly currency: string;
}

/** The message as it was posted, with its numbers put right and a line that says so. */
export function correctedMessage(posted: Message, { corrections, at, currency }: Correcting): Message {
  if (corrections.length === 0) return posted;
  const text = `Corrected at ${at}: ${corrections.map((one) => correctionText(one, currency)).join("; ")}.`;
  const byLabel = new Map(corrections.map((one) => [metricOf(one.metric).label, one]));
  const blocks = posted.blocks.map((block): Block => {
    if (block.kind !== "facts") return block;
    const facts = block.facts.map((fact) => {
      const correction = byLabel.get(fact.label);
      if (correction === undefined) return fact;
      const value = formatValue(correction.metric, correction.after, { currency });
      return {
        label: fact.label,
        value,
        detail: `corrected, was ${formatValue(correction.metric, correction.before, { currency })}`,
      };
    });
    return { ...block, facts };
  });
  return { ...posted, blocks: [{ kind: "text", text }, ...blocks] };
}

/** Corrections of one day's digest. */
export interface DayCorrected {
  /** ISO date. */
  readonly day: string;
  readonly corrections: readonly Correction[];
}

interface Naming {
  readonly today: Temporal.PlainDate;
  readonly currency: string;
  readonly groups: ReadonlySet<Group>;
}

/** For the next digest: "Corrected since then, 24 Nov: sign-ups 14 → 17 (events arrived late)." */
export function correctedSentences(corrected: readonly DayCorrected[], { today, currency, groups }: Naming): string[] {
  return corrected.flatMap(({ day, corrections }) => {
    const told = correctionsWithin(corrections, groups).map((one) => correctionText(one, currency));
    return told.length === 0 ? [] : [`Corrected since, ${dayText(day, today)}: ${told.join("; ")}.`];
  });
}

/** Those of numbers that may be told. */
export function correctionsWithin(corrections: readonly Correction[], groups: ReadonlySet<Group>): Correction[] {
  return corrections.filter(({ metric }) => groups.has(metricOf(metric).group));
}
