import type { IdsOfEvent, Renamed } from "./event-ids.ts";
import type { EventType } from "./event-type.ts";

export type Cell = string | number | bigint | boolean | null;

/** Method and route pattern of a request. */
export interface Feature {
  readonly method: string;
  readonly route: string;
}

/** An event that may be stored, with the outside ids that must be numbered first. */
export interface EventRow extends IdsOfEvent {
  readonly type: EventType;
  /** `null` when the sender gave no id: such an event cannot be told from its repetition. */
  readonly eventId: string | null;
  /** In hex; `null` without an id. */
  readonly key: string | null;
  readonly payload: bigint | null;
  /** ISO text in UTC, to the microsecond. */
  readonly occurredAt: string;
  readonly renamed: Renamed | null;
  readonly feature: Feature | null;
  /** JSON text. */
  readonly metadata: string | null;
  /** What only this type has, in the order of its table's own columns. */
  readonly own: readonly Cell[];
  /** Why numbers of days that are over may change with it; `null` for what is sent in the ordinary course. */
  readonly cause: string | null;
  /** Given or made, on events that open a ticket. */
  readonly openedTicketId: string | null;
}
