import { plusDays } from "./calendar.ts";
import { accountsOn, liveWorth, pausedOn, total, type Revenue, type Standing } from "./revenue.ts";

/** What moved in a year's revenue. All but `fx` and `transfer` are never below 0. */
export interface Movements {
  readonly new: bigint;
  readonly reactivation: bigint;
  readonly expansion: bigint;
  readonly contraction: bigint;
  readonly churn: bigint;
  readonly paused: bigint;
  readonly resumed: bigint;
  readonly fx: bigint;
  readonly transfer: bigint;
}

const STILL: Movements = {
  new: 0n,
  reactivation: 0n,
  expansion: 0n,
  contraction: 0n,
  churn: 0n,
  paused: 0n,
  resumed: 0n,
  fx: 0n,
  transfer: 0n,
};

export const KINDS = Object.keys(STILL) as readonly (keyof Movements)[];

export function addMovements(all: readonly Movements[]): Movements {
  const sums = KINDS.map((kind) => [kind, total(all.map((one) => one[kind]))]);
  return Object.fromEntries(sums) as unknown as Movements;
}

/** By day and account. */
export type MovementBook = ReadonlyMap<string, ReadonlyMap<string, Movements>>;

/** Revenue of the own currencies: what an account paid before it paused. */
type Held = readonly Pick<Standing, "status" | "yearly" | "currency">[];

interface Memory {
  /** Accounts that had revenue at the end of some day. */
  readonly haveEverPaid: Set<string>;
  readonly held: Map<string, Held>;
}

interface Ends {
  readonly day: string;
  readonly before: readonly Standing[];
  readonly after: readonly Standing[];
  readonly pausedBefore: ReadonlySet<string>;
  readonly pausedAfter: ReadonlySet<string>;
  readonly revenue: Revenue;
}

const worth = (all: Held, day: string, { value }: Revenue): bigint =>
  total(all.map((one) => (one.status === "live" ? value(one.yearly, one.currency, day) : 0n)));

/** What the subscriptions that are the account's at the end of the day were at its beginning, wherever they were. */
function broughtBy(account: string, { before, after }: Ends): Standing[] {
  const own = after.filter((one) => one.account === account).map(({ subscription }) => subscription);
  return before.filter(({ subscription }) => own.includes(subscription));
}

function pays(account: string, { after, day, revenue }: Ends): boolean {
  return after.some((one) => one.account === account && liveWorth(one, day, revenue) > 0n);
}

/** A paused subscription that leaves an account takes what the account held with it when it is the last. */
function passHeld(account: string, { held }: Memory, ends: Ends): void {
  const kept = held.get(account);
  const wasPaused = ends.before.filter((one) => one.account === account && one.status === "paused");
  const isNow = (one: Standing) => ends.after.find(({ subscription }) => subscription === one.subscription);
  const stays = ends.after.some((one) => one.account === account && one.status === "paused");
  const [left] = wasPaused.flatMap((one) => isNow(one) ?? []).filter((one) => one.account !== account);
  const hasEnded = wasPaused.some((one) => isNow(one)?.status === "ended");
  if (kept === undefined || stays || hasEnded || left === undefined || pays(account, ends)) return;
  held.delete(account);
  held.set(left.account, [...(held.get(left.account) ?? []), ...kept]);
}

/** An account that was paused and is nothing now because a paused subscription ended: what it held is lost. */
function lostWhilePaused(account: string, { held }: Memory, ends: Ends): bigint {
  const { before, after, day, revenue } = ends;
  if (!ends.pausedBefore.has(account) || ends.pausedAfter.has(account) || pays(account, ends)) return 0n;
  const ended = after.filter(({ status }) => status === "ended").map(({ subscription }) => subscription);
  const isLost = before.some(
    (one) => one.account === account && one.status === "paused" && ended.includes(one.subscription),
  );
  if (!isLost) return 0n;
  const lost = worth(held.get(account) ?? [], day, revenue);
  held.delete(account);
  return lost;
}

/** What changed besides rates and transfers, from `start` to `end` of the day. */
function changeOf(account: string, start: bigint, end: bigint, memory: Memory, ends: Ends): Partial<Movements> {
  const { before, after, day, revenue } = ends;
  if (start === end) return {};
  const cameIn = broughtBy(account, ends).some(
    (one) => one.account !== account && liveWorth(one, day, revenue) > 0n && revenue.rules.movesMoney,
  );
  if (start === 0n && !cameIn) {
    if (!memory.haveEverPaid.has(account)) return { new: end };
    const paysAgain = after.some(
      (one) =>
        one.account === account &&
        liveWorth(one, day, revenue) > 0n &&
        before.some((was) => was.subscription === one.subscription && was.status === "paused"),
    );
    return paysAgain && revenue.rules.pausesAreApart ? { resumed: end } : { reactivation: end };
  }
  if (end === 0n && !cameIn) {
    if (!ends.pausedAfter.has(account) || !revenue.rules.pausesAreApart) return { churn: start };
    memory.held.set(account, broughtBy(account, ends));
    return { paused: start };
  }
  return end > start ? { expansion: end - start } : { contraction: start - end };
}

function moved(account: string, memory: Memory, ends: Ends): Movements {
  const { before, after, day, revenue } = ends;
  const own = before.filter((one) => one.account === account);
  const atYesterdaysRates = worth(own, plusDays(day, -1), revenue);
  const held = worth(own, day, revenue);
  const brought = revenue.rules.movesMoney ? worth(broughtBy(account, ends), day, revenue) : held;
  const end = worth(
    after.filter((one) => one.account === account),
    day,
    revenue,
  );
  const lost = revenue.rules.pausesAreApart ? lostWhilePaused(account, memory, ends) : 0n;
  const { ratesAreApart } = revenue.rules;
  const change = changeOf(account, ratesAreApart ? brought : brought - held + atYesterdaysRates, end, memory, ends);
  return addMovements([
    { ...STILL, ...change },
    { ...STILL, fx: ratesAreApart ? held - atYesterdaysRates : 0n, transfer: brought - held },
    { ...STILL, churn: lost, resumed: lost },
  ]);
}

/** Every movement of every account, from the first day of money on. */
export function movementsOf(revenue: Revenue): MovementBook {
  const memory: Memory = { haveEverPaid: new Set(), held: new Map() };
  const book = new Map<string, Map<string, Movements>>();
  for (const day of revenue.days) {
    const yesterday = plusDays(day, -1);
    const ends: Ends = {
      day,
      before: revenue.standings(yesterday),
      after: revenue.standings(day),
      pausedBefore: pausedOn(yesterday, revenue),
      pausedAfter: pausedOn(day, revenue),
      revenue,
    };
    const accounts = [...new Set([...ends.before, ...ends.after].map(({ account }) => account))];
    for (const account of accounts) passHeld(account, memory, ends);
    book.set(day, new Map(accounts.map((account) => [account, moved(account, memory, ends)])));
    for (const [account, yearly] of accountsOn(day, revenue)) {
      if (yearly <= 0n) continue;
      memory.haveEverPaid.add(account);
      memory.held.delete(account);
    }
  }
  return book;
}
