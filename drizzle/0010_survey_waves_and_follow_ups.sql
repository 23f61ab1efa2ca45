CREATE TABLE "survey_follow_ups" (
	"follow_up_no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "survey_follow_ups_follow_up_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"survey_id" text NOT NULL,
	"person" text NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"ticket_id" text,
	"asked_again" text,
	CONSTRAINT "survey_follow_ups_answer" UNIQUE("survey_id","person")
);
--> statement-breakpoint
CREATE TABLE "survey_schedules" (
	"schedule_no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "survey_schedules_schedule_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"question" text NOT NULL,
	"whom" jsonb NOT NULL,
	"days" integer NOT NULL,
	"unit" text NOT NULL,
	"every" integer NOT NULL,
	"starts_on" date NOT NULL,
	"at" time NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (6) with time zone NOT NULL,
	"last_wave_on" date,
	"last_wave" text,
	"stopped_by" text,
	"stopped_at" timestamp (6) with time zone
);
--> statement-breakpoint
ALTER TABLE "desk_tickets" ADD COLUMN "opening_key" text;--> statement-breakpoint
ALTER TABLE "survey_messages" ADD COLUMN "about" text;--> statement-breakpoint
ALTER TABLE "survey_rounds" ADD COLUMN "kind" text DEFAULT 'asked' NOT NULL;--> statement-breakpoint
ALTER TABLE "survey_rounds" ADD COLUMN "reminds_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "survey_rounds" ADD COLUMN "reminded_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "desk_tickets" ADD CONSTRAINT "desk_tickets_opening_key_unique" UNIQUE("opening_key");