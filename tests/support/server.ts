import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Log } from "../../src/core/log.ts";
import { startEmbedded, type Embedded } from "../../src/db/embedded/embedded.ts";
import { findPostmaster, stopPostmaster } from "../../src/db/embedded/postmaster.ts";
import { SILENT } from "./silent.ts";

/** What one run of the tests needs of its server: many connections, and no waiting for the disk. */
export const RUN_SETTINGS = { fsync: "off", max_connections: "300" };

/** An empty folder of the test's own, removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "bw-own-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface OwnServer extends Embedded {
  readonly dataDir: string;
}

/** A whole server of the test's own, for those that kill it, fill its disk or stop its processes. */
export async function startOwnServer(
  options: { readonly dataDir?: string; readonly settings?: Record<string, string>; readonly log?: Log } = {},
): Promise<OwnServer> {
  const { dataDir = temporaryFolder(), settings = {}, log = SILENT } = options;
  const server = await startEmbedded({ dataDir, log, port: 0, purpose: "service", settings });
  onTestFinished(() => server.stop());
  return { ...server, dataDir };
}

/** The process that the folder's server says it is; undefined when none runs. */
export function postmasterPid(dataDir: string): number | undefined {
  try {
    return Number(readFileSync(join(dataDir, "pgdata", "postmaster.pid"), "utf8").split("\n")[0]);
  } catch {
    return undefined;
  }
}

/** Ends the folder's server when a test has left one. */
export async function endPostmaster(dataDir: string): Promise<void> {
  const running = await findPostmaster(dataDir);
  if (running !== undefined) await stopPostmaster(running, 1_000);
}
