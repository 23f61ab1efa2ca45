import { z } from "zod";
import type { Setting } from "./config.ts";
import { CANCEL_AT, DISCOUNTS, MAU_WINDOWS, type Policies } from "./core/workspace.ts";

const KEPT = "Kept from the first start on.";

export const wholeOrAbsent = (from: number, to: number) =>
  z
    .string()
    .optional()
    .transform((value, context) => {
      if (value === undefined) return undefined;
      const number = Number(value);
      if (Number.isInteger(number) && number >= from && number <= to) return number;
      context.addIssue({ code: "custom", message: `must be a whole number from ${from} to ${to}` });
      return z.NEVER;
    });

const grossMargin = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,2})?$/, "must be a percentage above 0 and at most 100, such as 82.5")
  .transform(Number)
  .refine((percent) => percent > 0 && percent <= 100, "must be a percentage above 0 and at most 100, such as 82.5")
  .optional();

const MILESTONES_AT_MOST = 10;

const milestones = z
  .string()
  .transform((value) => value.split(",").map((name) => name.trim()))
  .refine(
    (names) =>
      names.length <= MILESTONES_AT_MOST &&
      new Set(names).size === names.length &&
      names.every((name) => /^[\w.:-]{1,100}$/.test(name)),
    `must be up to ${MILESTONES_AT_MOST} different names of milestones, by comma`,
  )
  .optional();

/** How the numbers are defined where teams differ. */
export const POLICY_SETTINGS = {
  ACTIVATION_DAYS: {
    about: `Days a person has, after signing up, to become activated. ${KEPT}`,
    example: "7",
    schema: wholeOrAbsent(1, 90),
  },
  ACTIVATION_MILESTONES: {
    about: `All that a person must have done to be activated, by comma, in the order of the funnel. ${KEPT}`,
    example: "profile_completed,first_api_call,first_agent_session",
    schema: milestones,
  },
  MAU_WINDOW: {
    about: `Days that count for monthly active users: the last 30 or 28, or calendar_month for those of the month so far. ${KEPT}`,
    example: "30",
    schema: z.enum(MAU_WINDOWS, `must be one of ${MAU_WINDOWS.join(", ")}`).optional(),
  },
  CANCEL_AT: {
    about: `Whether a cancellation ends the revenue when it takes effect (effective) or when it is asked for (request). ${KEPT}`,
    example: "effective",
    schema: z.enum(CANCEL_AT, `must be ${CANCEL_AT.join(" or ")}`).optional(),
  },
  PAUSED_COUNTS: {
    about: `true: a paused subscription keeps its revenue. ${KEPT}`,
    example: "false",
    schema: z
      .enum(["true", "false"], "must be true or false")
      .transform((value) => value === "true")
      .optional(),
  },
  DISCOUNTS: {
    about: `Whether discounts lower MRR (counted) or MRR is the full price (ignored). ${KEPT}`,
    example: "counted",
    schema: z.enum(DISCOUNTS, `must be ${DISCOUNTS.join(" or ")}`).optional(),
  },
  GROSS_MARGIN: {
    about: `Percent of the revenue that is left after the cost of serving it, for customer lifetime value. ${KEPT}`,
    example: "100",
    schema: grossMargin,
  },
  NPS_DAYS: {
    about: `Days in which each person's latest answer counts for the NPS. ${KEPT}`,
    example: "30",
    schema: wholeOrAbsent(1, 366),
  },
  HEALTH_GAP: {
    about: `Seconds for which a health check speaks; after that the service counts as not observed. ${KEPT}`,
    example: "300",
    schema: wholeOrAbsent(10, 86_400),
  },
  REOPEN_DAYS: {
    about: `Days after a ticket's resolution in which a customer's reply reopens it; a closed ticket stays closed. ${KEPT}`,
    example: "7",
    schema: wholeOrAbsent(1, 90),
  },
} as const satisfies Record<string, Setting>;

type PolicyConfig = {
  readonly [Name in keyof typeof POLICY_SETTINGS]?: z.infer<(typeof POLICY_SETTINGS)[Name]["schema"]>;
};

/** What the configuration wishes; undefined is "as it is". */
export function policyWish(config: PolicyConfig): { readonly [Name in keyof Policies]: Policies[Name] | undefined } {
  return {
    mauWindow: config.MAU_WINDOW,
    cancelAt: config.CANCEL_AT,
    pausedCounts: config.PAUSED_COUNTS,
    discounts: config.DISCOUNTS,
    grossMargin: config.GROSS_MARGIN,
    npsDays: config.NPS_DAYS,
    activationMilestones: config.ACTIVATION_MILESTONES,
    healthGapSeconds: config.HEALTH_GAP,
    reopenDays: config.REOPEN_DAYS,
  };
}
