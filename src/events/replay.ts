import type { Database } from "../db/client.ts";
import { lettersById, listLetters, markReplayed, type DeadLetter } from "./dead-letter-store.ts";
import type { Intake, Verdict } from "./verdict.ts";

const MOST_LISTED = 500;
const MOST_REPLAYED = 1_000;

/** `cut`: too large to have been kept whole; it must be sent again by its sender. */
export interface Replayed {
  readonly id: string;
  readonly outcome: Verdict | { readonly verdict: "cut" };
}

/** What was refused, for admins. */
export interface RefusedEvents {
  /** The latest first, at most 500. `before` is the id of the last one seen. */
  list(options?: { readonly limit?: number; readonly before?: string }): Promise<DeadLetter[]>;
  /** Sends letters through the intake again, as if just received; the age limits are lifted. Unknown ids are left out. */
  replay(ids: readonly string[], actor: string): Promise<Replayed[]>;
}

interface RefusedEventsParts {
  readonly db: Pick<Database, "read" | "work">;
  readonly intake: Intake;
}

export function createRefusedEvents({ db, intake }: RefusedEventsParts): RefusedEvents {
  async function replayFrom(source: string, letters: readonly DeadLetter[]): Promise<Replayed[]> {
    const whole = letters.flatMap((letter) => {
      const event = eventOf(letter);
      return event === undefined ? [] : [{ id: letter.id, event }];
    });
    const verdicts = await intake.accept(
      whole.map((one) => one.event),
      { source, importing: true, replaying: true },
    );
    const outcomes = new Map(whole.map((one, at) => [one.id, verdicts[at]]));
    return letters.map(({ id }) => ({ id, outcome: outcomes.get(id) ?? { verdict: "cut" } }));
  }

  return {
    list: (options = {}) => {
      return listLetters(db.read, Math.min(options.limit ?? 100, MOST_LISTED), wholeNumber(options.before ?? null));
    },
    async replay(ids, actor) {
      const known = ids.filter((id) => wholeNumber(id) !== null).slice(0, MOST_REPLAYED);
      const letters = await lettersById(db.read, known);
      const replayed: Replayed[] = [];
      for (const source of new Set(letters.map((letter) => letter.source))) {
        replayed.push(
          ...(await replayFrom(
            source,
            letters.filter((letter) => letter.source === source),
          )),
        );
      }
      const through = replayed.filter(
        ({ outcome }) => outcome.verdict === "accepted" || outcome.verdict === "duplicate",
      );
      await markReplayed(
        db.work,
        through.map(({ id }) => id),
        actor,
      );
      return replayed;
    },
  };
}

/** What was sent; one without an id is given the letter's, so that replaying twice counts once. Undefined when it was cut. */
function eventOf({ id, body }: DeadLetter): unknown {
  try {
    const event: unknown = JSON.parse(body);
    if (typeof event !== "object" || event === null || Array.isArray(event)) return event;
    return { ...event, id: ("id" in event ? event.id : null) ?? `dead_letter_${id}` };
  } catch {
    return undefined;
  }
}

/** `null` when it is no id of a row. */
function wholeNumber(id: string | null): string | null {
  return id !== null && /^\d{1,18}$/.test(id) ? id : null;
}
