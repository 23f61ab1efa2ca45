import { bigint, customType, integer, jsonb, smallint, text, timestamp } from "drizzle-orm/pg-core";

export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 6 });

export const bits = customType<{ data: string; config: { length: number } }>({
  dataType: (config) => `bit(${config?.length ?? 1})`,
});

/**
 * What every row of an event table carries. The pair (`source_no`, `event_id`) is what the sender
 * called it; `event_id` is null when the sender gave none. `voided_at` is set when it was taken back.
 */
export const eventColumns = () => ({
  rowNo: bigint("row_no", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
  occurredAt: instant("occurred_at").notNull(),
  receivedAt: instant("received_at").notNull().defaultNow(),
  sourceNo: smallint("source_no").notNull(),
  eventId: text("event_id"),
  userNo: integer("user_no"),
  teamNo: integer("team_no"),
  metadata: jsonb("metadata"),
  voidedAt: instant("voided_at"),
});
