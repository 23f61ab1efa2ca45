/** A moment as ISO 8601 text with offset, or a `Date`. */
export type Moment = string | Date;

/** What every event may carry. */
export interface Details {
  /**
   * 1 to 200 characters; made by the client when absent. Give your own when you may report the same thing twice (a webhook that
   * is delivered again): it is counted once. Give the same `occurredAt` then, or the repetition is listed as a conflict.
   */
  readonly id?: string | undefined;
  /** When it happened; now when absent. */
  readonly occurredAt?: Moment | undefined;
  /** The team or company that the person belongs to. */
  readonly teamId?: string | undefined;
  /** Anything else worth keeping, at most 4 KB of JSON. No names, no addresses. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** People are opaque ids of your own product: no names, no e-mail addresses. */
interface OfPerson extends Details {
  readonly userId: string;
}

interface OfAnybody extends Details {
  readonly userId?: string | undefined;
}

export interface Activation extends OfPerson {
  /** `profile_completed`, `first_api_call` and `first_agent_session` make the funnel. */
  readonly milestone: string;
}

export type RevenueEventName =
  | "subscription_started"
  | "renewed"
  | "upgraded"
  | "downgraded"
  | "canceled"
  | "cancelled"
  | "paused"
  | "resumed"
  | "trial_started"
  | "past_due"
  | "refunded"
  | "one_time"
  | "payment";

export type BillingPeriod =
  | "day"
  | "week"
  | "two_weeks"
  | "month"
  | "quarter"
  | "half_year"
  | "year"
  | "monthly"
  | "yearly"
  | "annual"
  | "annually"
  | { readonly unit: "day" | "week" | "month" | "year"; readonly count: number };

/** Off the price of a period: a share of it, or an amount in major units. */
export type Discount = { readonly percent: string | number } | { readonly amount: string | number };

interface RevenueFields extends Details {
  readonly event: RevenueEventName;
  readonly subscriptionId?: string | undefined;
  readonly plan?: string | undefined;
  /** What one unit of the subscription costs per billing period from now on, in major units: `"29.90"`. */
  readonly amount?: string | number | undefined;
  /** In place of `amount`, with up to 6 decimals more: `"0.0025"`. */
  readonly unitAmount?: string | number | undefined;
  /** ISO 4217, as in `USD`. */
  readonly currency?: string | undefined;
  readonly billingPeriod?: BillingPeriod | undefined;
  /** Units, such as seats; up to 6 decimals. */
  readonly quantity?: string | number | undefined;
  /** Replaces the discount that the subscription has; `null` ends it. */
  readonly discount?: Discount | null | undefined;
  /** When the discount ends by itself; never when absent. */
  readonly discountUntil?: Moment | undefined;
  readonly trialEndsAt?: Moment | undefined;
  /** When a start, an upgrade, a downgrade, a pause or its end, or a cancellation takes effect; at once when absent. */
  readonly effectiveAt?: Moment | undefined;
  /** Orders events of one instant, whatever their ids. */
  readonly sequence?: number | undefined;
  readonly stripeEventId?: string | undefined;
}

/** Belongs to a team, or to a person who pays alone. */
export type RevenueEvent =
  | (RevenueFields & { readonly userId: string })
  | (RevenueFields & { readonly teamId: string; readonly userId?: string | undefined });

export type TicketPriority = "urgent" | "high" | "medium" | "low";
export type TicketCategory = "bug" | "feature_request" | "billing" | "general";

export interface NewTicket extends OfAnybody {
  /** At most 500 characters. */
  readonly subject: string;
  readonly description?: string | undefined;
  /** `medium` when absent. */
  readonly priority?: TicketPriority | undefined;
  /** `general` when absent. */
  readonly category?: TicketCategory | undefined;
  /** Your own id of the ticket, if it has one. */
  readonly ticketId?: string | undefined;
}

export interface NpsAnswer extends OfPerson {
  /** 0 to 10. */
  readonly score: number;
  readonly feedback?: string | undefined;
  /** What made you ask, as in `after_export`. */
  readonly trigger?: string | undefined;
}

export interface HealthCheck extends Details {
  readonly service: string;
  readonly status: "healthy" | "degraded" | "down";
  readonly responseTimeMs?: number | undefined;
  /** Where the check was made from; a service is down while at least half of its probes say so. */
  readonly probe?: string | undefined;
}

export interface TrackFields extends OfAnybody {
  /** At most 16 KB of JSON. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

export interface TrackedRequest extends OfAnybody {
  readonly method: string;
  /** The pattern, as in `/users/:id`; never the address that was asked for. */
  readonly route: string;
  /** 100 to 599. */
  readonly status: number;
  readonly durationMs: number;
  /** It ended in an exception nobody handled, in a time-out, or was broken off by the server. */
  readonly failed?: boolean | undefined;
}

interface SessionFields {
  readonly sessionId: string;
  readonly agentId?: string | undefined;
  readonly status?: string | undefined;
  readonly messages?: number | undefined;
  readonly tokens?: number | undefined;
}

/** Everything that Bellwether takes in. */
export type ClientEvent =
  | ({ readonly type: "request" } & TrackedRequest)
  | ({
      readonly type: "error";
      readonly errorType: string;
      readonly message: string;
      readonly severity?: "critical" | "error" | "warning" | undefined;
      readonly endpoint?: string | undefined;
      readonly method?: string | undefined;
    } & OfAnybody)
  | ({ readonly type: "signup"; readonly plan?: string | undefined } & OfPerson)
  | ({ readonly type: "activation" } & Activation)
  | ({ readonly type: "revenue" } & RevenueEvent)
  | ({ readonly type: "agent_session"; readonly action: "started" } & SessionFields & OfPerson)
  | ({ readonly type: "agent_session"; readonly action: "ended" } & SessionFields & OfAnybody)
  | ({ readonly type: "health_check"; readonly userId?: string | undefined } & HealthCheck)
  | ({ readonly type: "nps" } & NpsAnswer)
  | ({ readonly type: "ticket"; readonly action: "opened" } & NewTicket)
  | ({
      readonly type: "ticket";
      readonly action: "replied" | "assigned" | "prioritized" | "resolved" | "closed" | "reopened";
      readonly ticketId: string;
      readonly priority?: TicketPriority | undefined;
      readonly category?: TicketCategory | undefined;
      readonly by?: "customer" | "agent" | undefined;
    } & OfAnybody)
  | ({ readonly type: "track"; readonly name: string } & TrackFields);
