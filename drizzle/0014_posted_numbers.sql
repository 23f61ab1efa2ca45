CREATE TABLE "posted_numbers" (
	"key" text PRIMARY KEY NOT NULL,
	"destination" text NOT NULL,
	"kind" text NOT NULL,
	"local_date" date NOT NULL,
	"day" date NOT NULL,
	"numbers" jsonb NOT NULL,
	"shown" jsonb NOT NULL,
	"seen" jsonb NOT NULL,
	"corrections" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"corrected_at" timestamp (6) with time zone,
	"edit_at" timestamp (6) with time zone,
	"named_in" text
);
