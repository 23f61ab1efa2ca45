import type { Log } from "../core/log.ts";
import { Problem } from "../core/problem.ts";
import { Temporal } from "../core/time.ts";
import type { Database } from "../db/client.ts";
import type { Intake } from "../events/verdict.ts";
import type { Voider } from "../events/void.ts";
import { scoreOf, standingAnswers } from "./answer.ts";
import { answersOf, noteTelling, noteTold, type KeptAnswer, type Telling } from "./answer-store.ts";
import { pseudonymIn } from "./person-store.ts";

/** The source of events that come from surveys in chat. */
export const SOURCE = "chat";

interface TellingParts {
  readonly db: Pick<Database, "intake" | "work">;
  readonly intake: Pick<Intake, "accept">;
  readonly voider: Pick<Voider, "voidEvent">;
  readonly secret: () => Promise<string>;
  readonly log: Log;
}

/**
 * Makes the intake know what the answers of a round are. Each answer has one event at most that stands; it is taken back
 * before another is sent, and named in the row before it is sent, so that whoever comes after a crash knows which event may
 * be there. One teller a round at a time; calling it again has no further effect.
 */
export function createTelling({ db, intake, voider, secret, log }: TellingParts): (surveyId: string) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();

  async function withdraw(id: string, event: string): Promise<void> {
    const request = { source: SOURCE, id, reason: "the answer was changed or withdrawn", actor: "surveys" };
    try {
      await voider.voidEvent(request);
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.code !== "not_found") throw thrown;
      // It may still be on its way from a process that was killed: when it is here first, that one is a duplicate.
      await send([{ id, event }]);
      await voider.voidEvent(request);
    }
  }

  async function send(events: readonly { readonly id: string; readonly event: string }[]): Promise<void> {
    const told = events.map(({ id, event }) => ({ ...(JSON.parse(event) as object), id }));
    for (const verdict of await intake.accept(told, { source: SOURCE }))
      if (verdict.verdict === "rejected")
        log.warn({ code: verdict.code }, "An answer does not count: the intake refuses it.");
  }

  async function tell(surveyId: string): Promise<void> {
    const key = await secret();
    const idOf = (person: string, no: number) => `nps:${surveyId}:${pseudonymIn(surveyId, person, key)}:${no}`;
    const answers = await db.intake.run((sql) => answersOf(sql, surveyId));
    const standing = new Set(standingAnswers(answers));
    const behind = answers.filter(({ revision, toldRevision }) => toldRevision < revision);
    const tellings = behind.map((answer) => tellingOf(answer, standing.has(answer), surveyId));
    for (const [index, { person, toldNo, toldAs }] of behind.entries())
      if (toldAs !== null && tellings[index]?.no !== toldNo) await withdraw(idOf(person, toldNo), toldAs);
    await db.intake.run((sql) => noteTelling(sql, surveyId, tellings));
    await send(tellings.flatMap(({ person, no, event }) => (event === null ? [] : [{ id: idOf(person, no), event }])));
    await db.intake.run((sql) => noteTold(sql, surveyId, tellings));
  }

  return (surveyId) => {
    const next = last.then(() =>
      db.work.transaction(async (sql) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${`bellwether survey ${surveyId}`}, 0))`;
        await tell(surveyId);
      }),
    );
    last = next.catch(() => {});
    return next;
  };
}

function tellingOf(answer: KeptAnswer, stands: boolean, surveyId: string): Telling {
  const { person, toldNo, toldAs, revision } = answer;
  const event = stands ? eventOf(answer, surveyId) : null;
  return { person, event, revision, no: event === toldAs ? toldNo : toldNo + 1 };
}

function eventOf(answer: KeptAnswer, surveyId: string): string {
  return JSON.stringify({
    type: "nps",
    user_id: answer.userId,
    score: scoreOf(answer),
    occurred_at: Temporal.Instant.from(answer.changedAt).toString(),
    trigger: surveyId,
    ...(answer.reason === null ? {} : { feedback: answer.reason }),
  });
}
