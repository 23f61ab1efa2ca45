import type { Temporal } from "../../core/time.ts";
import type { EventType } from "../../events/event-type.ts";
import { metricNames, metricOf, type MetricName } from "../catalogue.ts";

/** Something that reports by itself: one kind of events, of one source or service where these are told apart. */
export interface Feed {
  readonly event: "request" | "agent_session" | "signup" | "revenue" | "health_check";
  /** The source of revenue, the service of health checks; null for others. */
  readonly of: string | null;
}

/** When something of a feed arrived. */
export interface Arrivals extends Feed {
  /** Hours since 1970, ascending, each once. */
  readonly hours: readonly number[];
  readonly lastAt: Temporal.Instant;
}

/** The metrics that are worked out of events of that type. */
export function metricsFrom(event: EventType): MetricName[] {
  return metricNames.filter((name) => metricOf(name).inputs.includes(event));
}
