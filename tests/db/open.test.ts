import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openDatabase } from "../../src/db/client.ts";
import { connect, withDatabase } from "../../src/db/connect.ts";
import { createEmptyDatabase } from "../support/database.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { startOwnServer } from "../support/server.ts";
import { listeningLog } from "../support/silent.ts";

vi.setConfig({ testTimeout: 60_000 });

const TEST = { allowFsyncOff: true };

test("a server with fsync off is refused, because a crash could destroy all of it", async () => {
  const { url } = await startOwnServer({ settings: { fsync: "off" } });
  await expect(openDatabase(url)).rejects.toMatchObject({
    name: "Problem",
    code: "database_unsafe",
    next: "Set fsync = on in postgresql.conf and reload the server.",
  });
  const db = await openDatabase(url, TEST);
  await db.close();
});

test("a server with synchronous_commit off is warned about, one with both on is not", async () => {
  const { url } = await startOwnServer();
  const log = listeningLog();
  const quiet = await openDatabase(url, { log });
  expect(log.said).toEqual([]);
  await quiet.work.run((sql) => sql`alter database bellwether set synchronous_commit = off`);
  await quiet.close();
  const db = await openDatabase(url, { log });
  await db.close();
  expect(log.said).toEqual([
    "synchronous_commit is off: a crash of the database may lose the last acknowledged events",
  ]);
});

test("a server whose connections are all taken is told as that, and not as one that is away", async () => {
  const { url } = await startOwnServer();
  const admin = connect(url, { max: 1 });
  await admin`create role someone login connection limit 0`;
  await admin.end();
  await expect(openDatabase(url.replace("bellwether@", "someone@"))).rejects.toMatchObject({
    name: "Problem",
    code: "database_full",
    detail: expect.stringMatching(/has no connection left: too many connections\.$/) as string,
    next: expect.stringContaining("max_connections") as string,
  });
});

test("a database that is not there is named", async () => {
  const url = withDatabase(await createEmptyDatabase(), "no_such");
  await expect(openDatabase(url, TEST)).rejects.toMatchObject({
    name: "Problem",
    code: "database_missing",
    detail: expect.stringMatching(/^There is no database no_such at /) as string,
  });
});

test("a server that is not there is named, without the password", async () => {
  const opening = openDatabase("postgres://someone:secret@127.0.0.1:1/metrics", TEST);
  await expect(opening).rejects.toMatchObject({
    name: "Problem",
    code: "database_unreachable",
    detail: "No PostgreSQL answers at 127.0.0.1:1 (ECONNREFUSED).",
  });
});

test("a server that takes the connection and says nothing is given up", async () => {
  const proxy = await startFaultProxy(await createEmptyDatabase());
  await proxy.set("silence");
  await expect(openDatabase(proxy.url, TEST)).rejects.toMatchObject({ name: "Problem", code: "database_unreachable" });
});

test("a wrong password is a sentence that does not repeat it, and the right one opens", async () => {
  const server = await startOwnServer();
  const admin = connect(server.url, { max: 1 });
  await admin`create role someone login password 'right'`;
  const rules = join(server.dataDir, "pgdata", "pg_hba.conf");
  writeFileSync(rules, `local all someone scram-sha-256\n${readFileSync(rules, "utf8")}`);
  await admin`select pg_reload_conf()`;
  await admin.end();
  const address = (password: string) => server.url.replace("bellwether@", `someone:${password}@`);
  await expect
    .poll(() =>
      openDatabase(address("wr%40ng")).then(
        (db) => db.close(),
        (thrown: unknown) => thrown,
      ),
    )
    .toMatchObject({
      code: "database_refused",
      detail: expect.stringMatching(/refuses the user someone or the password\.$/) as string,
    });
  const db = await openDatabase(address("right"));
  onTestFinished(() => db.close());
  expect(await db.read.run((sql) => sql`select current_user::text as name`)).toEqual([{ name: "someone" }]);
});
