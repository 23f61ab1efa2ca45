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
    index("revenue_events_occurred_at").on(table.occurredAt),
  ],
);

/**
 * Folded: one row for each local day on which an account's state changed, replaced whole whenever
 * one of its events arrives. `arr_before` and `arr_after` are annualised revenue at the end of the
 * day before and of the day, in millionths of the workspace currency's minor unit (MRR × 12 is then
 * exact: every billing period is a whole number of twelfths of a year's price).
 * `kind` is null when the money did not change (only plan, pause or `unconverted` did).
 */
export const movements = pgTable(
  "movements",
  {
    account: text("account").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    kind: text("kind"),
    arrBefore: numeric("arr_before").notNull(),
    arrAfter: numeric("arr_after").notNull(),
    plan: text("plan"),
    paused: boolean("paused").notNull(),
    unconverted: integer("unconverted").notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.day] }), index("movements_day").on(table.day)],
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
