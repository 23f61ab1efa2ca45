import { resolve, relative } from "node:path";
import type { Config } from "./config.ts";
import type { Lifecycle } from "./core/lifecycle.ts";
import type { Log } from "./core/log.ts";
import type { Clock } from "./core/time.ts";
import type { Workspace } from "./core/workspace.ts";
import { openDatabase, type Database } from "./db/client.ts";
import { watchClock } from "./db/clock-watch.ts";
import { createDatabaseClock, type DatabaseClock } from "./db/database-clock.ts";
import { parseDatabaseUrl } from "./db/database-url.ts";
import { startEmbedded } from "./db/embedded/embedded.ts";
import { migrate } from "./db/migrate.ts";
import { createPartitions, type Partitions } from "./db/partitions.ts";
import { firstZoneDisagreement } from "./db/zone-agreement.ts";
import { settleWorkspace, type WorkspaceWish } from "./db/workspace-store.ts";
import { ensureDailyView } from "./metrics/daily-view.ts";
import { settleDefinitions } from "./metrics/rollup/definitions-store.ts";
import { policyWish } from "./policy-config.ts";

export interface FoundationParts {
  readonly config: Config;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  /** A service owns an embedded database's folder while it runs; a command may visit. */
  readonly purpose: "service" | "cli";
  /** Asked before anything is stored in a database that Bellwether has never used; may throw. */
  readonly onUnused?: (place: string) => void;
  /** `settings apply` must get past the check that it is about to satisfy. */
  readonly keepStoredWorkspace?: boolean;
  /** The clock of this machine; for tests, in which it is wrong. */
  readonly localClock?: Clock;
}

/** What everything else stands on: a migrated database and the workspace as decided at its first start. */
export interface Foundation {
  readonly db: Database;
  readonly workspace: Workspace;
  readonly partitions: Partitions;
  /** The database's time, whatever the clock of this machine says. */
  readonly clock: DatabaseClock;
  readonly log: Log;
  /** "embedded PostgreSQL 18.4 in ./data (new)" */
  readonly databaseLine: string;
}

export function workspaceWish(config: Config): WorkspaceWish {
  return {
    timeZone: config.TIMEZONE,
    currency: config.CURRENCY,
    activationDays: config.ACTIVATION_DAYS,
    policies: policyWish(config),
  };
}

export async function layFoundation(parts: FoundationParts): Promise<Foundation> {
  const { config, log, lifecycle, keepStoredWorkspace, localClock } = parts;
  const server = await databaseServer(parts);
  const db = await openDatabase(server.url, { log, ...(server.isOurs ? { storageFolder: config.DATA_DIR } : {}) });
  lifecycle.onStop("database connections", () => db.close());
  if (parts.onUnused !== undefined && !(await isInUse(db))) parts.onUnused(server.place);
  await migrate(server.url);
  const clock = await createDatabaseClock({
    pool: db.read,
    ...(localClock === undefined ? {} : { local: localClock }),
  });
  if (parts.purpose === "service") lifecycle.onStop("clock watch", watchClock({ clock, log }));
  const workspace = await settleWorkspace(db, keepStoredWorkspace === true ? {} : workspaceWish(config));
  const partitions = createPartitions({ db });
  await partitions.ensureStart(clock.now());
  await ensureDailyView({ db, workspace });
  if (await settleDefinitions({ db, clock, workspace }))
    log.info({}, "The definitions of the numbers changed on 2026-12-01: every day is recomputed in the background.");
  if (parts.purpose === "service") await warnOfOldZoneData(db, workspace, clock, log);
  return { db, workspace, partitions, clock, log, databaseLine: server.line };
}

async function isInUse(db: Database): Promise<boolean> {
  const [row] = await db.read.run(
    (sql) => sql<{ used: boolean }[]>`select to_regclass('schema_migrations') is not null as used`,
  );
  return row?.used === true;
}

async function databaseServer({
  config,
  log,
  lifecycle,
  purpose,
}: FoundationParts): Promise<{ url: string; line: string; place: string; isOurs: boolean }> {
  if (config.DATABASE_URL !== undefined) {
    const place = placeOf(config.DATABASE_URL);
    return { url: config.DATABASE_URL, line: `PostgreSQL at ${place}`, place, isOurs: false };
  }
  const server = await startEmbedded({ dataDir: config.DATA_DIR, log, port: config.PORT, purpose });
  lifecycle.onStop("embedded database", () => server.stop());
  const state = server.isNew ? " (new)" : server.adopted ? " (taken over from a process that was killed)" : "";
  return {
    url: server.url,
    line: `embedded PostgreSQL ${server.version} in ${folderInWords(config.DATA_DIR)}${state}`,
    place: `in ${folderInWords(config.DATA_DIR)}`,
    isOurs: true,
  };
}

async function warnOfOldZoneData(db: Database, { timeZone }: Workspace, clock: Clock, log: Log): Promise<void> {
  const date = await firstZoneDisagreement(db, timeZone, clock.now());
  if (date === null) return;
  log.warn(
    { timeZone, from: date },
    "Node and PostgreSQL disagree about the clocks of this time zone; update the older one, or days will begin at different hours",
  );
}

/** Host and database without user or password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = parseDatabaseUrl(url);
  return `${hostname}${port === "" ? "" : `:${port}`}${pathname}`;
}

function folderInWords(folder: string): string {
  const fromHere = relative(process.cwd(), resolve(folder));
  return fromHere.startsWith("..") ? resolve(folder) : `./${fromHere}`;
}
