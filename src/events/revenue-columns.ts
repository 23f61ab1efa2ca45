import { isCurrency, minorDigits } from "../core/money.ts";
import { billingPeriodName, LONGEST } from "./billing-period.ts";
import { decimalsOf, decimalText } from "./decimal-text.ts";
import type { Cell } from "./event-row.ts";
import { LAST_MOMENT, momentText, readMoment } from "./moment.ts";
import { isRejection, rejected, type Rejection } from "./rejection.ts";
import type { EventOf } from "./schema/events.ts";

type RevenueEvent = EventOf<"revenue">;

/** What was read, or why the event is refused. */
type Read<T> = { readonly value: T } | Rejection;

const NOTHING = { value: null };
const QUANTITY_DECIMALS = 6;
const LARGEST_QUANTITY = 2_147_483_647;
const PERCENT_DECIMALS = 6;
/** The finest currencies have as many: what an amount may have whose currency is not known yet. */
const MOST_MINOR_DIGITS = 3;
/** How much finer than an amount the price of one unit may be. */
const UNIT_DECIMALS = 6;

/** The cells of a revenue event in the order of `EVENT_TABLES`. */
export function revenueColumns(event: RevenueEvent): readonly Cell[] | Rejection {
  if ((event.user_id ?? event.team_id ?? null) === null) {
    return rejected("missing_field", "`user_id` or `team_id` is required.");
  }
  const currency = event.currency?.toUpperCase() ?? null;
  if (currency !== null && !isCurrency(currency)) {
    return rejected("invalid_field", "`currency` must be a currency code of ISO 4217, as in USD.");
  }
  const amount = readPrice(event, currency);
  if (isRejection(amount)) return amount;
  const quantity = readQuantity(event.quantity ?? null);
  if (isRejection(quantity)) return quantity;
  const period = readBillingPeriod(event.billing_period ?? null);
  if (isRejection(period)) return period;
  const discount = readDiscount(event, currency);
  if (isRejection(discount)) return discount;
  const times = readTimes(event);
  if (isRejection(times)) return times;
  return [
    revenueEventName(event.event),
    event.subscription_id ?? "",
    event.plan ?? null,
    amount.value,
    currency,
    period.value,
    quantity.value,
    times.effectiveAt,
    event.stripe_event_id ?? null,
    ...discount.cells,
    times.discountUntil,
    event.discount === null,
    times.trialEndsAt,
    event.sequence ?? null,
  ];
}

export function revenueEventName(spelling: RevenueEvent["event"]): Exclude<RevenueEvent["event"], "cancelled"> {
  return spelling === "cancelled" ? "canceled" : spelling;
}

/** `amount` or `unit_amount`, which stand for the same and differ in how fine they may be. */
function readPrice(event: RevenueEvent, currency: string | null): Read<string | null> {
  const amount = event.amount ?? null;
  const unitAmount = event.unit_amount ?? null;
  if (amount !== null && unitAmount !== null) {
    return rejected("invalid_field", "`amount` and `unit_amount` say the same; send one of them.");
  }
  // What a cancellation says of the price is ignored, so that it may be as fine as it likes.
  const limit = revenueEventName(event.event) === "canceled" ? null : currency;
  return unitAmount === null
    ? readMoney("`amount`", amount, { currency: limit, finer: 0 })
    : readMoney("`unit_amount`", unitAmount, { currency: limit, finer: UNIT_DECIMALS });
}

interface Fineness {
  /** `null`: as fine as any currency is. */
  readonly currency: string | null;
  /** Decimals beyond those of the currency. */
  readonly finer: number;
}

/**
 * Decimal text of major units. What may be finer than an amount has more than three decimals, zeros at its end if need be, and
 * an amount never has: that tells a `unit_amount`, which is never rounded, from an `amount` in the column they share.
 */
function readMoney(field: string, sent: string | number | null, { currency, finer }: Fineness): Read<string | null> {
  if (sent === null) return NOTHING;
  const text = decimalText(sent);
  if (text === null) {
    return String(sent).startsWith("-")
      ? rejected("invalid_field", `${field} must not be negative.`)
      : rejected(
          "invalid_field",
          `${field} must be a decimal number of major units with at most 15 digits before the point, as in 29.90.`,
        );
  }
  const minor = currency === null ? MOST_MINOR_DIGITS : minorDigits(currency);
  const decimals = minor + finer;
  if (decimalsOf(text) > decimals) {
    return currency === null
      ? rejected("invalid_field", `${field} must have at most ${decimals} decimals.`)
      : rejected("invalid_field", `${field} is finer than ${currency} allows (${decimals} decimals).`);
  }
  if (
    typeof sent === "number" &&
    (digitsOf(text) > Number.MAX_SAFE_INTEGER || sent > Number.MAX_SAFE_INTEGER / 10 ** minor)
  ) {
    return rejected("invalid_field", `${field} is too large for a JSON number to hold exactly; send it as text.`);
  }
  return { value: withDecimals(text, finer === 0 ? { most: MOST_MINOR_DIGITS } : { fewest: UNIT_DECIMALS }) };
}

function withDecimals(decimal: string, bounds: { readonly most: number } | { readonly fewest: number }): string {
  const [whole = "", fraction = ""] = decimal.split(".");
  const digits = "most" in bounds ? fraction.slice(0, bounds.most) : fraction.padEnd(bounds.fewest, "0");
  return digits === "" ? whole : `${whole}.${digits}`;
}

/** All digits of a decimal text as one whole number. */
function digitsOf(decimal: string): number {
  return Number(decimal.replace(".", ""));
}

function readQuantity(sent: string | number | null): Read<string | null> {
  if (sent === null) return NOTHING;
  const text = decimalText(sent);
  if (text === null || decimalsOf(text) > QUANTITY_DECIMALS || Number(text) > LARGEST_QUANTITY) {
    return rejected(
      "invalid_field",
      `\`quantity\` must be a number from 0 to ${LARGEST_QUANTITY} with at most ${QUANTITY_DECIMALS} decimals.`,
    );
  }
  return { value: text };
}

function readBillingPeriod(sent: RevenueEvent["billing_period"] | null): Read<string | null> {
  if (sent === null || sent === undefined) return NOTHING;
  if (typeof sent === "object" && sent.count > LONGEST[sent.unit]) {
    return rejected(
      "invalid_field",
      `\`billing_period\` must have a \`count\` of 1 to ${LONGEST[sent.unit]} when its \`unit\` is ${sent.unit}.`,
    );
  }
  return { value: billingPeriodName(sent) };
}

interface DiscountCells {
  /** Percent and amount, of which at most one is given. */
  readonly cells: readonly [percent: string | null, amount: string | null];
}

function readDiscount({ discount }: RevenueEvent, currency: string | null): DiscountCells | Rejection {
  if (discount === undefined || discount === null) return { cells: [null, null] };
  if ("percent" in discount) {
    const percent = decimalText(discount.percent);
    if (percent === null || decimalsOf(percent) > PERCENT_DECIMALS || Number(percent) > 100) {
      return rejected(
        "invalid_field",
        `\`discount\` must have a \`percent\` from 0 to 100 with at most ${PERCENT_DECIMALS} decimals.`,
      );
    }
    return { cells: [percent, null] };
  }
  const amount = readMoney("The `amount` of `discount`", discount.amount, { currency, finer: 0 });
  return isRejection(amount) ? amount : { cells: [null, amount.value] };
}

interface Times {
  readonly effectiveAt: string | null;
  readonly discountUntil: string | null;
  readonly trialEndsAt: string | null;
}

function readTimes(event: RevenueEvent): Times | Rejection {
  const effectiveAt = readTime("effective_at", event.effective_at);
  if (isRejection(effectiveAt)) return effectiveAt;
  if (effectiveAt.value !== null && !TAKING_EFFECT.has(revenueEventName(event.event))) {
    return rejected("invalid_field", `\`effective_at\` is accepted on ${[...TAKING_EFFECT].join(", ")} only.`);
  }
  const discountUntil = readTime("discount_until", event.discount_until);
  if (isRejection(discountUntil)) return discountUntil;
  if (discountUntil.value !== null && (event.discount ?? null) === null) {
    return rejected("invalid_field", "`discount_until` needs the `discount` that it ends beside it.");
  }
  const trialEndsAt = readTime("trial_ends_at", event.trial_ends_at);
  if (isRejection(trialEndsAt)) return trialEndsAt;
  return { effectiveAt: effectiveAt.value, discountUntil: discountUntil.value, trialEndsAt: trialEndsAt.value };
}

/** Events that may be recorded before, or after, they take effect. */
const TAKING_EFFECT: ReadonlySet<string> = new Set([
  "subscription_started",
  "upgraded",
  "downgraded",
  "paused",
  "resumed",
  "canceled",
]);

function readTime(field: string, sent: string | null | undefined): Read<string | null> {
  if (sent === undefined || sent === null) return NOTHING;
  const moment = readMoment(sent);
  return moment === null || moment >= LAST_MOMENT
    ? rejected("invalid_field", `\`${field}\` must be a time with offset, as in 2026-11-20T09:30:00Z (RFC 3339).`)
    : { value: momentText(moment) };
}
