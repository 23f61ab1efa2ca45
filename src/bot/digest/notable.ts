import type { Anomaly } from "./anomalies.ts";
import type { MovementsTold } from "./movement-words.ts";
import type { TicketsTold } from "./ticket-look.ts";

/** Of MRR as it was before. */
const NOTABLE_SHARE_OF_MRR = 0.01;

/** The rule in one sentence, as `/digest list` says it. */
export const NOTABLE_RULE =
  "Posted only when something is notable: an unusual number, 1 % of MRR or more won, lost or changed, MRR past a round " +
  "number, unusually many open tickets, an urgent ticket that nobody has answered, or numbers that are missing.";

interface Told {
  readonly anomalies: readonly Pick<Anomaly, "metric">[];
  /** Null when money is not told. */
  readonly movements: Pick<MovementsTold, "totals"> | null;
  readonly mrrBefore: number | null;
  /** MRR passed a round number for the first time, or is the first. */
  readonly isMilestone: boolean;
  readonly tickets: TicketsTold | null;
}

export type NotableThing = "unusual" | "money" | "tickets";

/** What makes a digest worth posting where only that is wanted. Of what it tells alone: whether it comes must give nothing away. */
export function whatIsNotable({ anomalies, movements, mrrBefore, isMilestone, tickets }: Told): NotableThing[] {
  const moved = (movements?.totals ?? []).reduce((sum, { change }) => sum + Math.abs(change), 0);
  const isMoney = isMilestone || (moved > 0 && moved >= (mrrBefore ?? 0) * NOTABLE_SHARE_OF_MRR);
  return [
    ...(anomalies.length > 0 ? (["unusual"] as const) : []),
    ...(isMoney ? (["money"] as const) : []),
    ...(tickets?.needs_a_look === true ? (["tickets"] as const) : []),
  ];
}
