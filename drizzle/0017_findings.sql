CREATE TABLE "findings" (
	"code" text NOT NULL,
	"subject" text NOT NULL,
	"count" integer NOT NULL,
	"detail" text,
	"first_event" text,
	"first_at" timestamp (6) with time zone,
	"last_event" text,
	"last_at" timestamp (6) with time zone,
	"noted_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"looked_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "findings_code_subject_pk" PRIMARY KEY("code","subject")
);
