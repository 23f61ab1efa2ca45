import { createHash } from "node:crypto";
import type { Database, TransactionSql } from "../db/client.ts";
import { Problem } from "../core/problem.ts";
import type { Workspace } from "../core/workspace.ts";
import { dailyViewSql } from "./daily-view-sql.ts";

/** Any number that no other advisory lock of ours uses: "daily" in ASCII. */
const VIEW_LOCK = 0x6461696c79;
const DEPENDENT_OBJECTS = "2BP01";

/**
 * Makes the view `daily_metrics` what the catalogue and the workspace say. Leaves it untouched when it already is; any
 * number of processes may call it at once. Throws `Problem` `view_in_use` when somebody's own views hold on to an old one.
 */
export async function ensureDailyView({
  db,
  workspace,
}: {
  db: Pick<Database, "work">;
  workspace: Workspace;
}): Promise<void> {
  const text = dailyViewSql(workspace);
  const origin = `Made from the catalogue of metrics (${createHash("sha256").update(text).digest("hex")})`;
  await db.work.transaction(async (sql) => {
    await sql`select pg_advisory_xact_lock(${VIEW_LOCK}::bigint)`;
    const [made] = await sql<{ text: string | null }[]>`
      select obj_description(to_regclass('daily_metrics'), 'pg_class') as text`;
    if (made?.text === origin) return;
    await dropView(sql);
    await sql.unsafe(`create view daily_metrics as ${text}`);
    await sql.unsafe(`comment on view daily_metrics is '${origin}'`);
  });
}

async function dropView(sql: TransactionSql): Promise<void> {
  try {
    await sql`drop view if exists daily_metrics`;
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === DEPENDENT_OBJECTS)) throw cause;
    throw new Problem(
      "view_in_use",
      500,
      "The view daily_metrics must be made anew, but other views are built on it.",
      {
        next: "Drop those views, start again, and create them anew.",
        cause,
      },
    );
  }
}
