import type { Day } from "../../metrics/answers.ts";
import { formatValue } from "../../metrics/format.ts";
import { weekdayOf } from "./weekday.ts";

const WEEK = 7;
const LEAST_WEEKLY_SHARE = 0.01;
/** Sums of rounded days may miss each other by this share of MRR. */
const ROUNDING_SHARE = 1e-4;

/** What MRR did, when it passed a round number for the first time or moved at least 1 % in a week; else null. */
export function moneyHeadline(days: readonly Day[], currency: string): string | null {
  const last = days.at(-1);
  if (last === undefined || last.mrr === null) return null;
  return (
    firstRevenue(days, last.mrr, currency) ?? milestone(days, last.mrr, currency) ?? week(days, last.mrr, currency)
  );
}

/** Whether that day brought the first revenue, or MRR past a round number for the first time. */
export function isMilestone(days: readonly Day[]): boolean {
  const now = days.at(-1)?.mrr ?? null;
  return now !== null && (firstRevenue(days, now, "USD") ?? milestone(days, now, "USD")) !== null;
}

function firstRevenue(days: readonly Day[], now: number, currency: string): string | null {
  const before = days.slice(0, -1);
  if (now === 0 || before.some(({ mrr }) => mrr !== null && mrr > 0)) return null;
  return `First revenue: MRR is ${money(now, currency)}.`;
}

function milestone(days: readonly Day[], now: number, currency: string): string | null {
  const earlier = days.slice(0, -1).map(({ mrr }) => mrr ?? 0);
  const highest = Math.max(...earlier);
  const step = roundStep(now);
  const passed = Math.floor(now / step) * step;
  if (highest === 0 || highest >= passed) return null;
  return `MRR passed ${money(passed, currency)}${reason(days.slice(-2), currency)}.`;
}

/** The largest of 1, 2, 5, 10, 20, 50 … that is at most a tenth of the amount. */
function roundStep(amount: number): number {
  const tenth = amount / 10;
  const power = 10 ** Math.floor(Math.log10(tenth));
  const digit = [5, 2, 1].find((one) => one * power <= tenth) ?? 1;
  return digit * power;
}

function week(days: readonly Day[], now: number, currency: string): string | null {
  const before = days.at(-1 - WEEK)?.mrr ?? null;
  if (before === null || before === 0 || Math.abs(now - before) < before * LEAST_WEEKLY_SHARE) return null;
  const verb = now > before ? "rose" : "fell";
  const since = `since last ${weekdayOf(days.at(-1)?.date ?? "")}`;
  const amount = money(Math.abs(now - before), currency);
  return `MRR ${verb} ${amount} ${since}, to ${money(now, currency)}${reason(days.slice(-1 - WEEK), currency)}.`;
}

/** ": won accounts +$79, lost accounts −$47, plan changes +$278": the movements between the first and the last day. */
function reason(days: readonly Day[], currency: string): string {
  const [start, end] = [days[0]?.mrr ?? null, days.at(-1)?.mrr ?? null];
  const won = total(days.slice(1).map((day) => day.new_revenue));
  const lost = total(days.slice(1).map((day) => day.churned_revenue));
  if (start === null || end === null || won === null || lost === null) return "";
  const changes = end - start - won + lost;
  const told = [
    { what: "won accounts", amount: won },
    { what: "lost accounts", amount: -lost },
    { what: "plan changes", amount: changes },
  ].filter(({ amount }) => Math.abs(amount) > Math.max(end, start) * ROUNDING_SHARE);
  if (told.length === 0) return "";
  return `: ${told.map(({ what, amount }) => `${what} ${amount > 0 ? "+" : ""}${money(amount, currency)}`).join(", ")}`;
}

function total(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce((sum: number | null, amount) => (sum === null || amount === null ? null : sum + amount), 0);
}

function money(amount: number, currency: string): string {
  return formatValue("money", amount, { currency });
}
