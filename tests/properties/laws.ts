import type { MetricName } from "../../src/metrics/catalogue.ts";
import { plusDays } from "../oracle/calendar.ts";
import type { Oracle } from "../oracle/numbers.ts";
import { addMovements } from "../oracle/movements.ts";
import { accountsOn } from "../oracle/revenue.ts";
import { areas } from "./areas.ts";
import type { EngineAnswers } from "./engine-answers.ts";

/** What holds for the numbers among themselves, whoever computed them. One line for each breach. */
export function brokenLaws(answers: EngineAnswers, oracle: Oracle): string[] {
  return [
    ...peopleLaws(answers),
    ...(areas.includes("money") ? moneyLaws(answers) : []),
    ...npsLaws(answers),
    ...accountLaws(oracle),
  ];
}

type Points = ReadonlyMap<string, number>;

function pointsOf({ series }: EngineAnswers, metric: MetricName): Points {
  return new Map((series.get(metric)?.points ?? []).map(({ date, value }) => [date, value ?? 0]));
}

function trailingSum(points: Points, day: string, days: number): number {
  let sum = 0;
  for (let back = 0; back < days; back += 1) sum += points.get(plusDays(day, -back)) ?? 0;
  return sum;
}

function peopleLaws(answers: EngineAnswers): string[] {
  const [dau, wau, mau] = [pointsOf(answers, "dau"), pointsOf(answers, "wau"), pointsOf(answers, "mau")];
  return [...dau.keys()].slice(29).flatMap((day) => {
    const [d, w, m] = [dau.get(day) ?? 0, wau.get(day) ?? 0, mau.get(day) ?? 0];
    const holds = d <= w && w <= m && m <= trailingSum(dau, day, 30) && w <= trailingSum(dau, day, 7);
    return holds ? [] : [`people on ${day}: DAU ${d}, WAU ${w}, MAU ${m}`];
  });
}

/** The shown numbers are rounded one by one, so their sum may be off by half a minor unit each. */
const ROUNDING = 0.06;

function moneyLaws(answers: EngineAnswers): string[] {
  const of = (metric: MetricName) => pointsOf(answers, metric);
  const [mrr, gains, losses] = [
    of("mrr"),
    [of("mrr_new"), of("mrr_reactivation"), of("mrr_expansion"), of("mrr_resumed"), of("mrr_fx")],
    [of("mrr_contraction"), of("mrr_churn"), of("mrr_paused")],
  ];
  const isYen = answers.daily.currency === "JPY";
  return [...mrr.keys()].slice(1).flatMap((day) => {
    const sum = (all: readonly Points[]) => all.reduce((total, one) => total + (one.get(day) ?? 0), 0);
    const change = (mrr.get(day) ?? 0) - (mrr.get(plusDays(day, -1)) ?? 0);
    const off = Math.abs(change - sum(gains) + sum(losses));
    return off <= (isYen ? 4 : ROUNDING) ? [] : [`movements on ${day} are off by ${off}`];
  });
}

function npsLaws(answers: EngineAnswers): string[] {
  const scores = answers.series.get("nps")?.points ?? [];
  return scores.filter(({ value }) => value !== null && Math.abs(value) > 100).map(({ date }) => `nps on ${date}`);
}

function accountLaws({ revenue, movements }: Oracle): string[] {
  return [...movements].flatMap(([day, accounts]) => {
    const [before, after] = [accountsOn(plusDays(day, -1), revenue), accountsOn(day, revenue)];
    const breaches = [...accounts].filter(([account, moved]) => {
      const change = (after.get(account) ?? 0n) - (before.get(account) ?? 0n);
      const up = moved.new + moved.reactivation + moved.expansion + moved.resumed + moved.fx + moved.transfer;
      return change !== up - moved.contraction - moved.churn - moved.paused;
    });
    const passed = addMovements([...accounts.values()]).transfer;
    return [
      ...breaches.map(([account]) => `the movements of ${account} on ${day}`),
      ...(passed === 0n ? [] : [`transfers on ${day} are not 0 in total`]),
    ];
  });
}
