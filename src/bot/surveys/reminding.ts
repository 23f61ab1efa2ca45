import { Temporal, type Clock } from "../../core/time.ts";
import type { Pool } from "../../db/client.ts";
import { reminderKey } from "../../surveys/opening.ts";
import { addReminders, findMessage, roundsToRemind } from "../../surveys/reminder-store.ts";
import { restingPeople } from "../../surveys/rest-store.ts";
import { messagesOf, type Claim, type SurveyMessage } from "../../surveys/round-store.ts";
import { messageText } from "../conversation.ts";
import { coolDownStart } from "./audience.ts";
import { refTo } from "./reading.ts";

interface RemindingParts {
  readonly pool: Pool;
  readonly clock: Clock;
}

/**
 * Names whom to remind of the rounds whose half-time has come: of people asked alone those who have not answered, once; of a
 * channel the channel. They are posted as questions are.
 */
export async function nameReminders({ pool, clock }: RemindingParts): Promise<void> {
  const now = clock.now().toString();
  for (const surveyId of await pool.run((sql) => roundsToRemind(sql, now))) {
    const posted = (await pool.run((sql) => messagesOf(sql, surveyId))).filter(({ state }) => state === "posted");
    const silent = await withoutAnswer(posted, { pool, clock });
    const reminders = silent.map(({ key, platform, channel, person }) => {
      return { key: reminderKey(key), platform, channel, person, about: key };
    });
    await pool.transaction((sql) => addReminders(sql, surveyId, reminders, now));
  }
}

/** Channels, and people who answered nothing and were asked nothing else alone within the cool-down, on no platform. */
async function withoutAnswer(
  messages: readonly SurveyMessage[],
  { pool, clock }: RemindingParts,
): Promise<SurveyMessage[]> {
  const resting = new Set<string>();
  for (const platform of new Set(messages.map((one) => one.platform))) {
    const alone = messages.filter((one) => one.platform === platform && one.person !== null);
    const people = alone.map(({ person }) => person ?? "");
    const except = messages[0]?.surveyId ?? "";
    const found = await pool.run((sql) =>
      restingPeople(sql, { platform, people, since: coolDownStart(clock), except }),
    );
    for (const id of found) resting.add(`${platform}:${id}`);
  }
  return messages.filter(({ platform, person }) => person === null || !resting.has(`${platform}:${person}`));
}

interface CheckParts extends RemindingParts {
  /** Reads the reactions of a message (see `messageText`) and stores them. */
  readonly read: (text: string) => Promise<void>;
}

export type Reminding =
  /** `question` is where it stands. */
  { readonly isNeeded: true; readonly question: SurveyMessage } | { readonly isNeeded: false; readonly reason: string };

/** Looks once more, right before a reminder is posted: somebody may have answered, or the question may be gone. */
export async function stillToRemind({ about, person, closesAt }: Claim, parts: CheckParts): Promise<Reminding> {
  const { pool, clock, read } = parts;
  if (Temporal.Instant.compare(clock.now(), Temporal.Instant.from(closesAt)) >= 0)
    return { isNeeded: false, reason: "the survey was over" };
  const before = await pool.run((sql) => findMessage(sql, about ?? ""));
  const ref = before === null ? null : refTo(before);
  if (person !== null && ref !== null) await read(messageText(ref));
  const question = await pool.run((sql) => findMessage(sql, about ?? ""));
  if (question?.state !== "posted") return { isNeeded: false, reason: "the question is gone" };
  const [silent] = await withoutAnswer([question], parts);
  return silent === undefined ? { isNeeded: false, reason: "answered meanwhile" } : { isNeeded: true, question };
}
