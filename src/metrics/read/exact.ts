/** A stored number in units of 10^-18, so that sums lose nothing: an amount times a rate has up to 15 decimals. */
export type Exact = bigint;

const DECIMALS = 18;
export const ONE = 10n ** BigInt(DECIMALS);

/** Reads a `numeric` as text; decimals beyond the eighteenth are cut off. */
export function parseExact(text: string): Exact {
  const point = text.indexOf(".");
  if (point < 0) return BigInt(text) * ONE;
  const fraction = text.slice(point + 1, point + 1 + DECIMALS).padEnd(DECIMALS, "0");
  return BigInt(text.slice(0, point) + fraction);
}

export function toNumber(exact: Exact): number {
  return Number(exact / ONE) + Number(exact % ONE) / Number(ONE);
}
