ALTER TABLE "schedules" ADD COLUMN "weekday" smallint;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "sections" text;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "notable_only" boolean DEFAULT false NOT NULL;