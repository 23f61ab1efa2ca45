import { latencyBucket } from "../core/latency-bucket.ts";
import { isCurrency, minorDigits, toMinorUnits } from "../core/money.ts";
import { signedHead } from "./event-key.ts";
import type { Cell, Feature } from "./event-row.ts";
import { LAST_MOMENT, momentText, readMoment } from "./moment.ts";
import { rejected, type Rejection } from "./rejection.ts";
import { endpointPattern } from "./route-pattern.ts";
import type { AnyEvent, EventOf } from "./schema/events.ts";

interface Known {
  readonly key: string | null;
  /** When it happened, in microseconds since 1970. */
  readonly moment: number;
  /** The workspace's. */
  readonly currency: string;
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
    case "revenue":
      return revenue(event, known);
    case "agent_session":
      return row(event.session_id, event.action, event.agent_id, event.status, event.messages, event.tokens);
    case "health_check":
      return row(event.service, event.status, event.response_time_ms);
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

function revenue(event: EventOf<"revenue">, known: Known): Own | Rejection {
  if ((event.user_id ?? event.team_id ?? null) === null) {
    return rejected("missing_field", "`user_id` or `team_id` is required.");
  }
  const currency = event.currency?.toUpperCase() ?? null;
  if (currency !== null && !isCurrency(currency)) {
    return rejected("invalid_field", "`currency` must be a currency code of ISO 4217, as in USD.");
  }
  const amount = readAmount(event.amount ?? null, currency ?? known.currency);
  if (amount !== null && typeof amount === "object") return amount;
  const effectiveAt = readEffectiveAt(event, known.moment);
  if (effectiveAt !== null && typeof effectiveAt === "object") return effectiveAt;
  return row(
    event.event,
    event.subscription_id ?? "",
    event.plan,
    amount,
    currency,
    billingPeriod(event.billing_period ?? null),
    event.quantity,
    effectiveAt,
    event.stripe_event_id,
  );
}

function billingPeriod(spelling: EventOf<"revenue">["billing_period"]): string | null {
  if (spelling === "monthly") return "month";
  return spelling === "yearly" ? "year" : (spelling ?? null);
}

/** Decimal text of major units, exactly as many as were sent. */
function readAmount(sent: string | number | null, currency: string): string | null | Rejection {
  if (sent === null) return null;
  const amount = String(sent);
  if (!/^\d{1,15}(\.\d{1,30})?$/.test(amount)) {
    return amount.startsWith("-")
      ? rejected("invalid_field", "`amount` must not be negative.")
      : rejected(
          "invalid_field",
          "`amount` must be a decimal number of major units with at most 15 digits before the point, as in 29.90.",
        );
  }
  const minor = toMinorUnits(amount, currency);
  if (minor === null) {
    return rejected(
      "invalid_field",
      `\`amount\` is finer than ${currency} allows (${minorDigits(currency)} decimals).`,
    );
  }
  if (typeof sent === "number" && minor > BigInt(Number.MAX_SAFE_INTEGER)) {
    return rejected("invalid_field", "`amount` is too large for a JSON number to hold exactly; send it as text.");
  }
  return amount;
}

function readEffectiveAt(event: EventOf<"revenue">, occurredAt: number): string | null | Rejection {
  if (event.effective_at === undefined || event.effective_at === null) return null;
  if (event.event !== "canceled") {
    return rejected("invalid_field", "`effective_at` is accepted on `canceled` only.");
  }
  const moment = readMoment(event.effective_at);
  if (moment === null || moment >= LAST_MOMENT) {
    return rejected(
      "invalid_field",
      "`effective_at` must be a time with offset, as in 2026-11-20T09:30:00Z (RFC 3339).",
    );
  }
  return moment < occurredAt
    ? rejected("invalid_field", "`effective_at` must not be before `occurred_at`.")
    : momentText(moment);
}
