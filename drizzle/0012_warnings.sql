CREATE TABLE "warnings" (
	"subject" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"retry" text,
	"raised_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"next_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"batch" text,
	"told_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE INDEX "warnings_open" ON "warnings" USING btree ("next_at") WHERE told_at is null;