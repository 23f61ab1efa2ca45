import { randomBytes } from "node:crypto";
import { inject, onTestFinished } from "vitest";
import { openDatabase, type Database } from "../../src/db/client.ts";
import { connect, withDatabase } from "../../src/db/connect.ts";

export interface TestDatabase extends Database {
  readonly url: string;
}

/** A migrated database of the test's own, dropped when the test is over. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = await createDatabase("bellwether_template");
  const database = await openDatabase(url, { allowFsyncOff: true });
  onTestFinished(() => database.close());
  return { ...database, url };
}

/** The address of an empty database of the test's own, dropped when the test is over. */
export async function createEmptyDatabase(): Promise<string> {
  return await createDatabase("template0");
}

async function createDatabase(template: string): Promise<string> {
  const serverUrl = inject("databaseServerUrl");
  const name = `t_${randomBytes(6).toString("hex")}`;
  await administer(serverUrl, `create database ${name} template ${template}`);
  onTestFinished(() => administer(serverUrl, `drop database if exists ${name} with (force)`));
  return withDatabase(serverUrl, name);
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const admin = connect(serverUrl, { max: 1 });
  await admin.unsafe(statement);
  await admin.end();
}
