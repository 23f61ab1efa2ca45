import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { connect, withDatabase } from "../../src/db/connect.ts";
import { startEmbedded } from "../../src/db/embedded/embedded.ts";
import { migrate } from "../../src/db/migrate.ts";
import { RUN_SETTINGS } from "./server.ts";
import { SILENT } from "./silent.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseServerUrl: string;
  }
}

/** One server a run, with a migrated template; a superuser's TEST_DATABASE_URL names another than our own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env["TEST_DATABASE_URL"];
  const { url, stop } = named === undefined || named === "" ? await ownServer() : { url: named, stop: async () => {} };
  const serverUrl = withDatabase(url, "postgres");
  const admin = connect(serverUrl, { max: 1 });
  await admin.unsafe("drop database if exists bellwether_template with (force)");
  await admin.unsafe("create database bellwether_template template template0 encoding 'UTF8'");
  await admin.end();
  await migrate(withDatabase(url, "bellwether_template"));
  project.provide("databaseServerUrl", serverUrl);
  return stop;
}

async function ownServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "bw-run-"));
  const server = await startEmbedded({
    dataDir: folder,
    log: SILENT,
    port: 0,
    purpose: "service",
    settings: RUN_SETTINGS,
  });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
