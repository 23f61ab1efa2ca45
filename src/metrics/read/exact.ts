/** A stored number in whole millionths, so that sums lose nothing. */
export type Exact = bigint;

export const MILLION = 1_000_000n;
const DECIMALS = 6;

/** Reads a `numeric` as text; decimals beyond the sixth are cut off. */
export function parseExact(text: string): Exact {
  const point = text.indexOf(".");
  if (point < 0) return BigInt(text) * MILLION;
  const fraction = text.slice(point + 1, point + 1 + DECIMALS).padEnd(DECIMALS, "0");
  return BigInt(text.slice(0, point) + fraction);
}

export function toNumber(exact: Exact): number {
  return Number(exact / MILLION) + Number(exact % MILLION) / Number(MILLION);
}
