import type { NumberedRow } from "./event-store.ts";
import type { Rejection } from "./rejection.ts";
import type { Verdict } from "./verdict.ts";

/** One `accept`, until each of its events has a verdict. */
export interface Call {
  readonly verdicts: (Verdict | undefined)[];
  /** Events without a verdict. */
  open: number;
  /** Milliseconds on the monotonic clock. */
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (trouble: unknown) => void;
}

/** One event on its way. `followers` came later with the same id, and wait for what becomes of this one. */
export interface Pending {
  readonly row: NumberedRow;
  readonly call: Call;
  readonly index: number;
  followers: Pending[] | null;
}

export function conclude(pending: Pending, verdict: Verdict): void {
  const { call } = pending;
  call.verdicts[pending.index] = verdict;
  call.open -= 1;
  if (call.open === 0) call.resolve();
}

function withTicket(verdict: "accepted" | "duplicate", pending: Pending): Verdict {
  const ticketId = pending.row.event.openedTicketId;
  return ticketId === null ? { verdict } : { verdict, ticketId };
}

/** `payload` is what the id is known to stand for. */
export function concludeKnown(pending: Pending, payload: bigint | null): void {
  const same = pending.row.event.payload === payload;
  conclude(
    pending,
    same
      ? withTicket("duplicate", pending)
      : { verdict: "conflict", code: "conflict", reason: "Another event was accepted before under this `id`." },
  );
}

export function concludeAccepted(pending: Pending): void {
  conclude(pending, withTicket("accepted", pending));
}

export function concludeRejected(pending: Pending, rejection: Rejection): void {
  conclude(pending, rejection);
}
