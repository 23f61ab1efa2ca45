import { formatValue } from "./format.ts";

/** "observed 87 % of the time"; null when all of it was observed, or nothing was ever checked. Percent. */
export function observedText(observed: number | null): string | null {
  if (observed === null || observed >= 100) return null;
  return `observed ${formatValue("uptime_observed", observed, { currency: "" })} of the time`;
}

/** "99.97 %, observed 87 % of the time", or "no data". Both in percent. */
export function uptimeText(uptime: number | null, observed: number | null): string {
  const told = formatValue("uptime", uptime, { currency: "" });
  const share = uptime === null ? null : observedText(observed);
  return share === null ? told : `${told}, ${share}`;
}
