import { z } from "@hono/zod-openapi";
import { Problem } from "../core/problem.ts";
import { groupsOf, metricOf, type GroupName, type Kind, type MetricName } from "../metrics/catalogue.ts";
import { hasSteps, STEPS, usualStep, type Step } from "../metrics/read/step.ts";

export const stepQuery = z.object({
  step: z.enum(STEPS).optional().meta({
    description:
      "what a point stands for; `month` and `trailing` (the 30 days that end with it) only for rates of accounts, which have `month` unless said",
  }),
});

/** The `step` of a query; the metric's own when absent. Throws `invalid_step`. */
export function stepAsked(metric: MetricName, given: string | undefined): Step {
  if (given === undefined) return usualStep(metric);
  const step = STEPS.find((name) => name === given);
  if (step !== undefined && (step === "day" || hasSteps(metric))) return step;
  const detail = hasSteps(metric)
    ? "`step` must be `month`, `trailing` or `day`."
    : `\`${metric}\` has a value for each day: \`step\` can only be \`day\`.`;
  throw new Problem("invalid_step", 400, detail, { next: "Leave it out." });
}

/** The `by` of a query; null when absent. Throws `unknown_group`. */
export function groupAsked(metric: MetricName, given: readonly string[] | undefined): GroupName | null {
  if (given === undefined) return null;
  const known = groupsOf(metric);
  const group = given.length === 1 ? known.find((name) => name === given[0]) : undefined;
  if (group !== undefined) return group;
  const detail =
    known.length === 0
      ? `\`${metric}\` cannot be split by anything.`
      : `\`by\` must be ${known.map((name) => `\`${name}\``).join(" or ")} for \`${metric}\`.`;
  throw new Problem("unknown_group", 400, detail, { next: "GET /api/metrics lists what each metric can be split by." });
}

/** Throws `not_additive` when the sum of days is asked for of what does not add up, `invalid_aggregate` for anything else. */
export function refuseSum(metric: MetricName, given: readonly string[] | undefined): void {
  if (given === undefined) return;
  const { kind, label } = metricOf(metric);
  if (given.length !== 1 || given[0] !== "sum") {
    throw new Problem("invalid_aggregate", 400, "`aggregate` can only be `sum`.", { next: NEXT });
  }
  const reason = whyNoSum(kind);
  if (reason !== null) {
    throw new Problem("not_additive", 400, `${label} (\`${metric}\`) cannot be added up over days: ${reason}.`, {
      next: NEXT,
    });
  }
}

const NEXT = "Leave `aggregate` out: `window.value` is the number of the whole window.";

function whyNoSum(kind: Kind): string | null {
  switch (kind) {
    case "count":
      return null;
    case "distinct":
      return "people who come back on another day would count twice";
    case "level":
      return "each day's number already holds those of the days before";
    case "ratio":
    case "cohort":
      return "over several days it is worked out of their parts";
    case "quantile":
    case "hours":
      return "over several days it is worked out of all that happened in them";
  }
}
