import { divideRounded, toMajorUnits } from "../../core/money.ts";
import type { Window } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import type { MovementKind } from "../rollup/account.ts";

/** A pause is a churn of money, and told apart because the account has not left. */
export type MovementName = MovementKind | "paused";

export const MOVEMENT_NAMES: readonly MovementName[] = [
  "new",
  "reactivation",
  "expansion",
  "contraction",
  "paused",
  "churn",
];

/** The days' movements of one kind in a window. */
export interface MovementTotal {
  readonly movement: MovementName;
  readonly accounts: number;
  /** MRR in major units of the workspace currency, below 0 for what was lost. */
  readonly change: number;
}

/** The days' movements of one kind of one account. */
export interface AccountMovement {
  /** The outside id of who pays. */
  readonly account: string;
  readonly movement: MovementName;
  /** MRR in major units, below 0 for what was lost. */
  readonly change: number;
  /** Null without a live subscription, and for one that never named its plan. */
  readonly plan_before: string | null;
  readonly plan: string | null;
}

export interface AccountMovements {
  readonly totals: readonly MovementTotal[];
  /** The largest of each kind, then the largest by amount, whatever their kind. */
  readonly largest: readonly AccountMovement[];
}

interface Row {
  readonly account: string;
  readonly movement: MovementName;
  readonly change: string;
  readonly planBefore: string | null;
  readonly plan: string | null;
  readonly accounts: number;
  readonly total: string;
  readonly place: number;
}

/** Who moved MRR in the window, at most `most` of them by name, and the totals of all. */
export async function loadAccountMovements(
  sql: Sql,
  { start, end }: Window,
  { most, currency }: { readonly most: number; readonly currency: string },
): Promise<AccountMovements> {
  const rows = await sql<Row[]>`
    with moved as (
      select account, case when kind = 'churn' and paused then 'paused' else kind end as movement,
        sum(arr_after - arr_before) as change, min(day) as first_day, (array_agg(plan order by day desc))[1] as plan
      from movements
      where day between ${start.toString()}::text::date and ${end.toString()}::text::date and kind is not null
      group by 1, 2
    ), in_kind as (
      select *, count(*) over of_kind::int as accounts, sum(change) over of_kind as total,
        row_number() over (partition by movement order by abs(change) desc, account collate "C") as place_in_kind
      from moved window of_kind as (partition by movement)
    ), ranked as (
      select *, row_number() over (order by place_in_kind > 1, abs(change) desc, account collate "C")::int as place
      from in_kind
    )
    select
      coalesce(
        (select team_id from teams where ranked.account like 't%' and team_no = substr(ranked.account, 2)::int),
        (select user_id from users where ranked.account like 'u%' and user_no = substr(ranked.account, 2)::int),
        ranked.account) as account,
      movement, change::text as change, accounts, total::text as total, place, nullif(plan, 'unnamed') as plan,
      (select nullif(earlier.plan, 'unnamed') from movements as earlier
       where earlier.account = ranked.account and earlier.day < ranked.first_day
       order by earlier.day desc limit 1) as "planBefore"
    from ranked where place <= ${most} or place_in_kind = 1
    order by place`;
  const monthly = (annual: string) => toMajorUnits(divideRounded(BigInt(annual), 12_000_000n), currency);
  const totals = new Map(
    rows.map(({ movement, accounts, total }) => [movement, { movement, accounts, change: monthly(total) }]),
  );
  return {
    totals: MOVEMENT_NAMES.flatMap((movement) => totals.get(movement) ?? []),
    largest: rows
      .filter(({ place }) => place <= most)
      .map(({ account, movement, change, planBefore, plan }) => {
        return { account, movement, change: monthly(change), plan_before: planBefore, plan };
      }),
  };
}
