import type { Account } from "./account.ts";
import type { RateBook } from "./rate-book.ts";

/** Days on which accounts are settled although nothing happens to them: their state depends on a rate that comes or changes. */
export function createTicks(book: RateBook) {
  const ticks = new Map<string, Set<Account>>();
  const awaited = new Map<Account, string>();
  return {
    await(account: Account, day: string): void {
      const next = nextTick(account, day, book);
      if (next === null || awaited.get(account) === next) return;
      awaited.set(account, next);
      const waiting = ticks.get(next) ?? new Set();
      ticks.set(next, waiting.add(account));
    },
    first(): string | null {
      let first: string | null = null;
      for (const day of ticks.keys()) if (first === null || day < first) first = day;
      return first;
    },
    take(day: string): Set<Account> {
      const waiting = ticks.get(day) ?? new Set();
      ticks.delete(day);
      return waiting;
    },
  };
}

/** Null: no rate that may come changes how the account stands. */
function nextTick(account: Account, day: string, book: RateBook): string | null {
  const counted = [...account.priced].filter(([, subscriptions]) => subscriptions > 0).map(([currency]) => currency);
  const currencies = [...new Set([...counted, ...account.stopped.keys()])];
  const isMixed = account.counting.size > 1 && counted.length > 1;
  const days = currencies
    .filter((currency) => isMixed || !book.hasRate(currency, day))
    .flatMap((currency) => book.nextChange(currency, day) ?? []);
  return days.toSorted()[0] ?? null;
}
