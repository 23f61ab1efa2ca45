import type { Log } from "../core/log.ts";
import { Problem } from "../core/problem.ts";
import { storable } from "../core/storable-text.ts";
import type { Clock, Temporal } from "../core/time.ts";
import type { Database, TransactionSql } from "../db/client.ts";
import { identitySecret } from "../events/identity-store.ts";
import type { Intake } from "../events/verdict.ts";
import type { Voider } from "../events/void.ts";
import { reconcile, scoresSeen, standingAnswers, type Answer, type Vote } from "./answer.ts";
import { answersOf, beginStoring, storePrivate, storePublic, surveysToTell } from "./answer-store.ts";
import { linkPerson, type LinkTarget } from "./linking.ts";
import { newRound, type Asking } from "./opening.ts";
import { userIdsOf } from "./person-store.ts";
import {
  addRound,
  closeRound,
  endRound,
  findRound,
  listRounds,
  messagesOf,
  type Round,
  type SurveyMessage,
} from "./round-store.ts";
import { createTelling } from "./telling.ts";

export interface RoundResult {
  readonly round: Round;
  readonly messages: readonly SurveyMessage[];
  /** One for each person who holds an answer. */
  readonly answers: readonly Answer[];
  /** One for each identity that ever answered. */
  readonly all: readonly Answer[];
}

/**
 * Questions asked in chat and what people answer. Every answer that stands is one `nps` event, so that numbers and results
 * cannot disagree. Throws `Problem`: `unknown_survey` 404, `survey_closed` 409, and what the database throws (503).
 */
export interface Surveys {
  open(asking: Asking): Promise<Round>;
  /** Opens it only if `claim`, in the same transaction, says so; null: it said no. */
  openIf(asking: Asking, claim: (sql: TransactionSql, surveyId: string) => Promise<boolean>): Promise<Round | null>;
  /**
   * Replaces the public answers of a message by what was read there. `message` is how it was known before the reading
   * began. `outdated`: another reading was stored meanwhile, so read again.
   */
  see(message: SurveyMessage, votes: readonly Vote[]): Promise<"stored" | "closed" | "outdated">;
  /** `score` null takes the private answer back. */
  answer(
    surveyId: string,
    answer: { readonly person: string; readonly score: number | null; readonly reason: string | null },
  ): Promise<void>;
  /**
   * From now on, and for all that the person (`slack:U123`) answered before, the answers count for `userId`: the product's
   * id, or another person in chat, whose id they then share. Answers whom they count for.
   */
  link(person: string, to: LinkTarget, linkedBy: string): Promise<string>;
  /** The time for answers is over; what was read of the messages last is still to be stored. */
  end(surveyId: string): Promise<Round>;
  /** Nothing changes any more. */
  close(surveyId: string): Promise<void>;
  result(surveyId: string): Promise<RoundResult>;
  /** The newest first. */
  list(most: number): Promise<Round[]>;
  /** Tells the intake what a crash left untold. */
  finishTelling(): Promise<void>;
}

export interface SurveysParts {
  readonly db: Pick<Database, "intake" | "read" | "work">;
  readonly intake: Pick<Intake, "accept">;
  readonly voider: Pick<Voider, "voidEvent">;
  readonly clock: Clock;
  readonly log: Log;
}

const LONGEST_REASON = 2_000;

export function createSurveys(parts: SurveysParts): Surveys {
  const { db, clock } = parts;
  const secret = createSecret(parts);
  const tell = createTelling({ ...parts, secret });
  const find = async (surveyId: string) =>
    (await db.read.run((sql) => findRound(sql, surveyId))) ?? Promise.reject(unknownSurvey());

  return {
    async open(asking) {
      const { round, messages } = newRound(asking, clock.now());
      await db.intake.transaction((sql) => addRound(sql, round, messages, asking.doubt ?? null));
      return round;
    },
    openIf: (asking, claim) =>
      db.intake.transaction(async (sql) => {
        const { round, messages } = newRound(asking, clock.now());
        if (!(await claim(sql, round.surveyId))) return null;
        await addRound(sql, round, messages, asking.doubt ?? null);
        return round;
      }),
    async see(message, votes) {
      const stored = await store(parts, secret, message, scoresSeen(votes));
      if (stored === "stored") await tell(message.surveyId);
      return stored;
    },
    async answer(surveyId, answer) {
      await find(surveyId);
      if (!(await storeAnswer(parts, surveyId, { ...answer, key: await secret() }))) throw closedSurvey();
      await tell(surveyId);
    },
    async link(person, to, linkedBy) {
      const { userId, moved } = await linkPerson(db, { person, to, linkedBy, key: await secret() });
      for (const surveyId of moved) await tell(surveyId);
      return userId;
    },
    async end(surveyId) {
      await find(surveyId);
      await db.intake.run((sql) => endRound(sql, surveyId, clock.now().toString()));
      return find(surveyId);
    },
    async close(surveyId) {
      await db.intake.run((sql) => closeRound(sql, surveyId, clock.now().toString()));
    },
    async result(surveyId) {
      const round = await find(surveyId);
      const [messages, answers] = await db.read.run(
        async (sql) => [await messagesOf(sql, surveyId), await answersOf(sql, surveyId)] as const,
      );
      return { round, messages, answers: standingAnswers(answers), all: answers };
    },
    list: (most) => db.read.run((sql) => listRounds(sql, most)),
    async finishTelling() {
      for (const surveyId of await db.intake.run(surveysToTell)) await tell(surveyId);
    },
  };
}

interface Said {
  readonly person: string;
  readonly score: number | null;
  readonly reason: string | null;
  readonly key: string;
}

/** False when the round takes no answers any more. */
async function storeAnswer(
  { db, clock }: SurveysParts,
  surveyId: string,
  { person, score, reason, key }: Said,
): Promise<boolean> {
  return db.intake.transaction(async (sql) => {
    const userId = (await userIdsOf(sql, [person], key)).get(person) ?? "";
    const kept = reason === null || reason === "" ? null : storable(reason, LONGEST_REASON);
    return storePrivate(sql, surveyId, { person, userId, score, reason: kept }, microseconds(clock.now()));
  });
}

async function store(
  { db, clock }: SurveysParts,
  secret: () => Promise<string>,
  message: SurveyMessage,
  seen: ReadonlyMap<string, number>,
): Promise<"stored" | "closed" | "outdated"> {
  const key = await secret();
  const { surveyId, platform } = message;
  const concerned = (person: string) => message.person === null || person === `${platform}:${message.person}`;
  return db.intake.transaction(async (sql) => {
    const state = await beginStoring(sql, message);
    if (state !== "stored") return state;
    const before = (await answersOf(sql, surveyId)).filter(({ person }) => concerned(person));
    const now = new Map([...seen].filter(([person]) => concerned(person)));
    const changes = reconcile(before, now);
    const userIds = await userIdsOf(
      sql,
      changes.map(({ person }) => person),
      key,
    );
    const named = changes.map((change) => ({ ...change, userId: userIds.get(change.person) ?? "" }));
    await storePublic(sql, surveyId, named, microseconds(clock.now()));
    return state;
  });
}

/** As fine as the database keeps it. */
function microseconds(instant: Temporal.Instant): string {
  return instant.round("microsecond").toString();
}

/** Read once. */
function createSecret({ db }: Pick<SurveysParts, "db">): () => Promise<string> {
  let secret: Promise<string> | null = null;
  return async () => {
    secret ??= identitySecret(db.intake);
    try {
      return await secret;
    } catch (thrown) {
      secret = null;
      throw thrown;
    }
  };
}

function unknownSurvey(): Problem {
  return new Problem("unknown_survey", 404, "There is no such survey.", { next: "`/nps list` shows them." });
}

function closedSurvey(): Problem {
  return new Problem("survey_closed", 409, "This survey is closed, so answers no longer count.");
}
