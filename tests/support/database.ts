import { randomBytes } from "node:crypto";
import { inject, onTestFinished } from "vitest";
import { openDatabase, type Database } from "../../src/db/client.ts";
import { connect } from "../../src/db/connect.ts";

export interface TestDatabase extends Database {
  readonly url: string;
}

/** A migrated database of the test's own, dropped when the test is over. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject("databaseServerUrl");
  const name = `t_${randomBytes(6).toString("hex")}`;
  const admin = connect(serverUrl, { max: 1 });
  await admin.unsafe(`create database ${name} template bellwether_template`);
  const url = serverUrl.replace("/postgres?", `/${name}?`);
  const database = openDatabase(url);
  onTestFinished(async () => {
    await database.close();
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  });
  return { ...database, url };
}
