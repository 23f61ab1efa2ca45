import type { Database } from "../../db/client.ts";
import { refuseOutdated } from "../../db/workspace-store.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Present } from "./present.ts";
import { lockDay, lockKind, takeDay, takeSubjects, type DayKind, type SubjectKind } from "./queue-store.ts";
import { createRecipes } from "./recipes.ts";

interface UnitsParts {
  readonly db: Pick<Database, "work">;
  readonly workspace: Workspace;
}

/** Some subjects of a kind: the first `limit` after `after`, which are named to `onTaken` before they are folded. */
interface Batch {
  readonly kind: SubjectKind;
  readonly after: string;
  readonly limit: number;
  readonly onTaken: (last: string) => void;
}

/**
 * One unit is one READ COMMITTED transaction: lock, remove the unit's dirty rows, then read the events in a new
 * statement. An event whose dirty row was removed is seen by that statement, for both were committed at once; one that
 * arrives later brings a dirty row that stays.
 */
export interface Units {
  /** Answers 1, or 0 when the day was not due. */
  recompute(kind: DayKind, day: string, present: Present): Promise<number>;
  /** Answers how many subjects were due and are folded. */
  fold(batch: Batch, present: Present): Promise<number>;
}

export function createUnits({ db, workspace }: UnitsParts): Units {
  const { timeZone, currency } = workspace;
  const recipes = createRecipes(workspace);
  return {
    recompute: (kind, day, present) =>
      db.work.transaction(async (sql) => {
        await lockDay(sql, kind, day);
        const { taken, ...found } = await takeDay(sql, kind, day, present.now);
        if (taken === 0) return 0;
        await refuseOutdated(sql, workspace);
        await recipes.recompute[kind]({ sql, day, ...present, timeZone, currency, ...found });
        return 1;
      }),
    fold: ({ kind, after, limit, onTaken }, present) =>
      db.work.transaction(async (sql) => {
        await lockKind(sql, kind);
        const taken = await takeSubjects(sql, { kind, after, limit, now: present.now });
        const last = taken.at(-1);
        if (last === undefined) return 0;
        await refuseOutdated(sql, workspace);
        onTaken(last.subject);
        await recipes.fold[kind]({ sql, timeZone, causes: new Map(taken.map((one) => [one.subject, one.cause])) });
        return taken.length;
      }),
  };
}
