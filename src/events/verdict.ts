import type { Warning } from "./quality/finding.ts";

/** What became of one event. `reason` is a sentence for people and never repeats a value that was sent. */
export type Verdict =
  | { readonly verdict: "accepted"; readonly ticketId?: string; readonly warnings?: readonly Warning[] }
  | { readonly verdict: "duplicate"; readonly ticketId?: string }
  | { readonly verdict: "conflict"; readonly code: "conflict"; readonly reason: string }
  | { readonly verdict: "rejected"; readonly code: RejectionCode; readonly reason: string };

export type RejectionCode =
  | "invalid_event"
  | "unknown_type"
  | "unknown_field"
  | "missing_field"
  | "invalid_field"
  | "placeholder_id"
  | "too_old"
  | "in_the_future"
  | "too_large"
  | "invalid_text";

/** Who brings the events. */
export interface Origin {
  /** Stable label (`api`, `segment`, `stripe`, …): event ids are unique within it. */
  readonly source: string;
  /** Lifts the age limits (bulk import, made-up data). */
  readonly importing?: boolean;
  /** Keeps no dead letter of what is refused: the event is one already. */
  readonly replaying?: boolean;
}

/**
 * The one way in for everything that happened. `accept` answers one verdict an event, in order, after the commit: what it
 * calls accepted is on disk. Throws `Problem` (`database_unavailable` 503, `storage_full` 503) when nothing can be promised;
 * calling again with the same event ids is then safe.
 */
export interface Intake {
  accept(events: readonly unknown[], origin: Origin): Promise<Verdict[]>;
  /** Waits for what is under way; later calls throw `shutting_down` (503). */
  stop(): Promise<void>;
}
