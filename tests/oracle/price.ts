import { halfUp, minorDigitsOf, scaled, tenTo } from "./amount.ts";
import type { Body, Json } from "./event-rules.ts";
import { instantOf } from "./calendar.ts";
import type { Rules } from "./setting.ts";

type Decimal = string | number;

/** What somebody pays for a subscription, as the last event that said so left it. */
export interface Terms {
  /** Major units for one unit and billing period; null: never told. */
  readonly price: { readonly amount: Decimal; readonly ofUnit: boolean } | null;
  readonly quantity: Decimal;
  readonly period: { readonly unit: string; readonly count: number };
  readonly currency: string;
  readonly discount: Discount | null;
  readonly plan: string | null;
}

interface Discount {
  readonly percent: Decimal | null;
  readonly amount: Decimal | null;
  /** The first instant at which the price is full again; null: it stays. */
  readonly until: bigint | null;
}

export const unpricedIn = (currency: string): Terms => ({
  price: null,
  quantity: 1,
  period: { unit: "month", count: 1 },
  currency,
  discount: null,
  plan: null,
});

const NAMED_PERIODS: Readonly<Record<string, Terms["period"]>> = {
  day: { unit: "day", count: 1 },
  week: { unit: "week", count: 1 },
  two_weeks: { unit: "week", count: 2 },
  month: { unit: "month", count: 1 },
  monthly: { unit: "month", count: 1 },
  quarter: { unit: "month", count: 3 },
  half_year: { unit: "month", count: 6 },
  year: { unit: "year", count: 1 },
  yearly: { unit: "year", count: 1 },
  annual: { unit: "year", count: 1 },
  annually: { unit: "year", count: 1 },
};

function periodIn(value: Json): Terms["period"] {
  if (typeof value === "string") return NAMED_PERIODS[value] ?? { unit: value, count: 1 };
  const { unit, count } = value as Body;
  return { unit: String(unit), count: Number(count) };
}

function discountIn(body: Body): Discount | null {
  if (body["discount"] === null) return null;
  const { percent = null, amount = null } = body["discount"] as Body;
  const until = body["discount_until"];
  return {
    percent: percent as Decimal | null,
    amount: amount as Decimal | null,
    until: until === undefined ? null : instantOf(String(until)),
  };
}

/** The terms after an event; what it leaves out stays as it was. */
export function changedBy(terms: Terms, body: Body): Terms {
  const amount = body["unit_amount"] ?? body["amount"];
  return {
    price:
      amount === undefined ? terms.price : { amount: amount as Decimal, ofUnit: body["unit_amount"] !== undefined },
    quantity: (body["quantity"] as Decimal | undefined) ?? terms.quantity,
    period: body["billing_period"] === undefined ? terms.period : periodIn(body["billing_period"] ?? null),
    currency: String(body["currency"] ?? terms.currency),
    discount: body["discount"] === undefined ? terms.discount : discountIn(body),
    plan: body["plan"] === undefined ? terms.plan : String(body["plan"]),
  };
}

/** Decimals of an amount: three and six more at most. */
const FINE = 9;

/** In 10^-9 major units: no finer than the currency allows. */
export function amountIn(currency: string, amount: Decimal, ofUnit: boolean): bigint {
  const step = tenTo(FINE - Math.min(FINE, minorDigitsOf(currency) + (ofUnit ? 6 : 0)));
  return halfUp(scaled(amount, FINE), step) * step;
}

const PERCENT_DIGITS = 12;

/** A year's price in millionths of the currency's minor unit. `holds` says whether a discount with this end is in force. */
export function yearly(terms: Terms, holds: (until: bigint) => boolean, rules: Rules): bigint {
  const { price, quantity, period, currency, discount } = terms;
  if (price === null) return 0n;
  const digits = FINE + 6 + PERCENT_DIGITS + 2;
  let whole = amountIn(currency, price.amount, price.ofUnit) * scaled(quantity, 6) * tenTo(PERCENT_DIGITS + 2);
  if (discount !== null && (discount.until === null || holds(discount.until))) {
    if (discount.percent !== null)
      whole =
        (whole / tenTo(PERCENT_DIGITS + 2)) * (tenTo(PERCENT_DIGITS + 2) - scaled(discount.percent, PERCENT_DIGITS));
    if (discount.amount !== null) whole -= amountIn(currency, discount.amount, false) * tenTo(digits - FINE);
  }
  if (whole <= 0n) return 0n;
  const times = rules.timesAYear[period.unit] ?? 0n;
  return halfUp(whole * times * tenTo(minorDigitsOf(currency) + 6), BigInt(period.count) * tenTo(digits));
}
