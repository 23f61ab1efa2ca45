CREATE TABLE "ticket_posts" (
	"ticket_id" text NOT NULL,
	"kind" text NOT NULL,
	"message" text,
	"tried_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ticket_posts_ticket_id_kind_pk" PRIMARY KEY("ticket_id","kind")
);
--> statement-breakpoint
ALTER TABLE "desk_tickets" DROP COLUMN "warned_of";