import { divideRounded, minorDigits } from "../../core/money.ts";

/** How often a year each billing period is paid. */
const PERIODS_A_YEAR: Readonly<Record<string, bigint>> = {
  day: 365n,
  week: 52n,
  two_weeks: 26n,
  month: 12n,
  quarter: 4n,
  half_year: 2n,
  year: 1n,
};

/** What a subscription costs per billing period. */
export interface Price {
  /** Decimal number of major units; null when none was ever sent. */
  readonly amount: string | null;
  readonly currency: string;
  readonly billingPeriod: string;
  readonly quantity: number;
  /** The local day whose exchange rate holds. */
  readonly day: string;
}

export interface Pricing {
  /** The workspace's currency. */
  readonly currency: string;
  /** Units of the workspace currency for one unit of `currency`, as a decimal number, on the day; null without a rate. */
  rate(currency: string, day: string): string | null;
}

/** A year's price in millionths of the workspace currency's minor unit; null without an exchange rate. */
export function annualPrice(price: Price, pricing: Pricing): bigint | null {
  const rate = price.currency === pricing.currency ? "1" : pricing.rate(price.currency, price.day);
  if (rate === null) return null;
  const amount = decimal(price.amount ?? "0");
  const factor = decimal(rate);
  const perYear = PERIODS_A_YEAR[price.billingPeriod] ?? 0n;
  // Stored money is counted in millionths of the minor unit, and a quantity has at most 6 decimals.
  const whole = 10n ** BigInt(minorDigits(pricing.currency)) * BigInt(Math.round(price.quantity * 1e6)) * perYear;
  return divideRounded(amount.digits * factor.digits * whole, amount.unit * factor.unit);
}

/** "29.90" as 2990 hundredths. */
function decimal(text: string): { digits: bigint; unit: bigint } {
  const [whole = "0", fraction = ""] = text.split(".");
  return { digits: BigInt(`${whole}${fraction}`), unit: 10n ** BigInt(fraction.length) };
}
