import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import { loadMovements } from "../explain/explain-store.ts";
import type { MovementName } from "./account-movements.ts";
import { monthlyOf } from "./monthly.ts";

export const MOVEMENT_KINDS = [
  "new",
  "reactivation",
  "expansion",
  "contraction",
  "churn",
  "paused",
  "resumed",
] as const;

/** One account's change of MRR on a day, in major units. */
export interface NamedMovement {
  readonly account: string;
  readonly date: string;
  /** A `MovementName`. */
  readonly movement: string;
  readonly change: number;
}

export interface MovementPage {
  /** How many accounts moved that way, each once. */
  readonly accounts: Readonly<Record<MovementName, number>>;
  /** Rows in all; 0 when there are none beyond those that were skipped. */
  readonly total: number;
  /** The largest first. */
  readonly movements: readonly NamedMovement[];
}

export interface MovementsAsked {
  readonly skipped: number;
  /** 0: nobody is named. */
  readonly limit: number;
}

export async function loadMovementPage(
  sql: Sql,
  window: Window,
  currency: string,
  { skipped, limit }: MovementsAsked,
): Promise<MovementPage> {
  const [counts, { total, largest }] = await Promise.all([
    countAccounts(sql, window),
    loadMovements(sql, window, MOVEMENT_KINDS, limit, skipped),
  ]);
  return {
    accounts: {
      new: counts.get("new") ?? 0,
      reactivation: counts.get("reactivation") ?? 0,
      expansion: counts.get("expansion") ?? 0,
      contraction: counts.get("contraction") ?? 0,
      paused: counts.get("paused") ?? 0,
      resumed: counts.get("resumed") ?? 0,
      fx: 0,
      churn: counts.get("churn") ?? 0,
    },
    total,
    movements: largest.map((row) => ({ ...row, change: monthlyOf(row.change, currency) })),
  };
}

async function countAccounts(sql: Sql, { start, end }: Window): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ kind: string; accounts: number }[]>`
    select kind, count(distinct account)::int as accounts
    from movements
    where day between ${start.toString()}::text::date and ${end.toString()}::text::date
    group by 1`;
  return new Map(rows.map(({ kind, accounts }) => [kind, accounts]));
}
