import type { Due } from "../../core/schedule.ts";
import type { Sql } from "../../db/client.ts";
import type { OwnedSchedule } from "./schedule-store.ts";

/** Writes down what is owed. Whoever comes second writes nothing: the identity is unique. */
export async function recordDue(sql: Sql, due: readonly Due<OwnedSchedule>[]): Promise<void> {
  if (due.length === 0) return;
  const rows = due.map(({ schedule, day, dueAt, standing }) => ({
    schedule: schedule.scheduleNo,
    destination: `${schedule.destination.platform}:${schedule.destination.channel}`,
    day: day.toString(),
    due: dueAt.toString(),
    kind: schedule.kind,
    state: STATE_OF[standing],
  }));
  await sql`
    insert into deliveries (schedule_no, destination, local_date, kind, state, due_at, next_at, settled_at, recheck_at)
    select schedule, destination, day, kind, state, due, least(due, now()),
      case when state = 'skipped' then now() end, case when state = 'uncertain' then now() end
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as owed(schedule integer, destination text, day date, kind text, state text, due timestamptz)
    on conflict on constraint deliveries_identity do nothing`;
}

const STATE_OF = { "on time": "pending", late: "uncertain", missed: "skipped" } as const satisfies Record<
  Due["standing"],
  string
>;
