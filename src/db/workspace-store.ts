import { Problem } from "../core/problem.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Database, Sql, TransactionSql } from "./client.ts";

/** What the configuration says of the workspace; undefined is "as it is". */
export interface WorkspaceWish {
  readonly timeZone?: string | undefined;
  readonly currency?: string | undefined;
  readonly activationDays?: number | undefined;
}

const DEFAULTS: Workspace = { timeZone: "UTC", currency: "USD", activationDays: 7 };
const VARIABLES = { timeZone: "TIMEZONE", currency: "CURRENCY", activationDays: "ACTIVATION_DAYS" } as const;

/** The workspace as it would be with the wishes granted. */
export function wished(stored: Workspace, wish: WorkspaceWish): Workspace {
  return {
    timeZone: wish.timeZone ?? stored.timeZone,
    currency: wish.currency ?? stored.currency,
    activationDays: wish.activationDays ?? stored.activationDays,
  };
}

async function refuseUnknownZone(sql: Sql, timeZone: string): Promise<void> {
  try {
    await sql`select now() at time zone ${timeZone}::text`;
  } catch (cause) {
    throw new Problem("unknown_time_zone", 500, `The database does not know the time zone ${timeZone}.`, {
      next: "Set TIMEZONE to UTC or to a zone such as Europe/Berlin.",
      cause,
    });
  }
}

/**
 * The workspace as decided at its first start, which this call is when nothing is stored. Throws
 * `Problem` `settings_differ` when the configuration now says something else: numbers that were
 * published would silently change their meaning.
 */
export async function settleWorkspace(db: Database, wish: WorkspaceWish): Promise<Workspace> {
  const stored = await db.work.run(async (sql) => {
    const [found] = await sql<{ value: Workspace }[]>`select value from settings where name = 'workspace'`;
    if (found !== undefined) return found.value;
    const first = wished(DEFAULTS, wish);
    await refuseUnknownZone(sql, first.timeZone);
    await sql`insert into settings (name, value) values ('workspace', ${JSON.stringify(first)}::text::jsonb) on conflict do nothing`;
    const [row] = await sql<{ value: Workspace }[]>`select value from settings where name = 'workspace'`;
    return row?.value ?? first;
  });
  const now = wished(stored, wish);
  const differing = differences(stored, now);
  if (differing.length === 0) return stored;
  const sentences = differing.map(
    (name) => `${VARIABLES[name]} is ${String(now[name])}, but this database was started with ${String(stored[name])}.`,
  );
  throw new Problem("settings_differ", 500, sentences.join(" "), {
    next: "Put the old value back, or run `npm run cli -- settings apply`: it recomputes every day.",
  });
}

/**
 * Throws `Problem` `settings_differ` when `settings apply` has stored another workspace since this program started: what
 * it worked out would be wrong. Read committed only: sees what was stored before this statement.
 */
export async function refuseOutdated(sql: Sql, workspace: Workspace): Promise<void> {
  const [found] = await sql<{ value: Workspace }[]>`select value from settings where name = 'workspace'`;
  if (found === undefined || differences(found.value, workspace).length === 0) return;
  throw new Problem("settings_differ", 500, "The settings of the workspace were changed while this program ran.", {
    next: "Start it again.",
  });
}

function differences(one: Workspace, other: Workspace): (keyof Workspace)[] {
  return (Object.keys(VARIABLES) as (keyof Workspace)[]).filter((name) => one[name] !== other[name]);
}

/** Stores another workspace in place of the one decided at the first start; every number must then be worked out anew. */
export async function storeWorkspace(sql: TransactionSql, workspace: Workspace): Promise<void> {
  await refuseUnknownZone(sql, workspace.timeZone);
  await sql`update settings set value = ${JSON.stringify(workspace)}::text::jsonb, updated_at = now() where name = 'workspace'`;
}
