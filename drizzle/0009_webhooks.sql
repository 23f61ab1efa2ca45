CREATE TABLE "webhook_deliveries" (
	"endpoint" text NOT NULL,
	"row_no" bigint NOT NULL,
	"ticket_id" text NOT NULL,
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"message_id" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"outcome" text,
	"ended_at" timestamp (6) with time zone,
	CONSTRAINT "webhook_deliveries_endpoint_row_no_pk" PRIMARY KEY("endpoint","row_no")
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"endpoint" text PRIMARY KEY NOT NULL,
	"since" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"read_to" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_open" ON "webhook_deliveries" USING btree ("endpoint","ticket_id","occurred_at","row_no") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("next_at") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_ended_at" ON "webhook_deliveries" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "ticket_events_received_at" ON "ticket_events" USING btree ("received_at");