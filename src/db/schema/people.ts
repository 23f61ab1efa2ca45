import { sql } from "drizzle-orm";
import { date, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { eventColumns, instant } from "./columns.ts";

/** The only table of people's outside ids; a finding may repeat some in its detail. The folded columns are written by the roller. */
export const users = pgTable(
  "users",
  {
    userNo: integer("user_no").primaryKey().generatedAlwaysAsIdentity(),
    userId: text("user_id").notNull().unique(),
    signedUpAt: instant("signed_up_at"),
    activatedAt: instant("activated_at"),
    plan: text("plan"),
    firstRequestAt: instant("first_request_at"),
    firstSessionAt: instant("first_session_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [index("users_signed_up_at").on(table.signedUpAt), index("users_activated_at").on(table.activatedAt)],
);

export const teams = pgTable("teams", {
  teamNo: integer("team_no").primaryKey().generatedAlwaysAsIdentity(),
  teamId: text("team_id").notNull().unique(),
});

export const signups = pgTable("signups", { ...eventColumns(), plan: text("plan") }, (table) => [
  index("signups_user_no").on(table.userNo),
  index("signups_occurred_at").on(table.occurredAt),
]);

export const userActivations = pgTable(
  "user_activations",
  { ...eventColumns(), milestone: text("milestone").notNull() },
  (table) => [
    index("user_activations_user_no").on(table.userNo),
    index("user_activations_occurred_at").on(table.occurredAt),
  ],
);

/** Folded: when each person first reached each milestone, not before the sign-up. */
export const userMilestones = pgTable(
  "user_milestones",
  {
    userNo: integer("user_no").notNull(),
    milestone: text("milestone").notNull(),
    reachedAt: instant("reached_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userNo, table.milestone] })],
);

export const npsSurveys = pgTable(
  "nps_surveys",
  { ...eventColumns(), score: integer("score").notNull(), feedback: text("feedback"), trigger: text("trigger") },
  (table) => [
    index("nps_surveys_occurred_at").on(table.occurredAt),
    index("nps_surveys_person").on(table.userNo, sql`${table.occurredAt} desc`),
  ],
);

/** Folded: the team that the latest event of a person on a local day names; only days with such an event have a row. */
export const userTeams = pgTable(
  "user_teams",
  {
    userNo: integer("user_no").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    teamNo: integer("team_no").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userNo, table.day] }),
    index("user_teams_day").on(table.day),
    index("user_teams_team_no").on(table.teamNo),
  ],
);

/** Folded: one row for each local day at whose end a person's plan or standing is another than the day before, from the sign-up on. */
export const userPlans = pgTable(
  "user_plans",
  {
    userNo: integer("user_no").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    plan: text("plan").notNull(),
    /** `trial`, `paused` or `past_due`: how those of the account that decides stand; null for all others. */
    standing: text("standing"),
  },
  (table) => [primaryKey({ columns: [table.userNo, table.day] }), index("user_plans_day").on(table.day)],
);
