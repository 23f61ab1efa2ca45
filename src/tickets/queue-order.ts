import { PRIORITIES, type Priority } from "./ticket-log.ts";

/** What a queue is ordered by. */
export interface Queued {
  readonly ticketId: string;
  readonly priority: Priority;
  /** MRR of the account that waits, in any one unit; null when it is not known or may not be seen. */
  readonly mrrAtRisk: bigint | null;
  /** Milliseconds since 1970. */
  readonly openedAtMs: number;
}

/** The most urgent first, then the most MRR at risk, then the oldest. The order is total: ties go by id. */
export function inQueueOrder<T extends Queued>(tickets: readonly T[]): T[] {
  return tickets.toSorted(
    (one, other) =>
      PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(other.priority) ||
      Number((other.mrrAtRisk ?? 0n) - (one.mrrAtRisk ?? 0n)) ||
      one.openedAtMs - other.openedAtMs ||
      (one.ticketId < other.ticketId ? -1 : 1),
  );
}
