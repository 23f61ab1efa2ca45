import { describeError, type Log } from "../../core/log.ts";
import { Problem } from "../../core/problem.ts";
import { Temporal, type Clock } from "../../core/time.ts";
import type { Pool } from "../../db/client.ts";
import {
  messagesOf,
  messagesToRead,
  messagesWithoutDigits,
  noteDigits,
  openMessageAt,
  overdueRounds,
  restingPeople,
  settleMessage,
  type Round,
  type SurveyMessage,
} from "../../surveys/round-store.ts";
import type { Surveys } from "../../surveys/surveys.ts";
import type { Vote } from "../../surveys/answer.ts";
import {
  messageNamed,
  messageText,
  type Audience,
  type ChatEvents,
  type MessageRef,
  type Reaction,
} from "../conversation.ts";
import { DIGITS } from "../emoji.ts";
import type { PersonOrGroup } from "../permission/policy.ts";
import type { ChatName, ChatPlatform } from "../platform.ts";
import { createOneAtATime } from "./one-at-a-time.ts";
import { postQuestions } from "./posting.ts";
import { closedMessage } from "./question.ts";

interface PollsterParts {
  readonly pool: Pool;
  readonly surveys: Surveys;
  readonly platforms: readonly ChatPlatform[];
  readonly timeZone: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Messages not read for so long are read again; 60 unless said otherwise. */
  readonly sweepMinutes?: number;
}

/** Asks in chat, and reads there what people answer by reactions. */
export interface Pollster {
  readonly events: Required<Pick<ChatEvents, "ready" | "reactionsChanged">>;
  /** Once a minute: posts what is due, reads what was not read for an hour, closes what is over. Never rejects. */
  tick(): Promise<void>;
  /** Posts what is due now. Never rejects. */
  post(): Promise<void>;
  /** Reads all messages of a round whose time is over, and closes it; false: one of them cannot be read now. */
  close(round: Round): Promise<boolean>;
  /** Whom of a group or of one person to ask; `resting`: asked or answered in the last 90 days, on any platform. */
  membersOf(audience: PersonOrGroup): Promise<{
    readonly people: readonly string[];
    readonly resting: readonly string[];
    /** How many are not there any more. */
    readonly missing: number;
  }>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

const SWEEP_MINUTES = 60;
const COOL_DOWN_DAYS = 90;
/** How often a message is read again because another reading was stored meanwhile; the next sweep comes anyway. */
const MOST_READINGS = 10;
/** A message that cannot be read for so long after the end no longer keeps its round open. */
const PATIENCE_HOURS = 24;

export function createPollster(parts: PollsterParts): Pollster {
  const { pool, surveys, platforms, timeZone, clock, log, sweepMinutes = SWEEP_MINUTES } = parts;
  const under = new Set<Promise<void>>();
  const platformOf = (name: string) => platforms.find((one) => one.name === name);

  function careful(work: Promise<unknown>, sentence: string): Promise<void> {
    const tracked: Promise<void> = work
      .then(
        () => {},
        (thrown: unknown) => log.warn({ error: describeError(thrown) }, sentence),
      )
      .finally(() => under.delete(tracked));
    under.add(tracked);
    return tracked;
  }

  const read = createOneAtATime(createReading(parts, platformOf));
  const readAll = async (messages: readonly SurveyMessage[]) => {
    for (const message of messages) {
      const ref = refTo(message);
      if (ref !== null) await careful(read(messageText(ref)), UNREAD);
    }
  };

  const post = createOneAtATime(async (name: ChatName) => {
    const platform = platformOf(name);
    if (platform === undefined) return;
    await postQuestions(platform, { pool, timeZone });
    void careful(digits(name), "Digits are missing under a question; the next minute tries again.");
  });

  const digits = createOneAtATime(async (name: ChatName) => {
    for (const message of await pool.run((sql) => messagesWithoutDigits(sql, name))) {
      const ref = refTo(message);
      const added = ref === null ? null : await platformOf(name)?.react(ref, DIGITS);
      if (ref === null || added === undefined || added === null) continue;
      if (added.ok) await pool.run((sql) => noteDigits(sql, message.key));
      else log.warn({ platform: name, why: added.why, reason: added.reason }, "Digits are missing under a question.");
      // Who was faster than this is seen now.
      await careful(read(messageText(ref)), UNREAD);
    }
  });

  const messagesNow = ({ surveyId }: Round) => pool.run((sql) => messagesOf(sql, surveyId));

  async function sweep(name: ChatName, unreadMinutes: number): Promise<void> {
    await readAll(await pool.run((sql) => messagesToRead(sql, name, unreadMinutes)));
  }

  async function close(round: Round): Promise<boolean> {
    const before = (await messagesNow(round)).filter(({ state }) => state === "posted");
    await readAll(before);
    const messages = await messagesNow(round);
    const readings = new Map(messages.map(({ key, state, reading }) => [key, state === "posted" ? reading : Infinity]));
    const isRead = before.every(({ key, reading }) => (readings.get(key) ?? 0) > reading);
    const waited = Temporal.Instant.from(round.closesAt).until(clock.now()).total("hours");
    if (!isRead && waited < PATIENCE_HOURS) return false;
    await surveys.close(round.surveyId);
    for (const message of messages.filter(({ person, state }) => person === null && state === "posted")) {
      const ref = refTo(message);
      if (ref !== null) await platformOf(message.platform)?.edit(ref, closedMessage({ ...round, key: message.key }));
    }
    return true;
  }

  const names = platforms.map(({ name }) => name);
  const postAll = () => Promise.all(names.map((name) => careful(post(name), "A question could not be posted.")));
  const closeOverdue = async () => {
    for (const round of await pool.run((sql) => overdueRounds(sql, clock.now().toString()))) await close(round);
  };

  return {
    events: {
      ready: async (name) => {
        void careful(post(name), "A question could not be posted.");
        await careful(sweep(name, 0), UNREAD);
      },
      reactionsChanged: (ref) => careful(readIfOurs(ref), UNREAD),
    },
    async tick() {
      await postAll();
      await careful(surveys.finishTelling(), "Answers wait to be counted.");
      for (const name of names) await careful(sweep(name, sweepMinutes), UNREAD);
      await careful(closeOverdue(), "A survey could not be closed.");
    },
    async post() {
      await postAll();
    },
    close,
    membersOf: (audience) => membersOf(audience, parts, platformOf(audience.platform)),
    async idle() {
      while (under.size > 0) await Promise.all(under);
    },
  };

  async function readIfOurs(ref: MessageRef): Promise<void> {
    if ((await pool.run((sql) => openMessageAt(sql, ref))) !== null) await read(messageText(ref));
  }
}

const UNREAD = "Reactions could not be read; the next sweep reads them.";

async function membersOf(
  audience: PersonOrGroup,
  { pool, clock }: Pick<PollsterParts, "pool" | "clock">,
  platform: ChatPlatform | undefined,
) {
  const wanted: Audience =
    audience.kind === "group" ? { kind: "group", id: audience.id } : { kind: "people", ids: [audience.id] };
  const members = await platform?.audienceOf(wanted);
  if (members === undefined)
    throw new Problem("platform_off", 409, "That platform is not connected here.", {
      next: "Ask from a chat that is.",
    });
  if (!members.ok) throw new Problem("no_audience", 409, members.reason);
  const ids = members.value.people.filter(({ isBot }) => !isBot).map(({ id }) => id);
  const since = clock
    .now()
    .subtract({ hours: 24 * COOL_DOWN_DAYS })
    .toString();
  const resting = await pool.run((sql) => restingPeople(sql, audience.platform, ids, since));
  const left = new Set(resting);
  return { people: ids.filter((id) => !left.has(id)), resting, missing: members.value.missing.length };
}

function refTo({ platform, channel, messageId }: SurveyMessage): MessageRef | null {
  return channel === null || messageId === null ? null : { platform, channel, id: messageId };
}

/** Replaces what is stored of a message by what stands under it now. */
function createReading(
  { pool, surveys, log }: PollsterParts,
  platformOf: (name: string) => ChatPlatform | undefined,
): (text: string) => Promise<void> {
  return async (text) => {
    const ref = messageNamed(text);
    if (ref === null) return;
    for (let times = 0; times < MOST_READINGS; times += 1) {
      // Before the reactions, so that a reading stored meanwhile by another instance is noticed.
      const message = await pool.run((sql) => openMessageAt(sql, ref));
      const reactions = message === null ? undefined : await platformOf(ref.platform)?.reactionsOf(ref);
      if (message === null || reactions === undefined) return;
      if (!reactions.ok) {
        const { why, reason } = reactions;
        log.warn({ platform: ref.platform, why, reason }, UNREAD);
        if (why === "gone") await pool.run((sql) => settleMessage(sql, message.key, { state: "gone", reason }));
        return;
      }
      if ((await surveys.see(message, votesIn(ref, reactions.value))) !== "outdated") return;
    }
  };
}

function votesIn({ platform }: MessageRef, reactions: readonly Reaction[]): Vote[] {
  return reactions.flatMap(({ emoji, person: { id, isBot } }) => {
    const digit = (DIGITS as readonly string[]).indexOf(emoji);
    return digit < 0 ? [] : [{ person: `${platform}:${id}`, isBot, digit }];
  });
}
