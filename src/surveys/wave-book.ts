import type { Clock } from "../core/time.ts";
import { storable } from "../core/storable-text.ts";
import type { Database } from "../db/client.ts";
import {
  activeSchedules,
  addSchedule,
  stopSchedule,
  takeWave,
  type NewSchedule,
  type SurveySchedule,
} from "./schedule-store.ts";
import type { Wave } from "./waves.ts";

/** The surveys that come again. */
export interface WaveBook {
  add(schedule: Omit<NewSchedule, "createdAt">): Promise<SurveySchedule>;
  /** Those that go on, the oldest first. */
  active(): Promise<SurveySchedule[]>;
  /** False when there is none of that number that goes on. */
  stop(scheduleNo: number, by: string): Promise<boolean>;
  /** Leaves a wave out, for good. */
  leaveOut(schedule: SurveySchedule, wave: Wave, why: "nobody" | "late"): Promise<void>;
}

const LONGEST_QUESTION = 500;

export function createWaveBook({
  db,
  clock,
}: {
  readonly db: Pick<Database, "work">;
  readonly clock: Clock;
}): WaveBook {
  return {
    async add(wanted) {
      const question = storable(wanted.question, LONGEST_QUESTION);
      const schedule = { ...wanted, question, createdAt: clock.now() };
      const scheduleNo = await db.work.run((sql) => addSchedule(sql, schedule));
      return { ...schedule, scheduleNo, lastWaveOn: null, lastWave: null };
    },
    active: () => db.work.run(activeSchedules),
    stop: (scheduleNo, by) => db.work.run((sql) => stopSchedule(sql, scheduleNo, by, clock.now().toString())),
    async leaveOut({ scheduleNo }, { day }, why) {
      await db.work.run((sql) => takeWave(sql, { scheduleNo, day }, why));
    },
  };
}
