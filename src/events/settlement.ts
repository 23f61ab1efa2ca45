import { concludeAccepted, concludeKnown, concludeRejected, type Pending } from "./call.ts";
import type { Leaders } from "./leaders.ts";
import { rejected } from "./rejection.ts";
import type { Outcome } from "./write-group.ts";

interface SettlementParts {
  readonly leaders: Leaders;
  /** Takes an event in again whose leader was refused: a refused event does not use its id up. */
  readonly again: (pending: Pending) => void;
}

/** Turns what became of an event into its verdict and those of the events that followed it. */
export function createSettlement({ leaders, again }: SettlementParts) {
  return {
    settle(pending: Pending, outcome: Outcome): void {
      const followers = leaders.release(pending);
      switch (outcome.kind) {
        case "stored":
          concludeAccepted(pending);
          for (const follower of followers) concludeKnown(follower, pending.row.event.payload);
          return;
        case "known":
          for (const one of [pending, ...followers]) concludeKnown(one, outcome.payload);
          return;
        case "refused":
          concludeRejected(pending, rejected("invalid_event", "The database cannot hold a value of this event."));
          for (const follower of followers) again(follower);
      }
    },
    fail(pending: Pending, trouble: unknown): void {
      for (const one of [pending, ...leaders.release(pending)]) one.call.reject(trouble);
    },
  };
}
