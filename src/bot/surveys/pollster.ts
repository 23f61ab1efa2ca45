import type { Log } from "../../core/log.ts";
import { Temporal, type Clock } from "../../core/time.ts";
import type { Pool } from "../../db/client.ts";
import {
  messagesOf,
  messagesToRead,
  messagesWithoutDigits,
  noteDigits,
  openMessageAt,
  overdueRounds,
  type Claim,
  type Round,
  type SurveyMessage,
} from "../../surveys/round-store.ts";
import type { Surveys } from "../../surveys/surveys.ts";
import type { WaveBook } from "../../surveys/wave-book.ts";
import { messageText, type ChatEvents, type MessageRef } from "../conversation.ts";
import { DIGITS } from "../emoji.ts";
import type { PersonOrGroup } from "../permission/policy.ts";
import type { ChatName, ChatPlatform } from "../platform.ts";
import { surveyAudience, type SurveyAudience } from "./audience.ts";
import type { FollowingUp } from "./following-up.ts";
import { createBackground, type Background } from "./background.ts";
import { createOneAtATime } from "./one-at-a-time.ts";
import { postQuestions } from "./posting.ts";
import { closedMessage } from "./question.ts";
import { createReading, refTo, UNREAD } from "./reading.ts";
import { nameReminders, stillToRemind } from "./reminding.ts";
import { askWaves } from "./wave-asking.ts";

interface PollsterParts {
  readonly pool: Pool;
  readonly surveys: Surveys;
  readonly waves: WaveBook;
  /** Null: nobody follows up low answers. */
  readonly followingUp: FollowingUp | null;
  readonly platforms: readonly ChatPlatform[];
  readonly timeZone: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Asks in chat, and reads there what people answer by reactions. */
export interface Pollster {
  readonly events: Required<Pick<ChatEvents, "ready" | "reactionsChanged">>;
  /** Whether a question of an open survey stands there: its reactions are answers, and nobody else need read them. */
  asksAt(message: MessageRef): Promise<boolean>;
  /**
   * Once a minute: asks the waves, questions and reminders that are due, reads what was not read for an hour, closes what is
   * over, follows up low answers. Never rejects.
   */
  tick(): Promise<void>;
  /** Posts what is due now. Never rejects. */
  post(): Promise<void>;
  /** Reads all messages of a round whose time is over, and closes it; false: one of them cannot be read now. */
  close(round: Round): Promise<boolean>;
  membersOf(whom: readonly PersonOrGroup[]): Promise<SurveyAudience>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

const SWEEP_MINUTES = 60;
const UNPOSTED = "A question could not be posted; the next minute tries again.";
const WITHOUT_DIGITS = "Digits are missing under a question; the next minute tries again.";

export function createPollster(parts: PollsterParts): Pollster {
  const { pool, surveys, waves, followingUp, platforms, timeZone, clock, log } = parts;
  const { run, idle } = createBackground(log);
  const platformOf = (name: string) => platforms.find((one) => one.name === name);
  const read = createOneAtATime(createReading({ pool, surveys, platformOf, log }));
  const readAll = async (messages: readonly SurveyMessage[]) => {
    for (const message of messages) {
      const ref = refTo(message);
      if (ref !== null) await run(read(messageText(ref)), UNREAD);
    }
  };
  const sweep = async (name: ChatName, unreadMinutes: number) =>
    readAll(await pool.run((sql) => messagesToRead(sql, name, unreadMinutes)));

  const post = createPosting(parts, { run, read, readAll, platformOf });
  const names = platforms.map(({ name }) => name);
  const postAll = () => Promise.all(names.map((name) => run(post(name), UNPOSTED)));
  const membersOf = (whom: readonly PersonOrGroup[]) => surveyAudience(whom, { pool, clock, platformOf });
  const begin = async () => {
    if (names.length === 0) return;
    await run(askWaves({ surveys, waves, membersOf, timeZone, clock, log }), "A wave could not be asked.");
    await run(nameReminders({ pool, clock }), "Nobody could be reminded; the next minute tries again.");
  };
  const asksAt = async (ref: MessageRef) => (await pool.run((sql) => openMessageAt(sql, ref))) !== null;
  const close = (round: Round) => closeRound(round, { ...parts, readAll, platformOf });

  return {
    events: {
      async ready(name) {
        void run(post(name), UNPOSTED);
        await run(sweep(name, 0), UNREAD);
      },
      async reactionsChanged(ref) {
        await run(
          asksAt(ref).then((ours) => (ours ? read(messageText(ref)) : undefined)),
          UNREAD,
        );
      },
    },
    async tick() {
      await begin();
      await postAll();
      await run(surveys.finishTelling(), "Answers wait to be counted.");
      for (const name of names) await run(sweep(name, SWEEP_MINUTES), UNREAD);
      await run(closeOverdue(parts, close), "A survey could not be closed; the next minute tries again.");
      await followingUp?.look();
    },
    async post() {
      await postAll();
    },
    asksAt,
    close,
    membersOf,
    idle,
  };
}

interface PostingTools {
  readonly run: Background["run"];
  /** See `createReading`. */
  readonly read: (text: string) => Promise<void>;
  readonly readAll: (messages: readonly SurveyMessage[]) => Promise<void>;
  readonly platformOf: (name: string) => ChatPlatform | undefined;
}

/** Posts what is due on a platform; the digits follow in the background. */
function createPosting(parts: PollsterParts, { run, read, readAll, platformOf }: PostingTools) {
  const { pool, timeZone, clock } = parts;
  const check = (claim: Claim) => stillToRemind(claim, { pool, clock, read });
  const addDigits = createOneAtATime(async (name: ChatName) => {
    const platform = platformOf(name);
    const bare = await pool.run((sql) => messagesWithoutDigits(sql, name));
    if (platform !== undefined) for (const message of bare) await putDigits(message, platform, parts);
    // Who was faster than the digits is seen now.
    await readAll(bare);
  });
  return createOneAtATime(async (name: ChatName) => {
    const platform = platformOf(name);
    if (platform !== undefined) await postQuestions(platform, { pool, timeZone, stillToRemind: check });
    void run(addDigits(name), WITHOUT_DIGITS);
  });
}

async function putDigits(
  message: SurveyMessage,
  platform: ChatPlatform,
  { pool, log }: Pick<PollsterParts, "pool" | "log">,
): Promise<void> {
  const ref = refTo(message);
  if (ref === null) return;
  const added = await platform.react(ref, DIGITS);
  if (added.ok) await pool.run((sql) => noteDigits(sql, message.key));
  else log.warn({ platform: platform.name, why: added.why, reason: added.reason }, WITHOUT_DIGITS);
}

async function closeOverdue(
  { pool, clock }: Pick<PollsterParts, "pool" | "clock">,
  close: (round: Round) => Promise<boolean>,
): Promise<void> {
  for (const round of await pool.run((sql) => overdueRounds(sql, clock.now().toString()))) await close(round);
}

/** A message that cannot be read for so long after the end no longer keeps its round open. */
const PATIENCE_HOURS = 24;

interface Closing extends Pick<PollsterParts, "pool" | "surveys" | "clock"> {
  readonly readAll: (messages: readonly SurveyMessage[]) => Promise<void>;
  readonly platformOf: (name: string) => ChatPlatform | undefined;
}

async function closeRound(round: Round, { pool, surveys, clock, readAll, platformOf }: Closing): Promise<boolean> {
  const messagesNow = () => pool.run((sql) => messagesOf(sql, round.surveyId));
  const before = (await messagesNow()).filter(({ state }) => state === "posted");
  await readAll(before);
  const after = (await messagesNow()).filter(({ state }) => state === "posted");
  const readings = new Map(before.map(({ key, reading }) => [key, reading]));
  const isRead = after.every(({ key, reading }) => reading > (readings.get(key) ?? 0));
  const waited = Temporal.Instant.from(round.closesAt).until(clock.now()).total("hours");
  if (!isRead && waited < PATIENCE_HOURS) return false;
  await surveys.close(round.surveyId);
  for (const message of after.filter(({ person }) => person === null)) {
    const ref = refTo(message);
    if (ref !== null) await platformOf(message.platform)?.edit(ref, closedMessage({ ...round, key: message.key }));
  }
  return true;
}
