import { secondOfDay, type Account, type Company, type Happening, type Plan } from "./company.ts";
import type { Random } from "./random.ts";

const PRICES: Readonly<Record<Plan, number>> = { free: 0, pro: 29, workflow: 79, enterprise: 399 };

interface Chapter {
  readonly random: Random;
  readonly day: number;
  readonly out: Happening[];
}

function happened({ random, day, out }: Chapter, account: Account, fields: Readonly<Record<string, unknown>>): void {
  const event = { type: "revenue", team_id: account.id, subscription_id: `sub_${account.id}`, ...fields };
  out.push({ day, second: secondOfDay(random), id: `revenue-${account.id}-${day}-${out.length}`, event });
}

const priceOf = (account: Account) => ({ plan: account.plan, amount: PRICES[account.plan], quantity: account.seats });

function begins(chapter: Chapter, account: Account): void {
  const { random, day } = chapter;
  account.plan = random.weighted({ pro: 62, workflow: 30, enterprise: 8 });
  account.seats = account.plan === "enterprise" ? 1 : random.whole(1, 4);
  account.paidSince = day;
  const yearly = random.chance(0.2);
  const terms = yearly
    ? { ...priceOf(account), amount: PRICES[account.plan] * 10, billing_period: "year" }
    : { ...priceOf(account), billing_period: "month" };
  happened(chapter, account, { event: "subscription_started", currency: "USD", ...terms });
}

function ends(chapter: Chapter, account: Account): void {
  happened(chapter, account, { event: "canceled" });
  account.plan = "free";
  account.paidSince = null;
}

function changes(chapter: Chapter, account: Account): void {
  const { random } = chapter;
  if (random.chance(0.55)) {
    account.seats += random.whole(1, 3);
    happened(chapter, account, { event: "upgraded", ...priceOf(account), billing_period: "month" });
  } else if (random.chance(0.6) && account.plan !== "enterprise") {
    account.plan = account.plan === "pro" ? "workflow" : "enterprise";
    account.seats = account.plan === "enterprise" ? 1 : account.seats;
    happened(chapter, account, { event: "upgraded", ...priceOf(account), billing_period: "month" });
  } else if (account.seats > 1) {
    account.seats -= 1;
    happened(chapter, account, { event: "downgraded", ...priceOf(account), billing_period: "month" });
  }
}

/** What the accounts of the company buy, change and cancel on a day. */
export function revenueOf(company: Company, random: Random, day: number, season: number): Happening[] {
  const chapter: Chapter = { random, day, out: [] };
  for (const account of company.accounts) {
    if (account.paidSince === null) {
      if (random.chance(0.00058 * (0.3 + season))) begins(chapter, account);
    } else if (random.chance(0.00075)) ends(chapter, account);
    else if (random.chance(0.0016 * season)) changes(chapter, account);
    else if ((day - account.paidSince) % 30 === 29) happened(chapter, account, { event: "renewed" });
  }
  return chapter.out;
}
