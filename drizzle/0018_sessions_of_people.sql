DELETE FROM "agent_sessions" WHERE "user_no" IS NULL;--> statement-breakpoint
ALTER TABLE "agent_sessions" DROP CONSTRAINT "agent_sessions_pkey";--> statement-breakpoint
ALTER TABLE "agent_sessions" ALTER COLUMN "user_no" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD CONSTRAINT "agent_sessions_session_id_user_no_pk" PRIMARY KEY("session_id","user_no");
