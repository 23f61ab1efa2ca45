import { minorDigits } from "../../core/money.ts";

/** Decimals of a factor: those of a rate and of the difference between two minor units. */
const DECIMALS = 18;
const ONE = 10n ** BigInt(DECIMALS);

export interface DatedRate {
  readonly currency: string;
  /** ISO date. */
  readonly day: string;
  /** Major units of the workspace's currency for one of `currency`; a decimal. */
  readonly rate: string;
}

/** Amounts by currency, each in millionths of its own minor unit, annual. */
export type Money = ReadonlyMap<string, bigint>;

/** What other currencies are worth in that of the workspace, by day. Days are ISO dates. */
export interface RateBook {
  /** In 10^-18 of a millionth of the workspace currency's minor unit; what has no rate on the day counts nothing. */
  valueOf(money: Money, day: string): bigint;
  /** As `valueOf`, of one currency. */
  worthOf(currency: string, amount: bigint, day: string): bigint;
  hasRate(currency: string, day: string): boolean;
  /** The first day after `day` from which another rate of the currency holds. */
  nextChange(currency: string, day: string): string | null;
}

/** A value of the rate book as a decimal number of millionths of the minor unit. */
export function decimalText(value: bigint): string {
  const sign = value < 0n ? "-" : "";
  const digits = (value < 0n ? -value : value).toString().padStart(DECIMALS + 1, "0");
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -DECIMALS)}${fraction === "" ? "" : `.${fraction}`}`;
}

interface Step {
  readonly day: string;
  readonly factor: bigint;
}

export function createRateBook(own: string, rates: readonly DatedRate[]): RateBook {
  const steps = new Map<string, Step[]>();
  for (const { currency, day, rate } of rates) {
    const known = steps.get(currency) ?? [];
    steps.set(currency, known);
    known.push({ day, factor: factorOf(rate, minorDigits(own) - minorDigits(currency)) });
  }
  for (const known of steps.values()) known.sort((a, b) => (a.day < b.day ? -1 : 1));
  const factor = (currency: string, day: string): bigint => {
    if (currency === own) return ONE;
    const known = steps.get(currency) ?? [];
    return known[firstAfter(known, day) - 1]?.factor ?? 0n;
  };
  return {
    valueOf(money, day) {
      let value = 0n;
      for (const [currency, amount] of money) value += amount * factor(currency, day);
      return value;
    },
    worthOf: (currency, amount, day) => amount * factor(currency, day),
    hasRate: (currency, day) => factor(currency, day) > 0n,
    nextChange(currency, day) {
      if (currency === own) return null;
      const known = steps.get(currency) ?? [];
      return known[firstAfter(known, day)]?.day ?? null;
    },
  };
}

/** Place of the first step after the day. */
function firstAfter(steps: readonly Step[], day: string): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.day ?? "") <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rate, moved by so many decimal places, in units of 10^-18. */
function factorOf(rate: string, places: number): bigint {
  const [whole = "0", fraction = ""] = rate.split(".");
  const digits = BigInt(whole + fraction);
  const power = DECIMALS - fraction.length + places;
  return power >= 0 ? digits * 10n ** BigInt(power) : digits / 10n ** BigInt(-power);
}
