CREATE TABLE "user_plans" (
	"user_no" integer NOT NULL,
	"day" date NOT NULL,
	"plan" text NOT NULL,
	CONSTRAINT "user_plans_user_no_day_pk" PRIMARY KEY("user_no","day")
);
--> statement-breakpoint
CREATE TABLE "user_teams" (
	"user_no" integer NOT NULL,
	"day" date NOT NULL,
	"team_no" integer NOT NULL,
	CONSTRAINT "user_teams_user_no_day_pk" PRIMARY KEY("user_no","day")
);
--> statement-breakpoint
DROP INDEX "metric_values_day";--> statement-breakpoint
-- Folded anew from the tickets' log, with the states that it lacked.
DELETE FROM "ticket_days";--> statement-breakpoint
ALTER TABLE "ticket_days" ADD COLUMN "status" text NOT NULL;--> statement-breakpoint
ALTER TABLE "ticket_days" ADD COLUMN "priority" text NOT NULL;--> statement-breakpoint
ALTER TABLE "ticket_days" ADD COLUMN "category" text NOT NULL;--> statement-breakpoint
ALTER TABLE "ticket_days" ADD COLUMN "resolved_at" timestamp (6) with time zone;--> statement-breakpoint
CREATE INDEX "user_plans_day" ON "user_plans" USING btree ("day");--> statement-breakpoint
CREATE INDEX "user_teams_day" ON "user_teams" USING btree ("day");--> statement-breakpoint
CREATE INDEX "user_teams_team_no" ON "user_teams" USING btree ("team_no");--> statement-breakpoint
CREATE INDEX "metric_values_metric_day" ON "metric_values" USING btree ("metric","day");--> statement-breakpoint
-- What is newly kept must be worked out of the history.
INSERT INTO "dirty" ("kind", "subject")
SELECT 'ticket', "ticket_id" FROM "support_tickets" UNION ALL
SELECT DISTINCT 'account', "account" FROM "movements" UNION ALL
SELECT 'member', "user_no"::text FROM "users" WHERE "signed_up_at" IS NOT NULL;--> statement-breakpoint
INSERT INTO "dirty" ("kind", "day")
SELECT DISTINCT 'teams', "day" FROM "day_revisions" UNION ALL
SELECT "kind", "day" FROM "day_revisions" WHERE "kind" IN ('revenue', 'health');
