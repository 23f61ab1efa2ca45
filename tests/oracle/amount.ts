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

/** Minor units of a decimal amount; null when it is no decimal or finer than the minor unit. */
export function minorUnits(amount: string | number, currency: string): bigint | null {
  const text = String(amount);
  if (!/^\d+(\.\d+)?$/.test(text)) return null;
  const [whole = "0", decimals = ""] = text.split(".");
  const digits = minorDigitsOf(currency);
  const kept = decimals.slice(0, digits).padEnd(digits, "0");
  if (/[1-9]/.test(decimals.slice(digits))) return null;
  return BigInt(whole + kept);
}

/** `top / bottom` minor units, rounded half up, in major units. `bottom` is above 0. */
export function shownMoney(top: bigint, bottom: bigint, currency: string): number {
  const doubled = 2n * top + bottom;
  const floor = doubled >= 0n ? doubled / (2n * bottom) : -((-doubled + 2n * bottom - 1n) / (2n * bottom));
  return Number(floor) / 10 ** minorDigitsOf(currency);
}
