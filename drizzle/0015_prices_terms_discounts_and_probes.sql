ALTER TABLE "revenue_events" ALTER COLUMN "quantity" SET DATA TYPE numeric;--> statement-breakpoint
ALTER TABLE "revenue_events" ADD COLUMN "discount_percent" numeric;--> statement-breakpoint
ALTER TABLE "revenue_events" ADD COLUMN "discount_amount" numeric;--> statement-breakpoint
ALTER TABLE "revenue_events" ADD COLUMN "discount_until" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "revenue_events" ADD COLUMN "discount_removed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "revenue_events" ADD COLUMN "trial_ends_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "revenue_events" ADD COLUMN "sequence" bigint;--> statement-breakpoint
ALTER TABLE "health_checks" ADD COLUMN "probe" text;