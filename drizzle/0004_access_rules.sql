CREATE TABLE "access_rules" (
	"platform" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"metric_group" text NOT NULL,
	"action" text NOT NULL,
	"allowed" boolean NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "access_rules_platform_subject_kind_subject_id_metric_group_action_pk" PRIMARY KEY("platform","subject_kind","subject_id","metric_group","action")
);
