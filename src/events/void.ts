import { Problem } from "../core/problem.ts";
import type { Clock } from "../core/time.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Database } from "../db/client.ts";
import { toProblem } from "../db/failures.ts";
import { takenBack } from "./cause.ts";
import { eventKey } from "./event-key.ts";
import type { EventType } from "./event-type.ts";
import { createIdentitySecret } from "./identity-store.ts";
import { isStorableText } from "./json-fault.ts";
import { hiddenId, holdsEmailAddress } from "./outside-id.ts";
import { countRows, findKept, markVoided, writeAudit } from "./void-store.ts";

export interface VoidRequest {
  readonly source: string;
  /** The sender's event id. */
  readonly id: string;
  readonly reason: string;
  /** Who takes it back, for the audit log. */
  readonly actor: string;
}

export interface Voided {
  readonly type: EventType;
  /** `false` when it had been taken back before; nothing happens then. */
  readonly changed: boolean;
}

/** Takes back events that were wrong: the row stays, marked, and its days are recomputed. */
export interface Voider {
  /** Throws `Problem`: `not_found` 404, `invalid_body` 400, `database_unavailable` 503. */
  voidEvent(request: VoidRequest): Promise<Voided>;
}

interface VoiderParts {
  readonly db: Pick<Database, "intake">;
  readonly clock: Clock;
  readonly workspace: Pick<Workspace, "timeZone">;
}

const LONGEST_REASON = 500;

export function createVoider({ db, clock, workspace }: VoiderParts): Voider {
  const secret = createIdentitySecret(db.intake);
  return {
    async voidEvent({ source, id, reason, actor }) {
      refuseUnstorable({ source, id, reason });
      try {
        const eventId = holdsEmailAddress(id) ? hiddenId(id, await secret.read()) : id;
        return await db.intake.transaction(async (sql) => {
          const event = await findKept(sql, source, { key: eventKey(id), eventId, sentId: id });
          if (event === null || (await countRows(sql, event)) === 0) throw unknownEvent();
          const changed = await markVoided(sql, event, {
            at: clock.now().toString(),
            timeZone: workspace.timeZone,
            cause: takenBack(reason),
          });
          if (changed) await writeAudit(sql, event, source, actor, reason);
          return { type: event.type, changed };
        });
      } catch (thrown) {
        throw toProblem(thrown);
      }
    },
  };
}

function refuseUnstorable(texts: Readonly<Record<"source" | "id" | "reason", string>>): void {
  for (const [field, text] of Object.entries(texts)) {
    if (text === "" || text.length > LONGEST_REASON || !isStorableText(text)) {
      throw new Problem("invalid_body", 400, `\`${field}\` must be text of 1 to ${LONGEST_REASON} characters.`);
    }
  }
}

function unknownEvent(): Problem {
  return new Problem("not_found", 404, "No event was accepted under this source and id, or its row is no longer kept.");
}
