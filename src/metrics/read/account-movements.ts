import type { Window } from "../../core/time.ts";
import type { Sql } from "../../db/client.ts";
import { NO_PLAN } from "../rollup/account.ts";
import { monthlyOf } from "./monthly.ts";
import type { MovementKind } from "../rollup/movement.ts";

/** What is told of who moved MRR: a transfer moves it only between accounts, and rates move it without any of them. */
export type MovementName = Exclude<MovementKind, "transfer"> | "fx";

export const MOVEMENT_NAMES: readonly MovementName[] = [
  "new",
  "reactivation",
  "expansion",
  "contraction",
  "paused",
  "resumed",
  "churn",
  "fx",
];

/** The days' movements of one kind in a window. */
export interface MovementTotal {
  readonly movement: MovementName;
  /** 0 for what exchange rates alone moved. */
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
  const [first, last] = [sql`${start.toString()}::text::date`, sql`${end.toString()}::text::date`];
  const rows = await sql<Row[]>`
    with moved as (
      select account, kind as movement, sum(change) as change, (array_agg(plan_before order by day))[1] as plan_before,
        (array_agg(plan order by day desc))[1] as plan
      from movements
      where day between ${first} and ${last} and kind <> 'transfer'
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
      movement, change::text as change, accounts, total::text as total, place, nullif(plan, ${NO_PLAN}) as plan,
      nullif(plan_before, ${NO_PLAN}) as "planBefore"
    from ranked where place <= ${most} or place_in_kind = 1
    union all
    select '', 'fx', '0', 0, sum(value)::text, ${most + 1}, null, null from metric_values
    where metric = 'mrr_fx' and "by" = '' and day between ${first} and ${last} having sum(value) <> 0
    order by place`;
  const monthly = (annual: string) => monthlyOf(annual, currency);
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
