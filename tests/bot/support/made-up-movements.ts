import type { AccountMovement, AccountMovements } from "../../../src/metrics/read/account-movements.ts";
import type { WaitingTickets } from "../../../src/metrics/read/waiting-tickets.ts";

/** One came, two upgraded, one left. */
export const MOVEMENTS: AccountMovements = {
  totals: [
    { movement: "new", accounts: 1, change: 79 },
    { movement: "expansion", accounts: 2, change: 278 },
    { movement: "churn", accounts: 1, change: -47 },
  ],
  largest: [
    { account: "Initech", movement: "expansion", change: 220, plan_before: "Pro", plan: "Workflow" },
    { account: "Globex", movement: "new", change: 79, plan_before: null, plan: "Pro" },
    { account: "Hooli", movement: "expansion", change: 58, plan_before: "Pro", plan: "Pro" },
    { account: "Umbrella", movement: "churn", change: -47, plan_before: "Pro", plan: "free" },
  ],
};

/** What people might call their accounts and plans. */
export const HOSTILE_NAMES = [
  "@everyone",
  "<!channel> <@U1>",
  "*bold* _it_ `code` ~x~ [a](http://b.example) <http://c.example|d>",
  "شركة ".repeat(100),
  "\u202eevil\u2066",
  "名".repeat(500),
  "👩‍👩‍👧‍👧".repeat(125),
  "a\u0301".repeat(250),
  "line\nbreak\u0000null",
] as const;

/** A hundred of each kind, as many by name as asked for. */
export function MANY_MOVEMENTS(most: number): AccountMovements {
  const kinds = ["new", "reactivation", "expansion", "contraction", "paused", "churn"] as const;
  const sign = (movement: AccountMovement["movement"]) =>
    ["contraction", "paused", "churn"].includes(movement) ? -1 : 1;
  const all = Array.from({ length: most }, (_, place): AccountMovement => {
    const movement = kinds[place % kinds.length] ?? "new";
    const account = `${HOSTILE_NAMES[place % HOSTILE_NAMES.length]}${"x".repeat(500)}`;
    const change = sign(movement) * (1_000_000 - place);
    return { account, movement, change, plan_before: `${account}1`, plan: `${account}2` };
  });
  return {
    totals: kinds.map((movement) => ({ movement, accounts: 100, change: sign(movement) * 50_000_000 })),
    largest: all,
  };
}

/** One has waited for two days. */
export const WAITING: WaitingTickets = {
  oldest: { ticket_id: "TCK-118", opened_at: "2026-11-20T08:00:00Z" },
  urgent_unanswered: 0,
};
