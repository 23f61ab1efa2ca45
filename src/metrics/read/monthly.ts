import { divideRounded, toMajorUnits } from "../../core/money.ts";
import { ONE, parseExact } from "./exact.ts";

const MILLIONTHS_A_YEAR = 12_000_000n;

/** A year's revenue in millionths of the minor unit, a decimal, as major units a month, rounded half up. */
export function monthlyOf(annual: string, currency: string): number {
  return toMajorUnits(divideRounded(parseExact(annual), MILLIONTHS_A_YEAR * ONE), currency);
}
