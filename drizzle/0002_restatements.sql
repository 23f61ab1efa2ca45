-- Rows so far named stored numbers, not metrics.
DELETE FROM "restatements";--> statement-breakpoint
ALTER TABLE "restatements" ALTER COLUMN "at" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "restatements" ADD COLUMN "restated_on" date NOT NULL;--> statement-breakpoint
ALTER TABLE "restatements" ADD COLUMN "changes" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX "restatements_at" ON "restatements" USING btree ("at");
