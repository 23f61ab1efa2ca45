import { addTo, type Account, type AccountState } from "./account.ts";
import type { Money, RateBook } from "./rate-book.ts";

export type MovementKind =
  | "new"
  | "reactivation"
  | "expansion"
  | "contraction"
  | "churn"
  | "paused"
  | "resumed"
  | "transfer";

/** By how much an account's yearly revenue changed on a day and in which way, at the rates of the day. */
export interface Movement {
  readonly kind: MovementKind;
  /** In units of the rate book; below 0 for what was lost. */
  readonly change: bigint;
}

/** What happened to an account on a day besides its own changes. */
export interface DayOfAccount {
  /** What its subscriptions that it got or lost on the day were worth at the end of the day before. */
  readonly came: Money;
  readonly left: Money;
  /** A subscription that was paused at the end of the day before pays. */
  readonly resumed: boolean;
  /** A subscription that was paused at the end of the day before has ended. */
  readonly pauseEnded: boolean;
}

export const QUIET: DayOfAccount = { came: new Map(), left: new Map(), resumed: false, pauseEnded: false };

/** The account's movements of the day, from its settled state to `after`. Remembers what a pause stopped. */
export function movementsOf(
  account: Account,
  after: AccountState,
  happened: DayOfAccount,
  { day, book }: { readonly day: string; readonly book: RateBook },
): Movement[] {
  const value = (money: Money) => book.valueOf(money, day);
  const came = value(happened.came);
  const transfer = came - value(happened.left);
  const from = value(account.state.money) + transfer;
  const to = value(after.money);
  const kind = came > 0n ? (to > from ? "expansion" : "contraction") : kindOf(from, to, { account, after, happened });
  const movements: Movement[] = [];
  if (transfer !== 0n) movements.push({ kind: "transfer", change: transfer });
  if (to !== from) movements.push({ kind, change: to - from });
  if (to === from) return [...movements, ...endOfPause(account, after, happened, value)];
  if (kind === "paused") account.beforePause = sumOf(account.state.money, happened);
  if (after.pays) account.beforePause = null;
  return movements;
}

function sumOf(money: Money, { came, left }: DayOfAccount): Money {
  const sum = new Map(money);
  for (const [currency, amount] of came) addTo(sum, currency, amount);
  for (const [currency, amount] of left) addTo(sum, currency, -amount);
  return sum;
}

interface Judged {
  readonly account: Account;
  readonly after: AccountState;
  readonly happened: DayOfAccount;
}

function kindOf(from: bigint, to: bigint, { account, after, happened }: Judged): MovementKind {
  if (from === 0n) {
    if (!account.hasPaid) return "new";
    return happened.resumed ? "resumed" : "reactivation";
  }
  if (to === 0n) return after.paused ? "paused" : "churn";
  return to > from ? "expansion" : "contraction";
}

/** Who was paused, is not any more and pays nothing has left: what the pause stopped is churn, and resumed first. */
function endOfPause(
  account: Account,
  after: AccountState,
  { pauseEnded }: DayOfAccount,
  value: (money: Money) => bigint,
): Movement[] {
  if (after.pays || after.paused || !account.state.paused || !pauseEnded || account.beforePause === null) return [];
  const stopped = value(account.beforePause);
  account.beforePause = null;
  if (stopped === 0n) return [];
  return [
    { kind: "resumed", change: stopped },
    { kind: "churn", change: -stopped },
  ];
}
