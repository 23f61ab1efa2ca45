import { z } from "zod";
import { fieldOrder, type FieldOrder } from "../event-key.ts";
import type { EventType } from "../event-type.ts";
import {
  choice,
  instantText,
  jsonObject,
  milliseconds,
  name,
  optional,
  outsideId,
  prose,
  whole,
  yesOrNo,
} from "./fields.ts";
import { billingPeriod, decimal, discount, revenueEventName } from "./revenue.ts";

const METHOD = /^[A-Za-z]{1,20}$/;
const methodError = "must be an HTTP method of 1 to 20 letters";
const method = () => z.string({ error: methodError }).regex(METHOD, { error: methodError });

const envelope = {
  id: optional(name()).meta({ description: "makes sending again safe: the same id is counted once" }),
  occurred_at: optional(instantText()),
  user_id: optional(outsideId()),
  team_id: optional(outsideId()),
  metadata: optional(jsonObject("at most 4 KB of JSON, at most 20 levels deep")),
};

/** The ten kinds of events as they are sent. Unknown fields are refused. */
export const eventSchemas = {
  request: z.strictObject({
    type: z.literal("request"),
    ...envelope,
    method: method(),
    route: optional(name(500)),
    path: optional(name(8_000)),
    status: whole(100, 599),
    duration_ms: milliseconds(),
    failed: optional(yesOrNo()),
  }),
  error: z.strictObject({
    type: z.literal("error"),
    ...envelope,
    error_type: name(),
    message: prose(),
    severity: optional(choice(["critical", "error", "warning"])),
    endpoint: optional(name(8_000)),
    method: optional(method()),
  }),
  signup: z.strictObject({ type: z.literal("signup"), ...envelope, user_id: outsideId(), plan: optional(name()) }),
  activation: z.strictObject({ type: z.literal("activation"), ...envelope, user_id: outsideId(), milestone: name() }),
  revenue: z.strictObject({
    type: z.literal("revenue"),
    ...envelope,
    event: revenueEventName(),
    subscription_id: optional(outsideId()),
    plan: optional(name()),
    amount: optional(decimal("29.90", "must be a decimal number of major units")),
    unit_amount: optional(decimal("0.0025", "must be a decimal number of major units")),
    currency: optional(
      z.string({ error: "must be a currency code of ISO 4217, as in USD" }).meta({ examples: ["USD"] }),
    ),
    billing_period: optional(billingPeriod()),
    quantity: optional(decimal("2.5", "must be a number with at most 6 decimals")),
    discount: optional(discount()),
    discount_until: optional(instantText()),
    trial_ends_at: optional(instantText()),
    effective_at: optional(instantText()),
    sequence: optional(whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
    stripe_event_id: optional(name()),
  }),
  agent_session: z.strictObject({
    type: z.literal("agent_session"),
    ...envelope,
    session_id: name(),
    action: choice(["started", "ended"]),
    agent_id: optional(name()),
    status: optional(name()),
    messages: optional(whole(0, Number.MAX_SAFE_INTEGER)),
    tokens: optional(whole(0, Number.MAX_SAFE_INTEGER)),
  }),
  health_check: z.strictObject({
    type: z.literal("health_check"),
    ...envelope,
    service: name(),
    status: choice(["healthy", "degraded", "down"]),
    response_time_ms: optional(milliseconds()),
    probe: optional(name()).meta({ description: "where the check was made from" }),
  }),
  nps: z.strictObject({
    type: z.literal("nps"),
    ...envelope,
    user_id: outsideId(),
    score: whole(0, 10),
    feedback: optional(prose()),
    trigger: optional(name()),
  }),
  ticket: z.strictObject({
    type: z.literal("ticket"),
    ...envelope,
    action: choice(["opened", "replied", "assigned", "prioritized", "resolved", "closed", "reopened"]),
    ticket_id: optional(name()),
    subject: optional(prose(500)),
    description: optional(prose()),
    priority: optional(choice(["urgent", "high", "medium", "low"])),
    category: optional(choice(["bug", "feature_request", "billing", "general"])),
    by: optional(choice(["customer", "agent"])),
  }),
  track: z.strictObject({
    type: z.literal("track"),
    ...envelope,
    name: name(),
    properties: optional(jsonObject("at most 16 KB of JSON, at most 20 levels deep")),
  }),
} satisfies Record<EventType, z.ZodType>;

/** The fields of each type in the order in which they are hashed. */
export const FIELD_ORDERS = Object.fromEntries(
  Object.entries(eventSchemas).map(([type, schema]) => [type, fieldOrder(Object.keys(schema.shape))]),
) as Readonly<Record<EventType, FieldOrder>>;

export type EventSchemas = typeof eventSchemas;
export type EventOf<T extends EventType> = z.infer<EventSchemas[T]>;
export type AnyEvent = { [T in EventType]: EventOf<T> }[EventType];
