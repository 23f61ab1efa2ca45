import { plusDays } from "./calendar.ts";
import { accountsOn, liveWorth, pausedOn, total, type Revenue, type Standing } from "./revenue.ts";

interface Start {
  readonly account: string;
  /** Its subscriptions as they stood just before the window. */
  readonly standings: readonly Standing[];
}

/** What subscriptions were before the window, by the accounts that have them at its end. */
function startsOf(before: string, end: string, revenue: Revenue): Start[] {
  const then = revenue.standings(before);
  const accounts = new Map<string, Standing[]>();
  for (const now of revenue.standings(end)) {
    const was = then.filter(({ subscription }) => subscription === now.subscription);
    accounts.set(now.account, [...(accounts.get(now.account) ?? []), ...was]);
  }
  return [...accounts].map(([account, standings]) => ({ account, standings }));
}

const edges = (days: readonly string[]) => ({ before: plusDays(days[0] ?? "", -1), end: days.at(-1) ?? "" });

/** Accounts that could have left in the days, and those of them that did. */
export function leavers(days: readonly string[], revenue: Revenue): { readonly atRisk: number; readonly lost: number } {
  const { before, end } = edges(days);
  const worthIf = (status: string, { standings }: Start): bigint =>
    total(
      standings.filter((one) => one.status === status).map((one) => revenue.value(one.yearly, one.currency, before)),
    );
  const atRisk = startsOf(before, end, revenue).filter(
    (start) => worthIf("live", start) > 0n || worthIf("paused", start) > 0n,
  );
  const [paying, paused] = [accountsOn(end, revenue), pausedOn(end, revenue)];
  const lost = atRisk.filter(({ account }) => (paying.get(account) ?? 0n) === 0n && !paused.has(account));
  return { atRisk: atRisk.length, lost: lost.length };
}

/** Percent of the accounts that paid or were paused just before the days, and are neither at their end. */
export function churnRate(days: readonly string[], revenue: Revenue): number | null {
  const { atRisk, lost } = leavers(days, revenue);
  return atRisk === 0 ? null : (100 * lost) / atRisk;
}

const percent = (part: bigint, whole: bigint): number | null =>
  whole === 0n ? null : 100 * (Number(part) / Number(whole));

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Of the revenue just before the days: what the same accounts still pay of it, and what they pay in all, at the end. */
export function retention(
  days: readonly string[],
  revenue: Revenue,
): { readonly grr: number | null; readonly nrr: number | null } {
  const { before, end } = edges(days);
  const paused = pausedOn(end, revenue);
  const worth = (standings: readonly Standing[]): bigint =>
    total(standings.map((one) => liveWorth(one, before, revenue)));
  const pairs = startsOf(before, end, revenue)
    .filter(({ account }) => !paused.has(account))
    .map(({ account, standings }) => ({
      start: worth(standings),
      end: worth(revenue.standings(end).filter((one) => one.account === account)),
    }))
    .filter(({ start }) => start > 0n);
  const whole = total(pairs.map(({ start }) => start));
  return {
    grr: percent(total(pairs.map((pair) => smaller(pair.start, pair.end))), whole),
    nrr: percent(total(pairs.map((pair) => pair.end)), whole),
  };
}
