CREATE TABLE "account_spans" (
	"account" text NOT NULL,
	"day" date NOT NULL,
	"until" date NOT NULL,
	"plan" text,
	"standing" text,
	"pays" boolean NOT NULL,
	"paused" boolean NOT NULL,
	"would_pay" boolean NOT NULL,
	"unconverted" integer NOT NULL,
	"unpriced" integer NOT NULL,
	"trials" integer NOT NULL,
	"currencies" text[] NOT NULL,
	"money" numeric[] NOT NULL,
	"due" numeric[] NOT NULL,
	"stopped" numeric[] NOT NULL,
	CONSTRAINT "account_spans_account_day_pk" PRIMARY KEY("account","day")
);
--> statement-breakpoint
CREATE TABLE "moved_subscriptions" (
	"subscription" text NOT NULL,
	"day" date NOT NULL,
	"until" date NOT NULL,
	"account" text NOT NULL,
	"currency" text NOT NULL,
	"worth" numeric NOT NULL,
	"stopped" numeric NOT NULL,
	CONSTRAINT "moved_subscriptions_subscription_day_pk" PRIMARY KEY("subscription","day")
);
--> statement-breakpoint
CREATE TABLE "movements" (
	"account" text NOT NULL,
	"day" date NOT NULL,
	"kind" text NOT NULL,
	"change" numeric NOT NULL,
	"plan_before" text,
	"plan" text,
	CONSTRAINT "movements_account_day_kind_pk" PRIMARY KEY("account","day","kind")
);
--> statement-breakpoint
CREATE TABLE "revenue_cash" (
	"account" text NOT NULL,
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"collected" numeric NOT NULL,
	"refunded" numeric NOT NULL,
	CONSTRAINT "revenue_cash_account_day_currency_pk" PRIMARY KEY("account","day","currency")
);
--> statement-breakpoint
CREATE TABLE "revenue_trials" (
	"account" text NOT NULL,
	"number" integer NOT NULL,
	"started_day" date NOT NULL,
	"ended_day" date,
	"paid_day" date,
	CONSTRAINT "revenue_trials_account_number_pk" PRIMARY KEY("account","number")
);
--> statement-breakpoint
ALTER TABLE "user_plans" ADD COLUMN "standing" text;--> statement-breakpoint
CREATE INDEX "account_spans_day" ON "account_spans" USING btree ("day");--> statement-breakpoint
CREATE INDEX "account_spans_until" ON "account_spans" USING btree ("until");--> statement-breakpoint
CREATE INDEX "moved_subscriptions_account" ON "moved_subscriptions" USING btree ("account");--> statement-breakpoint
CREATE INDEX "moved_subscriptions_day" ON "moved_subscriptions" USING btree ("day");--> statement-breakpoint
CREATE INDEX "movements_day" ON "movements" USING btree ("day");--> statement-breakpoint
CREATE INDEX "revenue_cash_day" ON "revenue_cash" USING btree ("day");--> statement-breakpoint
CREATE INDEX "revenue_trials_started_day" ON "revenue_trials" USING btree ("started_day");--> statement-breakpoint
CREATE INDEX "revenue_trials_ended_day" ON "revenue_trials" USING btree ("ended_day");--> statement-breakpoint
CREATE INDEX "revenue_events_subscription_id" ON "revenue_events" USING btree ("subscription_id");--> statement-breakpoint
CREATE INDEX "revenue_events_user_no" ON "revenue_events" USING btree ("user_no");
--> statement-breakpoint
INSERT INTO "dirty" ("kind", "subject", "cause")
SELECT DISTINCT 'account', "account", 'definition changed on 2026-12-01' FROM "revenue_events"
UNION ALL
SELECT 'member', "user_no"::text, 'definition changed on 2026-12-01' FROM "users";
--> statement-breakpoint
INSERT INTO "dirty" ("kind", "day", "cause")
SELECT DISTINCT 'revenue', "day", 'definition changed on 2026-12-01' FROM "metric_values"
WHERE "metric" LIKE 'mrr\_%' OR "metric" LIKE 'customers\_%' OR "metric" IN ('unconverted_change', 'paused_change')
UNION
SELECT 'revenue', "day", 'definition changed on 2026-12-01' FROM "fx_rates"
UNION ALL
SELECT DISTINCT 'tiers', "day", 'definition changed on 2026-12-01' FROM "metric_values" WHERE "metric" = 'users_change';
