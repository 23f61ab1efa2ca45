import { plusDays } from "./calendar.ts";
import type { Fact } from "./intake.ts";
import { usersOf } from "./people.ts";
import type { Rules } from "./setting.ts";

export interface Nps {
  readonly responses: number;
  readonly promoters: number;
  readonly detractors: number;
  readonly score: number | null;
  readonly interval: { readonly center: number; readonly margin: number } | null;
}

/** Over the 30 days that end with `day`. Interval: adjusted Wald, 95 %. */
export function nps(facts: readonly Fact[], day: string, rules: Rules): Nps {
  const answers = facts.filter((fact) => fact.type === "nps" && fact.day >= plusDays(day, -29) && fact.day <= day);
  const scores = usersOf(answers).map((user) => {
    const own = answers.filter((answer) => answer.user === user).sort(rules.order);
    return Number(own.at(-1)?.body["score"]);
  });
  const n = scores.length;
  const promoters = scores.filter((score) => score >= rules.promoterFrom).length;
  const detractors = scores.filter((score) => score <= rules.detractorUpTo).length;
  if (n === 0) return { responses: 0, promoters, detractors, score: null, interval: null };
  const adjusted = n + 3;
  const p = (promoters + 0.75) / adjusted;
  const d = (detractors + 0.75) / adjusted;
  const error = Math.sqrt((p + d - (p - d) ** 2) / adjusted);
  return {
    responses: n,
    promoters,
    detractors,
    score: (100 * (promoters - detractors)) / n,
    interval: { center: 100 * (p - d), margin: 100 * 1.96 * error },
  };
}
