import { decimalsOf, isDecimal, minorDigitsOf } from "./amount.ts";
import { instantOf } from "./calendar.ts";
import { isPlaceholder } from "./ids.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Body = { readonly [name: string]: Json };

type Check = (value: Json) => boolean;

const clean = (value: string): boolean => !value.includes("\u0000") && !/\p{Surrogate}/u.test(value);
const text: Check = (value) => typeof value === "string" && value.length > 0 && clean(value);
const prose: Check = (value) => typeof value === "string" && clean(value);
const realId: Check = (value) => text(value) && !isPlaceholder(String(value));
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
const decimal =
  (decimals: number): Check =>
  (value) =>
    isDecimal(value) && decimalsOf(String(value)) <= decimals;
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

const PERIODS = [
  "day",
  "week",
  "two_weeks",
  "month",
  "quarter",
  "half_year",
  "year",
  "monthly",
  "yearly",
  "annual",
  "annually",
];
const LONGEST: Readonly<Record<string, number>> = { day: 1000, week: 520, month: 120, year: 10 };

const period: Check = (value) => {
  if (typeof value === "string") return PERIODS.includes(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { unit, count, ...more } = value as Body;
  return (
    typeof unit === "string" &&
    Object.hasOwn(LONGEST, unit) &&
    whole(1, LONGEST[unit] ?? 0)(count ?? null) &&
    Object.keys(more).length === 0
  );
};

/** `{percent}` from 0 to 100, or `{amount}`. */
const discount: Check = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { percent, amount, ...more } = value as Body;
  if (Object.keys(more).length > 0 || (percent === undefined) === (amount === undefined)) return false;
  if (percent === undefined) return isDecimal(amount);
  return decimal(6)(percent ?? null) && Number(percent) <= 100;
};

const COMMON: Readonly<Record<string, Check>> = {
  type: text,
  id: (value) => text(value) && [...String(value)].length <= 200,
  occurred_at: instant,
  user_id: realId,
  team_id: realId,
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
  "cancelled",
  "paused",
  "resumed",
  "trial_started",
  "past_due",
  "refunded",
  "one_time",
  "payment",
];
const MAY_WAIT = ["subscription_started", "upgraded", "downgraded", "paused", "resumed", "canceled", "cancelled"];
const TICKET_ACTIONS = ["opened", "replied", "assigned", "prioritized", "resolved", "closed", "reopened"];

const SHAPES: Readonly<Record<string, Shape>> = {
  request: {
    must: { method: text, status: whole(100, 599), duration_ms: atLeastZero },
    // Placeholders mean that nobody is known.
    may: { route: text, path: text, failed: flag, user_id: prose, team_id: prose },
  },
  error: {
    must: { error_type: text, message: text },
    may: {
      severity: oneOf("critical", "error", "warning"),
      endpoint: text,
      method: text,
      user_id: prose,
      team_id: prose,
    },
  },
  signup: { must: { user_id: realId }, may: { plan: text } },
  activation: { must: { user_id: realId, milestone: text }, may: {} },
  revenue: {
    must: { event: oneOf(...REVENUE_EVENTS) },
    may: {
      subscription_id: realId,
      plan: text,
      amount: isDecimal,
      unit_amount: isDecimal,
      currency: (value) => typeof value === "string" && /^[A-Z]{3}$/.test(value),
      billing_period: period,
      quantity: (value) => decimal(6)(value) && Number(value) <= 2_147_483_647,
      discount,
      discount_until: instant,
      trial_ends_at: instant,
      effective_at: instant,
      sequence: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      stripe_event_id: text,
    },
  },
  agent_session: {
    must: { session_id: text, action: oneOf("started", "ended") },
    may: { agent_id: text, status: text, messages: atLeastZero, tokens: atLeastZero },
  },
  health_check: {
    must: { service: text, status: oneOf("healthy", "degraded", "down") },
    may: { response_time_ms: atLeastZero, probe: text },
  },
  nps: { must: { user_id: realId, score: whole(0, 10) }, may: { feedback: prose, trigger: text } },
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
export function isWellFormed(event: unknown): event is Body {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return false;
  const body = event as Body;
  const shape =
    typeof body["type"] === "string" && Object.hasOwn(SHAPES, body["type"]) ? SHAPES[body["type"]] : undefined;
  if (shape === undefined) return false;
  const allowed = { ...COMMON, ...shape.may, ...shape.must };
  for (const [name, value] of Object.entries(body)) {
    const check = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (check === undefined) return false;
    const isLeftOut = value === null && !Object.hasOwn(shape.must, name) && name !== "type";
    if (!isLeftOut && !check(value)) return false;
  }
  if (Object.keys(shape.must).some((name) => body[name] === undefined)) return false;
  return together(body);
}

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null;

function together(body: Body): boolean {
  switch (body["type"]) {
    case "request":
      return isGiven(body["route"]) || isGiven(body["path"]);
    case "ticket":
      return body["action"] === "opened" || isGiven(body["ticket_id"]);
    case "agent_session":
      return body["action"] === "ended" || isGiven(body["user_id"]);
    case "revenue": {
      if (!isGiven(body["user_id"]) && !isGiven(body["team_id"])) return false;
      if (isGiven(body["effective_at"]) && !MAY_WAIT.includes(String(body["event"]))) return false;
      if (isGiven(body["discount_until"]) && !isGiven(body["discount"])) return false;
      return hasFinePrice(body);
    }
    default:
      return true;
  }
}

/** As many decimals as the currency has, or 3 when none is named; six more for the price of a unit. */
function hasFinePrice(body: Body): boolean {
  const [amount, unit] = [body["amount"], body["unit_amount"]];
  const isIgnored = String(body["event"]).startsWith("cancel");
  const currency = isIgnored ? null : body["currency"];
  if (isGiven(amount) && isGiven(unit)) return false;
  const digits = isGiven(currency) ? minorDigitsOf(String(currency)) : 3;
  if (isGiven(amount)) return decimalsOf(amount as string | number) <= digits;
  return !isGiven(unit) || decimalsOf(unit as string | number) <= digits + 6;
}
