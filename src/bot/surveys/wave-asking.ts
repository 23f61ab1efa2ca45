import { describeError, type Log } from "../../core/log.ts";
import type { Clock } from "../../core/time.ts";
import { takeWave, type SurveySchedule } from "../../surveys/schedule-store.ts";
import type { Surveys } from "../../surveys/surveys.ts";
import type { WaveBook } from "../../surveys/wave-book.ts";
import { dueWave } from "../../surveys/waves.ts";
import type { PersonOrGroup } from "../permission/policy.ts";
import { readReference } from "../permission/reference.ts";
import type { SurveyAudience } from "./audience.ts";
import { placesOf, targetOf } from "./target.ts";

interface WaveParts {
  readonly surveys: Pick<Surveys, "openIf">;
  readonly waves: WaveBook;
  readonly membersOf: (whom: readonly PersonOrGroup[]) => Promise<SurveyAudience>;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the rounds of all waves that are due. The schedule remembers its newest wave in the transaction that opens the round,
 * so that of any number of instances one asks. A wave that cannot be asked now is tried again.
 */
export async function askWaves(parts: WaveParts): Promise<void> {
  for (const schedule of await parts.waves.active())
    try {
      await askWave(schedule, parts);
    } catch (thrown) {
      const { scheduleNo } = schedule;
      parts.log.warn({ scheduleNo, error: describeError(thrown) }, "A wave could not be asked; the next minute tries.");
    }
}

async function askWave(schedule: SurveySchedule, { surveys, waves, membersOf, timeZone, clock }: WaveParts) {
  const wave = dueWave(schedule, clock.now(), timeZone);
  if (wave === null) return;
  if (wave.standing === "missed") return waves.leaveOut(schedule, wave, "late");
  const target = targetOf(schedule.whom.map(readReference).filter((one) => one !== null));
  if (target === null) return waves.leaveOut(schedule, wave, "nobody");
  const audience = target.kind === "people" ? await membersOf(target.whom) : null;
  const places = placesOf(target, audience);
  if (places.length === 0) return waves.leaveOut(schedule, wave, "nobody");
  const { scheduleNo, createdAt, question, days, createdBy } = schedule;
  const asking = {
    question,
    days,
    places,
    openedBy: createdBy,
    kind: "wave",
    name: `wave ${scheduleNo} ${createdAt.toString()} ${wave.day.toString()}`,
    // A database that was restored does not know what it had asked.
    ...(wave.standing === "late" ? { doubt: { since: wave.dueAt.toString() } } : {}),
  } as const;
  await surveys.openIf(asking, (sql) => takeWave(sql, { scheduleNo, day: wave.day }, "asked"));
}
