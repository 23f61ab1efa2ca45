import { divideRounded, minorDigits } from "../../core/money.ts";

/** How often a year each named billing period is paid. */
const PERIODS_A_YEAR: Readonly<Record<string, bigint>> = {
  day: 365n,
  week: 52n,
  two_weeks: 26n,
  month: 12n,
  quarter: 4n,
  half_year: 2n,
  year: 1n,
};

/** Stored prices are counted in millionths of the minor unit of their own currency. */
const MICROS = 1_000_000n;

/** Off the price of a billing period; decimals, one of which is given. */
export interface Discount {
  readonly percent: string | null;
  readonly amount: string | null;
}

/** What a subscription costs per billing period. */
export interface Price {
  /** Decimal number of major units for one unit. */
  readonly amount: string;
  readonly currency: string;
  /** A name, or "<count> <unit>". */
  readonly billingPeriod: string;
  /** A decimal. */
  readonly quantity: string;
  readonly discount: Discount | null;
}

/** A year's price in millionths of the minor unit of its own currency, rounded half up; never below 0. */
export function annualPrice({ amount, currency, billingPeriod, quantity, discount }: Price): bigint {
  const [price, units] = [decimal(amount), decimal(quantity)];
  const full = { digits: price.digits * units.digits, unit: price.unit * units.unit };
  const paid = discounted(full, discount);
  const { times, years } = periodsAYear(billingPeriod);
  const scale = 10n ** BigInt(minorDigits(currency)) * MICROS * times;
  return paid.digits <= 0n ? 0n : divideRounded(paid.digits * scale, paid.unit * years);
}

interface Decimal {
  readonly digits: bigint;
  readonly unit: bigint;
}

function discounted(full: Decimal, discount: Discount | null): Decimal {
  if (discount === null) return full;
  if (discount.percent !== null) {
    const percent = decimal(discount.percent);
    return { digits: full.digits * (100n * percent.unit - percent.digits), unit: full.unit * 100n * percent.unit };
  }
  const off = decimal(discount.amount ?? "0");
  return { digits: full.digits * off.unit - off.digits * full.unit, unit: full.unit * off.unit };
}

/** "3 month" is paid 12 ÷ 3 times in 1 year. */
function periodsAYear(period: string): { readonly times: bigint; readonly years: bigint } {
  const [count = "1", unit] = period.split(" ");
  if (unit === undefined) return { times: PERIODS_A_YEAR[period] ?? 0n, years: 1n };
  return { times: PERIODS_A_YEAR[unit] ?? 0n, years: BigInt(count) };
}

/** "29.90" as 2990 hundredths. */
function decimal(text: string): Decimal {
  const [whole = "0", fraction = ""] = text.split(".");
  return { digits: BigInt(`${whole}${fraction}`), unit: 10n ** BigInt(fraction.length) };
}

/** How many more decimals than its currency the price of one unit may have. */
const UNIT_DECIMALS = 6;

/** A decimal amount of major units, rounded half up to what its currency allows for an amount, or for the price of one unit. */
export function roundedToCurrency(amount: string, currency: string, isUnitAmount: boolean): string {
  const digits = minorDigits(currency) + (isUnitAmount ? UNIT_DECIMALS : 0);
  const { digits: all, unit } = decimal(amount);
  if (unit <= 10n ** BigInt(digits)) return amount;
  const minor = divideRounded(all * 10n ** BigInt(digits), unit)
    .toString()
    .padStart(digits + 1, "0");
  return digits === 0 ? minor : `${minor.slice(0, -digits)}.${minor.slice(-digits)}`;
}

/** An amount of major units in millionths of the currency's minor unit, rounded as its price would be. */
export function minorMicros(amount: string, currency: string, isUnitAmount: boolean): bigint {
  const { digits, unit } = decimal(roundedToCurrency(amount, currency, isUnitAmount));
  return divideRounded(digits * 10n ** BigInt(minorDigits(currency)) * MICROS, unit);
}
