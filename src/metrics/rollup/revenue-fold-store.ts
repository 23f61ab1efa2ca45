import { CAUSE, joinCauses } from "../../events/cause.ts";
import type { FoldBatch } from "./day-unit.ts";
import { createRateBook } from "./rate-book.ts";
import { listRates } from "./rates-store.ts";
import { takeComponent } from "./revenue-component-store.ts";
import { eventOf, eventsOf, type RevenueRow } from "./revenue-events-store.ts";
import { createRevenueReplay } from "./revenue-replay.ts";
import { replaceFolded } from "./revenue-spans-store.ts";
import type { RevenuePolicies } from "./subscription.ts";
import { createTies, type Ties } from "./ties.ts";

/**
 * Folds accounts (subjects are `t<team_no>` or `u<user_no>`) with all that they have to do with into how they stand by day,
 * and queues the days that change. Accounts that belong together are replayed once, whoever of them is queued.
 */
export async function foldAccounts(
  batch: FoldBatch,
  money: { readonly currency: string; readonly policies: RevenuePolicies },
): Promise<void> {
  const taken = await takeComponent(batch);
  const accounts = taken.map(({ account }) => account);
  const book = createRateBook(money.currency, await listRates(batch.sql));
  const replay = createRevenueReplay({ ...money, book });
  const ties = createTies();
  for await (const rows of eventsOf(batch, accounts)) {
    for (const row of rows) {
      tie(ties, row);
      replay.take(eventOf(row));
    }
  }
  const causes = causesByTie(batch, taken, ties);
  await replaceFolded(batch.sql, { accounts, causes, folded: replay.finish() });
}

function tie(ties: Ties, { account, subscription_id: subscription, person }: RevenueRow): void {
  if (subscription !== "") ties.tie(account, `s:${subscription}`);
  if (person !== null) ties.tie(account, person);
}

/** The cause of each account: what the queue names for it and for those that it is tied to. */
function causesByTie(
  { causes }: FoldBatch,
  taken: Awaited<ReturnType<typeof takeComponent>>,
  ties: Ties,
): ReadonlyMap<string, string | null> {
  const byTie = new Map<string, Set<string | null>>();
  for (const { account, causes: queued } of taken) {
    const own = byTie.get(ties.of(account)) ?? new Set();
    byTie.set(ties.of(account), own);
    if (causes.has(account)) own.add(causes.get(account) ?? null);
    for (const cause of queued) own.add(cause);
  }
  // Nothing ties an account any more from which events were taken back.
  const all = [...byTie.values()].flatMap((own) => [...own]);
  return new Map(
    taken.map(({ account }) => {
      const own = [...(byTie.get(ties.of(account)) ?? [])];
      return [account, causeOf(own.length > 0 ? own : all)];
    }),
  );
}

/** Null when all came in the ordinary course. */
function causeOf(causes: readonly (string | null)[]): string | null {
  const told = causes.map((cause) => cause ?? CAUSE.late);
  return told.some((cause) => cause !== CAUSE.late) ? joinCauses(told) : null;
}
