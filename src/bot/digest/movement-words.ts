import { formatValue } from "../../metrics/format.ts";
import type { AccountMovement, AccountMovements, MovementName } from "../../metrics/read/account-movements.ts";
import { shortName } from "../quotation.ts";

const LABELS: Readonly<Record<MovementName, string>> = {
  new: "New",
  reactivation: "Back",
  expansion: "Upgraded",
  contraction: "Downgraded",
  paused: "Paused",
  resumed: "Resumed",
  churn: "Cancelled",
  fx: "Exchange rates",
};

const LONGEST_NAME = 30;
const LONGEST_PLAN = 20;

/** What a digest tells of money that moved; `largest` is null where accounts may not be named. */
export interface MovementsTold extends Pick<AccountMovements, "totals"> {
  readonly largest: readonly AccountMovement[] | null;
}

/**
 * "New: Globex (Pro, $79) · Upgraded: Initech (Pro → Workflow, +$220) and 5 more"; without names how many they are and what
 * they came to. Null when nothing moved.
 */
export function movementSentence({ totals, largest }: MovementsTold, currency: string): string | null {
  if (totals.length === 0) return null;
  const kinds = totals.map(({ movement, accounts, change }) => {
    const label = LABELS[movement];
    if (movement === "fx") return `${label}: ${signed(change, currency)}`;
    const named = (largest ?? []).filter((one) => one.movement === movement);
    if (named.length === 0) return `${label}: ${accountsText(accounts)}, ${signed(change, currency)}`;
    const more = accounts - named.length;
    return `${label}: ${named.map((one) => accountText(one, currency)).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  });
  return kinds.join(" · ");
}

/** "new +$237, cancelled −$47" */
export function totalsText({ totals }: Pick<MovementsTold, "totals">, currency: string): string {
  return totals
    .map(({ movement, change }) => `${LABELS[movement].toLowerCase()} ${signed(change, currency)}`)
    .join(", ");
}

function accountText({ account, movement, change, plan, plan_before }: AccountMovement, currency: string): string {
  const amount = movement === "new" ? money(change, currency) : signed(change, currency);
  const plans = plansText(movement, plan_before, plan);
  return `${shortName(account, LONGEST_NAME)} (${plans === null ? "" : `${plans}, `}${amount})`;
}

function plansText(movement: MovementName, before: string | null, after: string | null): string | null {
  const short = (plan: string | null) => (plan === null ? null : shortName(plan, LONGEST_PLAN));
  switch (movement) {
    case "new":
    case "reactivation":
    case "resumed":
      return short(after);
    case "churn":
    case "paused":
      return short(before);
    case "expansion":
    case "contraction":
      return before === null || after === null || before === after ? null : `${short(before)} → ${short(after)}`;
    case "fx":
      return null;
  }
}

function accountsText(accounts: number): string {
  return accounts === 1 ? "1 account" : `${formatValue("count", accounts, { currency: "" })} accounts`;
}

function signed(amount: number, currency: string): string {
  return `${amount > 0 ? "+" : ""}${money(amount, currency)}`;
}

function money(amount: number, currency: string): string {
  return formatValue("money", amount, { currency });
}
