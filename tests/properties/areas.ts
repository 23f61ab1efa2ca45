export const AREAS = ["ids", "money", "people", "health", "tickets"] as const;
export type Area = (typeof AREAS)[number];

/** Parts of the definitions that the engine follows so far; worlds hold nothing of the others, and they are not compared. */
const FOLLOWED: readonly Area[] = ["ids", "people", "health", "tickets"];

const asked = process.env["AREAS"];

/** `AREAS=all`, or some of them by comma, looks at others than those. */
export const areas: readonly Area[] =
  asked === undefined ? FOLLOWED : asked === "all" ? AREAS : AREAS.filter((area) => asked.split(",").includes(area));

const NAMES: Readonly<Record<Area, RegExp>> = {
  ids: /^$/,
  money:
    /^(mrr|arr|arpu|customers|.*_customers|.*_revenue|churn_rate|gross_.*|net_.*|quick_ratio|unconverted|unpriced|.*_subscriptions|grr|nrr|ltv|trials?_.*|.*_trials|cash_.*|refunds|past_due_mrr|mrr_.*)$/,
  people: /^(dau|wau|mau|stickiness|active_users_.*|.*agent_sessions|activations|activation_rate)$/,
  health: /^(uptime|api_uptime|degraded|.*uptime_observed)$/,
  tickets: /^(.*tickets.*|.*resolution.*|first_response.*)$/,
};

/** Whether the engine is held to the oracle's value of this metric. */
export const isCompared = (metric: string): boolean =>
  AREAS.every((area) => areas.includes(area) || !NAMES[area].test(metric));
