CREATE TABLE "web_sessions" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"key_proof" "bytea" NOT NULL,
	"created_at" timestamp (6) with time zone NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "web_sessions_14_days" CHECK ("web_sessions"."expires_at" <= "web_sessions"."created_at" + interval '336 hours')
);
--> statement-breakpoint
CREATE INDEX "web_sessions_key" ON "web_sessions" USING btree ("key_id","created_at");--> statement-breakpoint
CREATE INDEX "web_sessions_expires_at" ON "web_sessions" USING btree ("expires_at");