import type { Metric } from "./metric.ts";
import { SOURCE } from "./source.ts";

const ofSignups = { source: SOURCE.own, inputs: ["signup"] } as const;
const ofActivity = { source: SOURCE.own, inputs: ["request", "agent_session"] } as const;
const ofActivation = {
  source: SOURCE.own,
  inputs: ["signup", "activation", "request", "agent_session"],
  beginsWith: ["signup"],
  policies: ["activationDays", "activationMilestones"],
} as const;

const SEND_SIGNUPS = "Send `signup` events.";
const SEND_ACTIVITY = "Send `request` events with a `user_id`, or `agent_session` events.";

export const people = {
  signups: {
    kind: "count",
    label: "Sign-ups",
    meaning: "People who signed up.",
    formula: "The number of users whose earliest `signup` event is on the day.",
    unit: "count",
    better: "higher",
    group: "people",
    needs: SEND_SIGNUPS,
    ...ofSignups,
    terms: { signups: 1 },
  },
  total_users: {
    kind: "level",
    label: "Total users",
    meaning: "People who have signed up so far.",
    formula: "Sign-ups so far: the running sum of sign-ups up to the end of the day.",
    unit: "count",
    better: "higher",
    group: "people",
    needs: SEND_SIGNUPS,
    ...ofSignups,
    terms: { signups: 1 },
    groups: { plan: { from: "stored", terms: { users_change: 1 } } },
  },
  dau: {
    kind: "distinct",
    label: "Active users",
    meaning: "Different people who made a request or started an agent session on the day.",
    formula:
      "The number of different users with at least one request or one agent session started on the day; anonymous requests count for nobody.",
    unit: "count",
    better: "higher",
    group: "people",
    needs: SEND_ACTIVITY,
    ...ofActivity,
    column: "daily_active_users",
    terms: { dau: 1 },
  },
  wau: {
    kind: "distinct",
    label: "Weekly active users",
    meaning: "Different people active in the 7 days that end with the day.",
    formula: "The number of different users active on at least one of the 7 days that end with the day.",
    unit: "count",
    better: "higher",
    group: "people",
    needs: SEND_ACTIVITY,
    ...ofActivity,
    column: "weekly_active_users",
    terms: { wau: 1 },
  },
  mau: {
    kind: "distinct",
    label: "Monthly active users",
    meaning:
      "Different people active in the month that ends with the day: its last 30 days unless `MAU_WINDOW` says otherwise.",
    formula:
      "The number of different users active on at least one of the last 30 days (policy `MAU_WINDOW`: 30, 28, or those of the calendar month so far).",
    unit: "count",
    better: "higher",
    group: "people",
    needs: SEND_ACTIVITY,
    ...ofActivity,
    policies: ["mauWindow"],
    column: "monthly_active_users",
    terms: { mau: 1 },
  },
  stickiness: {
    kind: "ratio",
    label: "Stickiness",
    meaning: "Daily active users as a share of monthly active users, of the same days.",
    formula:
      "Active users of the day ÷ monthly active users of the same day; over a window, the sum of its daily active users ÷ the sum of its monthly active users, day by day.",
    version: 2,
    unit: "percent",
    better: "higher",
    group: "people",
    needs: SEND_ACTIVITY,
    ...ofActivity,
    policies: ["mauWindow"],
    scale: 100,
    numerator: { over: "sum", terms: { dau: 1 } },
    denominator: { over: "sum", terms: { mau: 1 } },
  },
  activations: {
    kind: "count",
    label: "Activations",
    meaning: "People who reached the last of the activation milestones, in time after signing up.",
    formula:
      "The number of users who reached the last of the required milestones on the day, within the days to activate after their sign-up; a request with a status under 400 that did not fail is a `first_api_call`, a started session a `first_agent_session`.",
    unit: "count",
    better: "higher",
    group: "people",
    needs: "Send `signup` and `activation` events.",
    ...ofActivation,
    terms: { activations: 1 },
  },
  activation_rate: {
    kind: "cohort",
    label: "Activation rate",
    meaning:
      "Of the people who signed up in the window and whose time to activate is over, the share that was fully activated in time.",
    formula:
      "Users who signed up in the window, whose days to activate are over, and who reached every required milestone within them ÷ all users who signed up in it and whose days are over.",
    unit: "percent",
    better: "higher",
    group: "people",
    needs: "Send `signup` and `activation` events, and wait until the time to activate is over.",
    ...ofActivation,
    cohort: "activation",
  },
} as const satisfies Record<string, Metric>;
