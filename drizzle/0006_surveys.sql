CREATE TABLE "person_links" (
	"person" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"linked_by" text NOT NULL,
	"linked_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "survey_answers" (
	"survey_id" text NOT NULL,
	"person" text NOT NULL,
	"public_score" integer,
	"private_score" integer,
	"reason" text,
	"user_id" text NOT NULL,
	"changed_at" timestamp (6) with time zone NOT NULL,
	"told_no" integer DEFAULT 0 NOT NULL,
	"told_as" text,
	"revision" integer DEFAULT 0 NOT NULL,
	"told_revision" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "survey_answers_survey_id_person_pk" PRIMARY KEY("survey_id","person")
);
--> statement-breakpoint
CREATE TABLE "survey_messages" (
	"key" text PRIMARY KEY NOT NULL,
	"survey_id" text NOT NULL,
	"platform" text NOT NULL,
	"channel" text,
	"person" text,
	"message_id" text,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"has_digits" boolean DEFAULT false NOT NULL,
	"reading" integer DEFAULT 0 NOT NULL,
	"read_at" timestamp (6) with time zone,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "survey_rounds" (
	"survey_id" text PRIMARY KEY NOT NULL,
	"question" text NOT NULL,
	"opened_by" text NOT NULL,
	"opened_at" timestamp (6) with time zone NOT NULL,
	"closes_at" timestamp (6) with time zone NOT NULL,
	"closed_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE INDEX "person_links_user" ON "person_links" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "survey_answers_person" ON "survey_answers" USING btree ("person","changed_at");--> statement-breakpoint
CREATE INDEX "survey_answers_untold" ON "survey_answers" USING btree ("survey_id") WHERE told_revision < revision;--> statement-breakpoint
CREATE INDEX "survey_messages_survey" ON "survey_messages" USING btree ("survey_id");--> statement-breakpoint
CREATE INDEX "survey_messages_message" ON "survey_messages" USING btree ("platform","channel","message_id");--> statement-breakpoint
CREATE INDEX "survey_messages_due" ON "survey_messages" USING btree ("next_at") WHERE state in ('pending', 'sending', 'uncertain');