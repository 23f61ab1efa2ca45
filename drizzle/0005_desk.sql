CREATE TABLE "desk_tickets" (
	"ticket_id" text PRIMARY KEY NOT NULL,
	"ticket_no" integer,
	"platform" text,
	"channel" text,
	"thread" text,
	"opened_by" text,
	"opening" jsonb,
	"assignee" text,
	"due_at" timestamp (6) with time zone,
	"card" text,
	"revision" integer DEFAULT 1 NOT NULL,
	"shown" integer DEFAULT 0 NOT NULL,
	"warned_of" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "desk_tickets_ticket_no_unique" UNIQUE("ticket_no"),
	CONSTRAINT "desk_tickets_thread" UNIQUE("platform","channel","thread")
);
--> statement-breakpoint
CREATE TABLE "ticket_messages" (
	"ticket_id" text NOT NULL,
	"message_id" text NOT NULL,
	"author" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"text" text NOT NULL,
	"attachments" jsonb NOT NULL,
	"edited_at" timestamp (6) with time zone,
	"deleted_at" timestamp (6) with time zone,
	CONSTRAINT "ticket_messages_ticket_id_message_id_pk" PRIMARY KEY("ticket_id","message_id")
);
--> statement-breakpoint
CREATE TABLE "ticket_notes" (
	"note_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ticket_notes_note_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"ticket_id" text NOT NULL,
	"key" text NOT NULL,
	"author" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "ticket_notes_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE INDEX "desk_tickets_unsent" ON "desk_tickets" USING btree ("created_at") WHERE opening is not null;--> statement-breakpoint
CREATE INDEX "desk_tickets_stale" ON "desk_tickets" USING btree ("ticket_id") WHERE shown < revision;--> statement-breakpoint
CREATE INDEX "ticket_messages_at" ON "ticket_messages" USING btree ("ticket_id","at");--> statement-breakpoint
CREATE INDEX "ticket_notes_ticket_id" ON "ticket_notes" USING btree ("ticket_id","at");