import { dayOf, NS_PER_HOUR } from "./calendar.ts";
import type { Revenue } from "./revenue.ts";
import { isPaying, stateWhen, type Subscription, type Trial } from "./subscription.ts";

/** When it ended, as far as anybody knows; null: it goes on. */
function endOf({ endsAt, leftAt }: Trial): bigint | null {
  if (endsAt === null || leftAt === null) return endsAt ?? leftAt;
  return endsAt < leftAt ? endsAt : leftAt;
}

/** Whether the subscription was paid for at some instant from `first` to `last`, as far as the end of a day knew. */
function paidWithin(subscription: Subscription, first: bigint, last: bigint, day: string, revenue: Revenue): boolean {
  const { setting, rules } = revenue;
  const changes = subscription.states.flatMap(({ from, terms }) => [from, terms.discount?.until ?? from]);
  return [first, ...changes.filter((at) => at > first && at <= last)]
    .filter((at) => dayOf(at, setting.timeZone) <= day)
    .some((at) => {
      const state = stateWhen(subscription, (from) => from <= at);
      return state !== undefined && isPaying(state, at, rules);
    });
}

export interface Trials {
  readonly started: number;
  readonly active: number;
  /** Percent of those that ended in the days. */
  readonly conversion: number | null;
}

export function trialsIn(days: readonly string[], revenue: Revenue): Trials {
  const { subscriptions, setting, standings } = revenue;
  const last = days.at(-1) ?? "";
  const isIn = (at: bigint | null): boolean => at !== null && days.includes(dayOf(at, setting.timeZone));
  const all = subscriptions.flatMap((subscription) => subscription.trials.map((trial) => ({ subscription, trial })));
  const ended = all.filter(({ trial }) => isIn(endOf(trial)));
  const converted = ended.filter(({ subscription, trial }) => {
    const end = endOf(trial) ?? 0n;
    return paidWithin(subscription, end, end + 24n * NS_PER_HOUR, last, revenue);
  });
  return {
    started: all.filter(({ trial }) => isIn(trial.startedAt)).length,
    active: standings(last).filter(({ isInTrial }) => isInTrial).length,
    conversion: ended.length === 0 ? null : (100 * converted.length) / ended.length,
  };
}
