import { minorDigitsOf, shownMoney, tenTo } from "./amount.ts";
import { plusDays } from "./calendar.ts";
import { addMovements, KINDS, type MovementBook, type Movements } from "./movements.ts";
import { amountIn } from "./price.ts";
import { churnRate, leavers, retention } from "./retention.ts";
import { accountsOn, liveWorth, pausedOn, total, type Revenue } from "./revenue.ts";
import { kindOf } from "./subscription.ts";
import type { Cash } from "./subscriptions.ts";
import { trialsIn } from "./trials.ts";

const yearlyOn = (day: string, revenue: Revenue): bigint => total([...accountsOn(day, revenue).values()]);
const customersOn = (day: string, revenue: Revenue): number =>
  [...accountsOn(day, revenue).values()].filter((yearly) => yearly > 0n).length;

/** What the payments of some kinds on the days came to, each at the rate of its day. */
function cashIn(days: readonly string[], kinds: readonly string[], { cash, value }: Revenue): bigint {
  const worthOf = ({ fact, currency }: Cash): bigint => {
    const amount = fact.body["unit_amount"] ?? fact.body["amount"] ?? 0;
    const fine = amountIn(currency, amount as string | number, fact.body["unit_amount"] !== undefined);
    return value((fine * tenTo(minorDigitsOf(currency) + 6)) / tenTo(9), currency, fact.day);
  };
  return total(cash.filter(({ fact }) => days.includes(fact.day) && kinds.includes(kindOf(fact))).map(worthOf));
}

/** ARPU ÷ churn of the 30 days that end with the day, at a gross margin of 100 %. */
function lifetimeValue(day: string, revenue: Revenue): number | null {
  const month = Array.from({ length: 30 }, (_, back) => plusDays(day, back - 29));
  const { atRisk, lost } = leavers(month, revenue);
  const paying = customersOn(day, revenue);
  if (paying === 0 || lost === 0) return null;
  const worth = yearlyOn(day, revenue) * BigInt(atRisk);
  return shownMoney(worth, 12n * BigInt(paying) * BigInt(lost), revenue.setting.currency);
}

const over100 = (value: number | null): number | null => (value === null ? null : 100 - value);

type Numbers = Readonly<Record<string, number | null>>;

function movementNumbers(moved: Movements, currency: string): Numbers {
  const monthly = (yearly: bigint): number => shownMoney(yearly, 12n, currency);
  const lost = moved.churn + moved.contraction;
  const gained = moved.new + moved.expansion + moved.reactivation;
  return {
    ...Object.fromEntries(KINDS.map((kind) => [`mrr_${kind}`, monthly(moved[kind])])),
    new_revenue: monthly(moved.new + moved.reactivation),
    churned_revenue: monthly(moved.churn),
    quick_ratio: lost === 0n ? null : Number(gained) / Number(lost),
  };
}

export const movedIn = (days: readonly string[], book: MovementBook): Movements =>
  addMovements(days.flatMap((day) => [...(book.get(day)?.values() ?? [])]));

/** Levels are those of the end of the last day. */
export function moneyNumbers(days: readonly string[], revenue: Revenue, book: MovementBook): Numbers {
  const { setting, hasRate } = revenue;
  const end = days.at(-1) ?? "";
  const live = revenue.standings(end).filter(({ status }) => status === "live");
  const pastDue = total(live.filter(({ isPastDue }) => isPastDue).map((one) => liveWorth(one, end, revenue)));
  const yearly = yearlyOn(end, revenue);
  const paying = customersOn(end, revenue);
  const { grr, nrr } = retention(days, revenue);
  const trials = trialsIn(days, revenue);
  const unconverted = live.filter(({ currency, isPriced }) => isPriced && !hasRate(currency, end)).length;
  const unpriced = live.filter(({ isPriced }) => !isPriced).length;
  return {
    mrr: shownMoney(yearly, 12n, setting.currency),
    arr: shownMoney(yearly, 1n, setting.currency),
    customers: paying,
    arpu: paying === 0 ? null : shownMoney(yearly, 12n * BigInt(paying), setting.currency),
    ...movementNumbers(movedIn(days, book), setting.currency),
    churn_rate: churnRate(days, revenue),
    grr,
    nrr,
    gross_mrr_churn: over100(grr),
    net_mrr_churn: over100(nrr),
    unconverted,
    unconverted_subscriptions: unconverted,
    unpriced,
    unpriced_subscriptions: unpriced,
    past_due_mrr: shownMoney(pastDue, 12n, setting.currency),
    paused_customers: pausedOn(end, revenue).size,
    ltv: lifetimeValue(end, revenue),
    trials_started: trials.started,
    active_trials: trials.active,
    trial_conversion: trials.conversion,
    cash_collected: shownMoney(cashIn(days, ["payment", "one_time"], revenue), 1n, setting.currency),
    refunds: shownMoney(cashIn(days, ["refunded"], revenue), 1n, setting.currency),
  };
}
