/** Currencies whose minor unit is not a hundredth (ISO 4217). */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

const KNOWN = new Set(Intl.supportedValuesOf("currency"));

/** An ISO 4217 code in capitals. */
export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

/** The currencies that have so many decimals, of those that do not have 2. */
export function currenciesWithDigits(digits: number): string[] {
  return Object.keys(MINOR_DIGITS).filter((currency) => MINOR_DIGITS[currency] === digits);
}

/** 0, 2 or 3: how many decimals the currency's minor unit has. */
export function minorDigits(currency: string): number {
  return MINOR_DIGITS[currency] ?? 2;
}

/** `numerator / denominator` rounded half up (away from zero at exactly one half). `denominator` is above 0. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const quotient = (magnitude * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -quotient : quotient;
}

/** Integer minor units as a number of major units, exact to the minor unit: 2990n of USD is 29.9. */
export function toMajorUnits(minor: bigint, currency: string): number {
  return Number(minor) / 10 ** minorDigits(currency);
}
