import { CALLED } from "../core/called.ts";
import { Problem } from "../core/problem.ts";
import { DEFAULT_POLICIES, type Policies, type Workspace } from "../core/workspace.ts";
import type { Database, Sql, TransactionSql } from "./client.ts";

/** What the configuration says of the workspace; undefined is "as it is". */
export interface WorkspaceWish {
  readonly timeZone?: string | undefined;
  readonly currency?: string | undefined;
  readonly activationDays?: number | undefined;
  readonly policies?: { readonly [Name in keyof Policies]?: Policies[Name] | undefined };
}

const DEFAULTS: Workspace = { timeZone: "UTC", currency: "USD", activationDays: 7, policies: DEFAULT_POLICIES };

/** The variable that says each of the workspace's rules. */
const VARIABLES = { timeZone: "TIMEZONE", currency: "CURRENCY", activationDays: "ACTIVATION_DAYS" } as const;
export const POLICY_VARIABLES = {
  mauWindow: "MAU_WINDOW",
  cancelAt: "CANCEL_AT",
  pausedCounts: "PAUSED_COUNTS",
  discounts: "DISCOUNTS",
  grossMargin: "GROSS_MARGIN",
  npsDays: "NPS_DAYS",
  activationMilestones: "ACTIVATION_MILESTONES",
  healthGapSeconds: "HEALTH_GAP",
  reopenDays: "REOPEN_DAYS",
} as const satisfies Record<keyof Policies, string>;

/** The workspace as it would be with the wishes granted. */
export function wished(stored: Workspace, wish: WorkspaceWish): Workspace {
  return {
    timeZone: wish.timeZone ?? stored.timeZone,
    currency: wish.currency ?? stored.currency,
    activationDays: wish.activationDays ?? stored.activationDays,
    policies: { ...stored.policies, ...withoutUndefined(wish.policies ?? {}) },
  };
}

function withoutUndefined(wish: NonNullable<WorkspaceWish["policies"]>): Partial<Policies> {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
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

/** Policies that were not known when the workspace was stored are at their defaults. */
async function readWorkspace(sql: Sql): Promise<Workspace | null> {
  const [found] = await sql<{ value: Omit<Workspace, "policies"> & { policies?: Partial<Policies> } }[]>`
    select value from settings where name = 'workspace'`;
  if (found === undefined) return null;
  return { ...found.value, policies: { ...DEFAULT_POLICIES, ...found.value.policies } };
}

/**
 * The workspace as decided at its first start, which this call is when nothing is stored. Throws
 * `Problem` `settings_differ` when the configuration now says something else: numbers that were
 * published would silently change their meaning.
 */
export async function settleWorkspace(db: Database, wish: WorkspaceWish): Promise<Workspace> {
  const stored = await db.work.run(async (sql) => {
    const found = await readWorkspace(sql);
    if (found !== null) return found;
    const first = wished(DEFAULTS, wish);
    await refuseUnknownZone(sql, first.timeZone);
    await sql`insert into settings (name, value) values ('workspace', ${JSON.stringify(first)}::text::jsonb) on conflict do nothing`;
    return (await readWorkspace(sql)) ?? first;
  });
  const differing = differences(stored, wished(stored, wish));
  if (differing.length === 0) return stored;
  const sentences = differing.map(
    ({ variable, before, after }) => `${variable} is ${after}, but this database was started with ${before}.`,
  );
  throw new Problem("settings_differ", 500, sentences.join(" "), {
    next: `Put the old value back, or run \`${CALLED.cli}settings apply\`: it recomputes every day.`,
  });
}

/**
 * Throws `Problem` `settings_differ` when `settings apply` has stored another workspace since this program started: what
 * it worked out would be wrong. Read committed only: sees what was stored before this statement.
 */
export async function refuseOutdated(sql: Sql, workspace: Workspace): Promise<void> {
  const found = await readWorkspace(sql);
  if (found === null || differences(found, workspace).length === 0) return;
  throw new Problem("settings_differ", 500, "The settings of the workspace were changed while this program ran.", {
    next: "Start it again.",
  });
}

interface Difference {
  readonly variable: string;
  readonly before: string;
  readonly after: string;
}

function differences(one: Workspace, other: Workspace): Difference[] {
  const [before, after] = [rulesOf(one), rulesOf(other)];
  return [...before].flatMap(([variable, value]) => {
    const now = after.get(variable) ?? "";
    return now === value ? [] : [{ variable, before: value, after: now }];
  });
}

/** Each rule as its variable would say it. */
function rulesOf(workspace: Workspace): Map<string, string> {
  const own = Object.entries(VARIABLES).map(([name, variable]) => [
    variable,
    workspace[name as keyof typeof VARIABLES],
  ]);
  const policies = Object.entries(POLICY_VARIABLES).map(([name, variable]) => [
    variable,
    workspace.policies[name as keyof Policies],
  ]);
  return new Map([...own, ...policies].map(([variable, value]) => [String(variable), String(value)]));
}

/** Stores another workspace in place of the one decided at the first start; every number must then be worked out anew. */
export async function storeWorkspace(sql: TransactionSql, workspace: Workspace): Promise<void> {
  await refuseUnknownZone(sql, workspace.timeZone);
  await sql`update settings set value = ${JSON.stringify(workspace)}::text::jsonb, updated_at = now() where name = 'workspace'`;
}
