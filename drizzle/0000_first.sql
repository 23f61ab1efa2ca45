CREATE TABLE "deliveries" (
	"delivery_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deliveries_delivery_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"schedule_no" integer NOT NULL,
	"destination" text NOT NULL,
	"local_date" date NOT NULL,
	"kind" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"due_at" timestamp (6) with time zone NOT NULL,
	"next_at" timestamp (6) with time zone NOT NULL,
	"claimed_by" text,
	"claimed_until" timestamp (6) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"payload" jsonb,
	"external_id" text,
	"settled_at" timestamp (6) with time zone,
	"reason" text,
	CONSTRAINT "deliveries_identity" UNIQUE("schedule_no","destination","local_date","kind")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"platform" text NOT NULL,
	"event_id" text NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_platform_event_id_pk" PRIMARY KEY("platform","event_id")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"schedule_no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "schedules_schedule_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"platform" text NOT NULL,
	"channel" text NOT NULL,
	"at" time NOT NULL,
	"time_zone" text NOT NULL,
	"origin" text NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"paused_at" timestamp (6) with time zone,
	"removed_at" timestamp (6) with time zone,
	CONSTRAINT "schedules_destination" UNIQUE("kind","platform","channel")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"key_id" text PRIMARY KEY NOT NULL,
	"hash" "bytea" NOT NULL,
	"scope" text NOT NULL,
	"source" text NOT NULL,
	"requests_per_second" integer DEFAULT 200 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (6) with time zone,
	"revoked_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "dead_letters" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "dead_letters_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source" text NOT NULL,
	"code" text NOT NULL,
	"reason" text NOT NULL,
	"body" text NOT NULL,
	"replayed_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "ingest_keys" (
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"payload" bigint NOT NULL,
	"key" uuid NOT NULL,
	"source_no" smallint NOT NULL,
	"type_no" smallint NOT NULL,
	CONSTRAINT "ingest_keys_key_source_no_pk" PRIMARY KEY("key","source_no")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"source_no" smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sources_source_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 32767 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	CONSTRAINT "sources_source_unique" UNIQUE("source")
);
--> statement-breakpoint
CREATE TABLE "day_revisions" (
	"day" date NOT NULL,
	"kind" text NOT NULL,
	"revision" integer NOT NULL,
	"computed_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "day_revisions_day_kind_pk" PRIMARY KEY("day","kind")
);
--> statement-breakpoint
CREATE TABLE "dirty" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "dirty_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"day" date,
	"subject" text,
	"due_at" timestamp (6) with time zone,
	"cause" text
);
--> statement-breakpoint
CREATE TABLE "metric_values" (
	"metric" text NOT NULL,
	"by" text DEFAULT '' NOT NULL,
	"day" date NOT NULL,
	"value" numeric NOT NULL,
	CONSTRAINT "metric_values_metric_by_day_pk" PRIMARY KEY("metric","by","day")
);
--> statement-breakpoint
CREATE TABLE "restatements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "restatements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"day" date NOT NULL,
	"metric" text NOT NULL,
	"by" text DEFAULT '' NOT NULL,
	"before" numeric,
	"after" numeric,
	"cause" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "nps_surveys" (
	"row_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "nps_surveys_row_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source_no" smallint NOT NULL,
	"event_id" text,
	"user_no" integer,
	"team_no" integer,
	"metadata" jsonb,
	"voided_at" timestamp (6) with time zone,
	"score" integer NOT NULL,
	"feedback" text,
	"trigger" text
);
--> statement-breakpoint
CREATE TABLE "signups" (
	"row_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "signups_row_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source_no" smallint NOT NULL,
	"event_id" text,
	"user_no" integer,
	"team_no" integer,
	"metadata" jsonb,
	"voided_at" timestamp (6) with time zone,
	"plan" text
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"team_no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "teams_team_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	CONSTRAINT "teams_team_id_unique" UNIQUE("team_id")
);
--> statement-breakpoint
CREATE TABLE "user_activations" (
	"row_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "user_activations_row_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source_no" smallint NOT NULL,
	"event_id" text,
	"user_no" integer,
	"team_no" integer,
	"metadata" jsonb,
	"voided_at" timestamp (6) with time zone,
	"milestone" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_milestones" (
	"user_no" integer NOT NULL,
	"milestone" text NOT NULL,
	"reached_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "user_milestones_user_no_milestone_pk" PRIMARY KEY("user_no","milestone")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"user_no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_user_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"signed_up_at" timestamp (6) with time zone,
	"activated_at" timestamp (6) with time zone,
	"plan" text,
	"first_request_at" timestamp (6) with time zone,
	"first_session_at" timestamp (6) with time zone,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_user_id_unique" UNIQUE("user_id")
);
--> statement-breakpoint
CREATE TABLE "fx_rates" (
	"currency" text NOT NULL,
	"day" date NOT NULL,
	"rate" numeric NOT NULL,
	CONSTRAINT "fx_rates_currency_day_pk" PRIMARY KEY("currency","day")
);
--> statement-breakpoint
CREATE TABLE "movements" (
	"account" text NOT NULL,
	"day" date NOT NULL,
	"kind" text,
	"arr_before" numeric NOT NULL,
	"arr_after" numeric NOT NULL,
	"plan" text,
	"paused" boolean NOT NULL,
	"unconverted" integer NOT NULL,
	CONSTRAINT "movements_account_day_pk" PRIMARY KEY("account","day")
);
--> statement-breakpoint
CREATE TABLE "revenue_events" (
	"row_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "revenue_events_row_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source_no" smallint NOT NULL,
	"event_id" text,
	"user_no" integer,
	"team_no" integer,
	"metadata" jsonb,
	"voided_at" timestamp (6) with time zone,
	"account" text GENERATED ALWAYS AS (case when team_no is not null then 't' || team_no else 'u' || user_no end) STORED,
	"event" text NOT NULL,
	"subscription_id" text DEFAULT '' NOT NULL,
	"plan" text,
	"amount" numeric,
	"currency" text,
	"billing_period" text,
	"quantity" integer,
	"effective_at" timestamp (6) with time zone,
	"stripe_event_id" text
);
--> statement-breakpoint
CREATE TABLE "support_tickets" (
	"ticket_id" text PRIMARY KEY NOT NULL,
	"user_no" integer,
	"team_no" integer,
	"subject" text,
	"status" text NOT NULL,
	"priority" text NOT NULL,
	"category" text NOT NULL,
	"opened_at" timestamp (6) with time zone NOT NULL,
	"first_response_at" timestamp (6) with time zone,
	"first_resolved_at" timestamp (6) with time zone,
	"last_resolved_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "ticket_days" (
	"ticket_id" text NOT NULL,
	"day" date NOT NULL,
	"opened" integer NOT NULL,
	"resolved" integer NOT NULL,
	"reopened" integer NOT NULL,
	CONSTRAINT "ticket_days_ticket_id_day_pk" PRIMARY KEY("ticket_id","day")
);
--> statement-breakpoint
CREATE TABLE "ticket_events" (
	"row_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ticket_events_row_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source_no" smallint NOT NULL,
	"event_id" text,
	"user_no" integer,
	"team_no" integer,
	"metadata" jsonb,
	"voided_at" timestamp (6) with time zone,
	"ticket_id" text NOT NULL,
	"action" text NOT NULL,
	"by" text,
	"subject" text,
	"description" text,
	"priority" text,
	"category" text
);
--> statement-breakpoint
CREATE TABLE "active_bits" (
	"day" date NOT NULL,
	"block" integer NOT NULL,
	"bits" bit(8192) NOT NULL,
	CONSTRAINT "active_bits_day_block_pk" PRIMARY KEY("day","block")
);
--> statement-breakpoint
CREATE TABLE "agent_session_events" (
	"row_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_session_events_row_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source_no" smallint NOT NULL,
	"event_id" text,
	"user_no" integer,
	"team_no" integer,
	"metadata" jsonb,
	"voided_at" timestamp (6) with time zone,
	"session_id" text NOT NULL,
	"action" text NOT NULL,
	"agent_id" text,
	"status" text,
	"messages" bigint,
	"tokens" bigint
);
--> statement-breakpoint
CREATE TABLE "agent_sessions" (
	"session_id" text PRIMARY KEY NOT NULL,
	"user_no" integer,
	"team_no" integer,
	"agent_id" text,
	"started_at" timestamp (6) with time zone NOT NULL,
	"ended_at" timestamp (6) with time zone,
	"status" text,
	"messages" bigint,
	"tokens" bigint
);
--> statement-breakpoint
CREATE TABLE "error_logs" (
	"row_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "error_logs_row_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source_no" smallint NOT NULL,
	"event_id" text,
	"user_no" integer,
	"team_no" integer,
	"metadata" jsonb,
	"voided_at" timestamp (6) with time zone,
	"error_type" text NOT NULL,
	"message" text NOT NULL,
	"severity" text NOT NULL,
	"endpoint" text,
	"method" text
);
--> statement-breakpoint
CREATE TABLE "features" (
	"feature_no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "features_feature_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 2 CACHE 1),
	"method" text NOT NULL,
	"route" text NOT NULL,
	CONSTRAINT "features_method_route" UNIQUE("method","route")
);
--> statement-breakpoint
CREATE TABLE "health_checks" (
	"row_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "health_checks_row_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source_no" smallint NOT NULL,
	"event_id" text,
	"user_no" integer,
	"team_no" integer,
	"metadata" jsonb,
	"voided_at" timestamp (6) with time zone,
	"service" text NOT NULL,
	"status" text NOT NULL,
	"response_time_ms" double precision
);
--> statement-breakpoint
CREATE TABLE "latency_histograms" (
	"day" date NOT NULL,
	"feature_no" integer NOT NULL,
	"calls" bigint NOT NULL,
	"failed" bigint NOT NULL,
	"duration_ms_sum" double precision NOT NULL,
	"buckets" smallint[] NOT NULL,
	"counts" bigint[] NOT NULL,
	CONSTRAINT "latency_histograms_feature_no_day_pk" PRIMARY KEY("feature_no","day")
);
--> statement-breakpoint
CREATE TABLE "track_events" (
	"row_no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "track_events_row_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"source_no" smallint NOT NULL,
	"event_id" text,
	"user_no" integer,
	"team_no" integer,
	"metadata" jsonb,
	"voided_at" timestamp (6) with time zone,
	"name" text NOT NULL,
	"properties" jsonb
);
--> statement-breakpoint
CREATE TABLE "usage_logs" (
	"occurred_at" timestamp (6) with time zone NOT NULL,
	"received_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"event_hash" bigint,
	"user_no" integer,
	"team_no" integer,
	"feature_no" integer NOT NULL,
	"duration_ms" real NOT NULL,
	"latency_bucket" smallint NOT NULL,
	"status" smallint NOT NULL,
	"source_no" smallint NOT NULL,
	"failed" boolean DEFAULT false NOT NULL,
	"voided" boolean DEFAULT false NOT NULL,
	"metadata" jsonb
) PARTITION BY RANGE ("occurred_at");
--> statement-breakpoint
CREATE INDEX "deliveries_open" ON "deliveries" USING btree ("next_at") WHERE state in ('pending', 'sending', 'uncertain');--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at");--> statement-breakpoint
CREATE INDEX "dead_letters_at" ON "dead_letters" USING btree ("at");--> statement-breakpoint
CREATE INDEX "dirty_kind" ON "dirty" USING btree ("kind","day","subject");--> statement-breakpoint
CREATE INDEX "metric_values_day" ON "metric_values" USING btree ("day");--> statement-breakpoint
CREATE INDEX "restatements_metric_day" ON "restatements" USING btree ("metric","day");--> statement-breakpoint
CREATE INDEX "nps_surveys_occurred_at" ON "nps_surveys" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "nps_surveys_person" ON "nps_surveys" USING btree ("user_no","occurred_at" desc);--> statement-breakpoint
CREATE INDEX "signups_user_no" ON "signups" USING btree ("user_no");--> statement-breakpoint
CREATE INDEX "signups_occurred_at" ON "signups" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "user_activations_user_no" ON "user_activations" USING btree ("user_no");--> statement-breakpoint
CREATE INDEX "user_activations_occurred_at" ON "user_activations" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "users_signed_up_at" ON "users" USING btree ("signed_up_at");--> statement-breakpoint
CREATE INDEX "users_activated_at" ON "users" USING btree ("activated_at");--> statement-breakpoint
CREATE INDEX "movements_day" ON "movements" USING btree ("day");--> statement-breakpoint
CREATE INDEX "revenue_events_account" ON "revenue_events" USING btree ("account");--> statement-breakpoint
CREATE INDEX "revenue_events_occurred_at" ON "revenue_events" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "support_tickets_opened_at" ON "support_tickets" USING btree ("opened_at");--> statement-breakpoint
CREATE INDEX "support_tickets_first_resolved_at" ON "support_tickets" USING btree ("first_resolved_at");--> statement-breakpoint
CREATE INDEX "ticket_days_day" ON "ticket_days" USING btree ("day");--> statement-breakpoint
CREATE INDEX "ticket_events_ticket_id" ON "ticket_events" USING btree ("ticket_id");--> statement-breakpoint
CREATE INDEX "ticket_events_occurred_at" ON "ticket_events" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "agent_session_events_session_id" ON "agent_session_events" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "agent_session_events_occurred_at" ON "agent_session_events" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "agent_sessions_started_at" ON "agent_sessions" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "agent_sessions_user_no" ON "agent_sessions" USING btree ("user_no");--> statement-breakpoint
CREATE INDEX "error_logs_occurred_at" ON "error_logs" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "health_checks_occurred_at" ON "health_checks" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "health_checks_service" ON "health_checks" USING btree ("service","occurred_at" desc);--> statement-breakpoint
CREATE INDEX "latency_histograms_day" ON "latency_histograms" USING btree ("day");--> statement-breakpoint
CREATE INDEX "track_events_occurred_at" ON "track_events" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "track_events_name" ON "track_events" USING btree ("name");--> statement-breakpoint
CREATE INDEX "usage_logs_occurred_at" ON "usage_logs" USING btree ("occurred_at");--> statement-breakpoint
INSERT INTO "features" ("feature_no", "method", "route") OVERRIDING SYSTEM VALUE VALUES (0, '', '*'), (1, '', 'other');
