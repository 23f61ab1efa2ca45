const MINOR_DIGITS: Readonly<Record<string, number>> = {
  JPY: 0,
  KRW: 0,
  VND: 0,
  CLP: 0,
  ISK: 0,
  KWD: 3,
  BHD: 3,
  TND: 3,
  OMR: 3,
  JOD: 3,
};

export const minorDigitsOf = (currency: string): number => MINOR_DIGITS[currency] ?? 2;

const DECIMAL = /^\d+(\.\d+)?$/;

export const isDecimal = (value: unknown): boolean =>
  (typeof value === "number" || typeof value === "string") && DECIMAL.test(String(value));

/** How many decimals are needed to write the number; trailing zeros are not. */
export function decimalsOf(value: string | number): number {
  const [, decimals = ""] = String(value).split(".");
  return decimals.replace(/0+$/, "").length;
}

/** The number times 10 to the power of `digits`, exactly; what is finer is cut off. */
export function scaled(value: string | number, digits: number): bigint {
  const [whole = "0", decimals = ""] = String(value).split(".");
  return BigInt(whole + decimals.slice(0, digits).padEnd(digits, "0"));
}

export const tenTo = (digits: number): bigint => 10n ** BigInt(digits);

/** `top / bottom` to the nearest whole number, halves away from 0. `bottom` is above 0. */
export function halfUp(top: bigint, bottom: bigint): bigint {
  return top < 0n ? -halfUp(-top, bottom) : (2n * top + bottom) / (2n * bottom);
}

/** Decimals that a `Worth` has beyond the minor unit of the workspace's currency. */
const WORTH_DIGITS = 21;

/** `worth / parts`, rounded half up to the minor unit, in major units. */
export function shownMoney(worth: bigint, parts: bigint, currency: string): number {
  return Number(halfUp(worth, parts * tenTo(WORTH_DIGITS))) / 10 ** minorDigitsOf(currency);
}

export const RATE_DIGITS = 12;

/**
 * Money in the workspace's currency. `micro`: millionths of the minor unit of `currency`; `rate`: what one major unit of
 * it is worth, times 10^12.
 */
export function worthOf(micro: bigint, currency: string, rate: bigint, workspaceCurrency: string): bigint {
  const shift = WORTH_DIGITS - 6 - RATE_DIGITS + minorDigitsOf(workspaceCurrency) - minorDigitsOf(currency);
  return micro * rate * tenTo(shift);
}
