import { latencyBucket } from "../core/latency-bucket.ts";
import { signedHead } from "./event-key.ts";
import type { Cell, Feature } from "./event-row.ts";
import { isRejection, rejected, type Rejection } from "./rejection.ts";
import { revenueColumns } from "./revenue-columns.ts";
import { endpointPattern } from "./route-pattern.ts";
import type { AnyEvent, EventOf } from "./schema/events.ts";

interface Known {
  readonly key: string | null;
  readonly properties: string | null;
  readonly ticketId: string | null;
  readonly routeOf: (path: string) => string;
}

interface Own {
  readonly cells: readonly Cell[];
  readonly feature: Feature | null;
}

const row = (...cells: readonly (Cell | undefined)[]): Own => ({
  cells: cells.map((cell) => cell ?? null),
  feature: null,
});

/** What only this type of event has, in the order of `EVENT_TABLES`. */
export function ownColumns(event: AnyEvent, known: Known): Own | Rejection {
  switch (event.type) {
    case "request":
      return request(event, known);
    case "error":
      return row(
        event.error_type,
        event.message,
        event.severity ?? "error",
        event.endpoint ? endpointPattern(event.endpoint) : null,
        event.method?.toUpperCase(),
      );
    case "signup":
      return row(event.plan);
    case "activation":
      return row(event.milestone);
    case "revenue": {
      const cells = revenueColumns(event);
      return isRejection(cells) ? cells : { cells, feature: null };
    }
    case "agent_session":
      if (event.action === "started" && (event.user_id ?? null) === null) {
        return rejected("missing_field", "`user_id` is required unless `action` is `ended`.");
      }
      return row(event.session_id, event.action, event.agent_id, event.status, event.messages, event.tokens);
    case "health_check":
      return row(event.service, event.status, event.response_time_ms, event.probe);
    case "nps":
      return row(event.score, event.feedback, event.trigger);
    case "ticket":
      if (known.ticketId === null)
        return rejected("missing_field", "`ticket_id` is required unless `action` is `opened`.");
      return row(
        known.ticketId,
        event.action,
        event.by,
        event.subject,
        event.description,
        event.priority,
        event.category,
      );
    case "track":
      return row(event.name, known.properties);
  }
}

function request(event: EventOf<"request">, { key, routeOf }: Known): Own | Rejection {
  const path = event.route ?? event.path;
  if (path === undefined || path === null) return rejected("missing_field", "`route` or `path` is required.");
  const { duration_ms: durationMs } = event;
  const cells = [
    key === null ? null : signedHead(key),
    // A 4-byte float holds nothing between 0 and this.
    durationMs < 1e-30 ? 0 : durationMs,
    latencyBucket(durationMs),
    event.status,
    event.failed ?? false,
  ];
  return { cells, feature: { method: event.method.toUpperCase(), route: routeOf(path) } };
}
