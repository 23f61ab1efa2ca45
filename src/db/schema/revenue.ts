import { sql } from "drizzle-orm";
import { bigint, boolean, date, index, integer, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { eventColumns, instant } from "./columns.ts";

/** Who pays: a team, or a person without one. Team and user numbers are separate name spaces. */
const accountOf = sql`case when team_no is not null then 't' || team_no else 'u' || user_no end`;

/** As sent: a field left out is null here and takes the subscription's last value when folded. */
export const revenueEvents = pgTable(
  "revenue_events",
  {
    ...eventColumns(),
    account: text("account").generatedAlwaysAs(accountOf),
    event: text("event").notNull(),
    subscriptionId: text("subscription_id").notNull().default(""),
    plan: text("plan"),
    /** The price of one unit for a billing period, in major units. A scale above 3 says that it was sent as `unit_amount`. */
    amount: numeric("amount"),
    currency: text("currency"),
    /** A name, or "<count> <unit>". */
    billingPeriod: text("billing_period"),
    quantity: numeric("quantity"),
    effectiveAt: instant("effective_at"),
    stripeEventId: text("stripe_event_id"),
    /** At most one of percent and amount (a period, in major units) is given. */
    discountPercent: numeric("discount_percent"),
    discountAmount: numeric("discount_amount"),
    discountUntil: instant("discount_until"),
    /** An explicit `"discount": null`: it ends the discount. */
    discountRemoved: boolean("discount_removed").notNull().default(false),
    trialEndsAt: instant("trial_ends_at"),
    /** The sender's own order within an instant. */
    sequence: bigint("sequence", { mode: "bigint" }),
  },
  (table) => [
    index("revenue_events_account").on(table.account),
    index("revenue_events_subscription_id").on(table.subscriptionId),
    index("revenue_events_user_no").on(table.userNo),
    index("revenue_events_occurred_at").on(table.occurredAt),
  ],
);

/**
 * Folded: how an account stands from the end of `day` until before the end of `until` (infinity: until today and beyond). The
 * rows of all accounts that have to do with each other are replaced together whenever an event of one of them arrives.
 * `money` is a year's revenue by currency, each in millionths of that currency's own minor unit, `due` what of it is past due,
 * `stopped` what those that are paused would bring. `plan` is null without a live subscription. `pays`, and `would_pay` (pays
 * nothing, and would if nothing were paused), are by the rates of the day.
 */
export const accountSpans = pgTable(
  "account_spans",
  {
    account: text("account").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    until: date("until", { mode: "string" }).notNull(),
    plan: text("plan"),
    standing: text("standing"),
    pays: boolean("pays").notNull(),
    paused: boolean("paused").notNull(),
    wouldPay: boolean("would_pay").notNull(),
    unconverted: integer("unconverted").notNull(),
    unpriced: integer("unpriced").notNull(),
    trials: integer("trials").notNull(),
    currencies: text("currencies").array().notNull(),
    money: numeric("money").array().notNull(),
    due: numeric("due").array().notNull(),
    stopped: numeric("stopped").array().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.account, table.day] }),
    index("account_spans_day").on(table.day),
    index("account_spans_until").on(table.until),
  ],
);

/**
 * Folded with `account_spans`: by how much an account's yearly revenue changed on a day and in which way, in millionths of the
 * workspace currency's minor unit, at the rates of the day. What the rates themselves changed is not here.
 */
export const movements = pgTable(
  "movements",
  {
    account: text("account").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    kind: text("kind").notNull(),
    change: numeric("change").notNull(),
    planBefore: text("plan_before"),
    plan: text("plan"),
  },
  (table) => [primaryKey({ columns: [table.account, table.day, table.kind] }), index("movements_day").on(table.day)],
);

/** Folded: the subscriptions that were of several accounts in their time, as `account_spans`. `worth` and `stopped` are a year's. */
export const movedSubscriptions = pgTable(
  "moved_subscriptions",
  {
    subscription: text("subscription").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    until: date("until", { mode: "string" }).notNull(),
    account: text("account").notNull(),
    currency: text("currency").notNull(),
    worth: numeric("worth").notNull(),
    stopped: numeric("stopped").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.subscription, table.day] }),
    index("moved_subscriptions_account").on(table.account),
    index("moved_subscriptions_day").on(table.day),
  ],
);

/** Folded: trials in the order in which they began. `paid_day` is null unless the subscription paid within a day of the end. */
export const revenueTrials = pgTable(
  "revenue_trials",
  {
    account: text("account").notNull(),
    number: integer("number").notNull(),
    startedDay: date("started_day", { mode: "string" }).notNull(),
    endedDay: date("ended_day", { mode: "string" }),
    paidDay: date("paid_day", { mode: "string" }),
  },
  (table) => [
    primaryKey({ columns: [table.account, table.number] }),
    index("revenue_trials_started_day").on(table.startedDay),
    index("revenue_trials_ended_day").on(table.endedDay),
  ],
);

/** Folded: payments and refunds by day, in millionths of the minor unit of their own currency. */
export const revenueCash = pgTable(
  "revenue_cash",
  {
    account: text("account").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    currency: text("currency").notNull(),
    collected: numeric("collected").notNull(),
    refunded: numeric("refunded").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.account, table.day, table.currency] }),
    index("revenue_cash_day").on(table.day),
  ],
);

/** `rate` units of the workspace currency for one unit of `currency`, from `day` until the next row. */
export const fxRates = pgTable(
  "fx_rates",
  {
    currency: text("currency").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    rate: numeric("rate").notNull(),
  },
  (table) => [primaryKey({ columns: [table.currency, table.day] })],
);
