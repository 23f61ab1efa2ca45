import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Temporal } from "../../src/core/time.ts";
import type { Workspace } from "../../src/core/workspace.ts";
import { openDatabase, type Database } from "../../src/db/client.ts";
import { connect, withDatabase, type Client } from "../../src/db/connect.ts";
import { startEmbedded } from "../../src/db/embedded/embedded.ts";
import { migrate } from "../../src/db/migrate.ts";
import { createPartitions } from "../../src/db/partitions.ts";

export const WORKSPACE: Workspace = { timeZone: "UTC", currency: "USD", activationDays: 7, policies: DEFAULT_POLICIES };
export const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** The database server of the program, with the settings of the program: what is committed is on disk. */
export interface Ground {
  /** A migrated database, with the months before and after `now`. */
  open(name: string, now: Temporal.Instant): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

export interface BenchDatabase {
  readonly url: string;
  readonly db: Database;
  /** A connection outside of our pools, without their deadlines. */
  readonly bare: Client;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
}

export async function startGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), "bw-bench-"));
  const server = await startEmbedded({ dataDir: folder, log: SILENT, port: 0, purpose: "service" });
  const admin = connect(withDatabase(server.url, "postgres"), { max: 1 });
  return {
    async open(name, now) {
      await admin.unsafe(`create database ${name}`);
      const url = withDatabase(server.url, name);
      await migrate(url);
      const db = await openDatabase(url);
      await createPartitions({ db }).ensureStart(now);
      const bare = connect(url, { max: 1 });
      return {
        url,
        db,
        bare,
        async drop() {
          await db.close();
          await bare.end();
          await admin.unsafe(`drop database ${name} with (force)`);
        },
      };
    },
    async stop() {
      await admin.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export interface RunningServer {
  readonly pid: number;
  readonly port: string;
  readonly socketFolder: string;
}

/** The server that runs on the program's data folder. */
export async function runningServer(dataDir: string): Promise<RunningServer> {
  const lines = (await readFile(join(dataDir, "pgdata", "postmaster.pid"), "utf8")).split("\n");
  const [pid = "", , , port = "", socketFolder = ""] = lines;
  return { pid: Number(pid), port, socketFolder };
}
