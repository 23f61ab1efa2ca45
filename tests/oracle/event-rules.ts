import { minorUnits } from "./amount.ts";
import { instantOf } from "./calendar.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Body = { readonly [name: string]: Json };

type Check = (value: Json) => boolean;

const clean = (value: string): boolean => !value.includes("\u0000") && !/\p{Surrogate}/u.test(value);
const text: Check = (value) => typeof value === "string" && value.length > 0 && clean(value);
const prose: Check = (value) => typeof value === "string" && clean(value);
const oneOf =
  (...allowed: string[]): Check =>
  (value) =>
    typeof value === "string" && allowed.includes(value);
const whole =
  (low: number, high: number): Check =>
  (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= low && value <= high;
const atLeastZero: Check = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;
const flag: Check = (value) => typeof value === "boolean";
const decimal: Check = (value) =>
  (typeof value === "number" || typeof value === "string") && /^\d+(\.\d+)?$/.test(String(value));
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const instant: Check = (value) => {
  if (typeof value !== "string" || !RFC3339.test(value)) return false;
  try {
    return instantOf(value) !== null;
  } catch {
    return false;
  }
};
const small: Check = (value) =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  JSON.stringify(value).length <= 4096 &&
  clean(JSON.stringify(value));

const COMMON: Readonly<Record<string, Check>> = {
  type: text,
  id: (value) => text(value) && [...String(value)].length <= 200,
  occurred_at: instant,
  user_id: text,
  team_id: text,
  metadata: small,
};

interface Shape {
  readonly must: Readonly<Record<string, Check>>;
  readonly may: Readonly<Record<string, Check>>;
}

const REVENUE_EVENTS = [
  "subscription_started",
  "renewed",
  "upgraded",
  "downgraded",
  "canceled",
  "paused",
  "resumed",
  "trial_started",
  "refunded",
  "one_time",
];
const PERIODS = ["day", "week", "two_weeks", "month", "monthly", "quarter", "half_year", "year", "yearly"];
const TICKET_ACTIONS = ["opened", "replied", "assigned", "prioritized", "resolved", "closed", "reopened"];

const SHAPES: Readonly<Record<string, Shape>> = {
  request: {
    must: { method: text, status: whole(100, 599), duration_ms: atLeastZero },
    may: { route: text, path: text, failed: flag },
  },
  error: {
    must: { error_type: text, message: text },
    may: { severity: oneOf("critical", "error", "warning"), endpoint: text, method: text },
  },
  signup: { must: { user_id: text }, may: { plan: text } },
  activation: { must: { user_id: text, milestone: text }, may: {} },
  revenue: {
    must: { event: oneOf(...REVENUE_EVENTS) },
    may: {
      subscription_id: text,
      plan: text,
      amount: decimal,
      currency: (value) => typeof value === "string" && /^[A-Z]{3}$/.test(value),
      billing_period: oneOf(...PERIODS),
      quantity: whole(0, 1_000_000_000),
      effective_at: instant,
      stripe_event_id: text,
    },
  },
  agent_session: {
    must: { session_id: text, user_id: text, action: oneOf("started", "ended") },
    may: { agent_id: text, status: text, messages: atLeastZero, tokens: atLeastZero },
  },
  health_check: {
    must: { service: text, status: oneOf("healthy", "degraded", "down") },
    may: { response_time_ms: atLeastZero },
  },
  nps: { must: { user_id: text, score: whole(0, 10) }, may: { feedback: prose, trigger: text } },
  ticket: {
    must: { action: oneOf(...TICKET_ACTIONS) },
    may: {
      ticket_id: text,
      subject: prose,
      description: prose,
      priority: oneOf("urgent", "high", "medium", "low"),
      category: oneOf("bug", "feature_request", "billing", "general"),
      by: oneOf("customer", "agent"),
    },
  },
  track: { must: { name: text }, may: { properties: small } },
};

/** Whether the contract allows these fields with these values, whatever the clock says. */
export function isWellFormed(event: unknown, workspaceCurrency: string): event is Body {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return false;
  const body = event as Body;
  const shape =
    typeof body["type"] === "string" && Object.hasOwn(SHAPES, body["type"]) ? SHAPES[body["type"]] : undefined;
  if (shape === undefined) return false;
  const allowed = { ...COMMON, ...shape.may, ...shape.must };
  for (const [name, value] of Object.entries(body)) {
    const check = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (check === undefined || !check(value)) return false;
  }
  if (Object.keys(shape.must).some((name) => body[name] === undefined)) return false;
  return together(body, workspaceCurrency);
}

function together(body: Body, workspaceCurrency: string): boolean {
  switch (body["type"]) {
    case "request":
      return body["route"] !== undefined || body["path"] !== undefined;
    case "ticket":
      return body["action"] === "opened" || body["ticket_id"] !== undefined;
    case "revenue": {
      if (body["user_id"] === undefined && body["team_id"] === undefined) return false;
      if (body["effective_at"] !== undefined && body["event"] !== "canceled") return false;
      const amount = body["amount"] as string | number | undefined;
      return amount === undefined || minorUnits(amount, String(body["currency"] ?? workspaceCurrency)) !== null;
    }
    default:
      return true;
  }
}
