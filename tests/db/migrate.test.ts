import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connect, type Client } from "../../src/db/connect.ts";
import { migrate } from "../../src/db/migrate.ts";
import { runScript } from "../support/child.ts";
import { createEmptyDatabase } from "../support/database.ts";
import { migrationsFolder } from "../support/migrations.ts";
import { temporaryFolder } from "../support/server.ts";

const SCRIPT = join(import.meta.dirname, "scripts", "migrate.ts");
/** A lock at which a migration waits until the test lets it go on. */
const GATE = 424_242;

function shippedTags(): string[] {
  const files = readdirSync("drizzle").filter((name) => name.endsWith(".sql"));
  return files.map((name) => name.slice(0, -4)).toSorted();
}

async function emptyDatabase(): Promise<{ url: string; admin: Client }> {
  const url = await createEmptyDatabase();
  const admin = connect(url, { max: 1 });
  onTestFinished(() => admin.end());
  return { url, admin };
}

async function tablesOf(admin: Client): Promise<string[]> {
  const rows = await admin<{ name: string }[]>`
    select relname as name from pg_class
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by relname collate "C"`;
  return rows.map((row) => row.name);
}

async function waitingAtGate(admin: Client): Promise<number> {
  const rows = await admin`
    select from pg_locks
    where locktype = 'advisory' and objid = ${GATE}::int::oid and not granted
      and database = (select oid from pg_database where datname = current_database())`;
  return rows.length;
}

async function sessionsBesides(admin: Client): Promise<number> {
  const rows = await admin`
    select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  return rows.length;
}

test("the shipped migrations run once and are then known", async () => {
  const { url, admin } = await emptyDatabase();
  expect(await migrate(url)).toEqual(shippedTags());
  expect(await migrate(url)).toEqual([]);
  expect(await tablesOf(admin)).toContain("usage_logs");
});

test("four processes that start at once run them once", async () => {
  const { url, admin } = await emptyDatabase();
  const children = [1, 2, 3, 4].map(() => runScript(SCRIPT, [url]));
  const ended = await Promise.all(children.map((child) => child.ended));
  expect(ended.map((end) => end.exitCode)).toEqual([0, 0, 0, 0]);
  expect(ended.filter((end) => end.output.includes("0000_first"))).toHaveLength(1);
  expect(await admin`select tag from schema_migrations`).toHaveLength(shippedTags().length);
});

test("of many callers at once only one reaches the migration, and all succeed", async () => {
  const { url, admin } = await emptyDatabase();
  const folder = migrationsFolder({
    "0000_gate": `select pg_advisory_xact_lock_shared(${GATE}); create table once (n int)`,
  });
  await migrate(url, { folder: migrationsFolder({}) });
  await admin`select pg_advisory_lock(${GATE})`;
  const callers = Promise.all([1, 2, 3, 4].map(() => migrate(url, { folder })));
  await expect.poll(() => sessionsBesides(admin)).toBe(4);
  await expect.poll(() => waitingAtGate(admin)).toBe(1);
  await admin`select pg_advisory_unlock(${GATE})`;
  expect((await callers).flat()).toEqual(["0000_gate"]);
});

test("control: without a common lock all reach the migration, and all but one fail", async () => {
  const { url, admin } = await emptyDatabase();
  const folder = migrationsFolder({
    "0000_gate": `select pg_advisory_xact_lock_shared(${GATE}); create table once (n int)`,
  });
  await migrate(url, { folder: migrationsFolder({}) });
  await admin`select pg_advisory_lock(${GATE})`;
  const callers = Promise.allSettled([1, 2, 3, 4].map((own) => migrate(url, { folder, lock: [7, own] })));
  await expect.poll(() => waitingAtGate(admin)).toBe(4);
  await admin`select pg_advisory_unlock(${GATE})`;
  expect((await callers).filter((caller) => caller.status === "rejected")).toHaveLength(3);
});

test("a process killed in mid-migration leaves nothing half done, and the next start finishes", async () => {
  const { url, admin } = await emptyDatabase();
  const folder = migrationsFolder({
    "0000_done": "create table done (n int)",
    "0001_gate": `create table half (n int);
--> statement-breakpoint
select pg_advisory_xact_lock(${GATE});
--> statement-breakpoint
create table whole (n int);`,
  });
  await admin`select pg_advisory_lock(${GATE})`;
  const child = runScript(SCRIPT, [url, folder]);
  await expect.poll(() => waitingAtGate(admin), { timeout: 20_000 }).toBe(1);
  child.process.kill("SIGKILL");
  await child.ended;
  await expect.poll(() => sessionsBesides(admin), { timeout: 10_000 }).toBe(0);
  expect(await tablesOf(admin)).toEqual(["done", "schema_migrations"]);
  await admin`select pg_advisory_unlock(${GATE})`;
  expect(await migrate(url, { folder })).toEqual(["0001_gate"]);
  expect(await tablesOf(admin)).toEqual(["done", "half", "schema_migrations", "whole"]);
});

test("a migration that fails leaves nothing, and says what PostgreSQL said", async () => {
  const { url, admin } = await emptyDatabase();
  const folder = migrationsFolder({ "0000_bad": "create table half (n int); create table half (n int)" });
  await expect(migrate(url, { folder })).rejects.toMatchObject({ code: "42P07" });
  expect(await tablesOf(admin)).toEqual(["schema_migrations"]);
});

test("a migration that was edited after it ran is refused with a sentence", async () => {
  const { url } = await emptyDatabase();
  const folder = temporaryFolder();
  cpSync("drizzle", folder, { recursive: true });
  await migrate(url, { folder });
  const file = join(folder, "0000_first.sql");
  const shipped = readFileSync(file, "utf8");
  writeFileSync(file, `${shipped}\n-- a remark`);
  await expect(migrate(url, { folder })).rejects.toMatchObject({
    name: "Problem",
    code: "migration_changed",
    detail: "The migration 0000_first is not the one that this database was made with.",
  });
  writeFileSync(file, shipped.replaceAll("\n", "\r\n"));
  expect(await migrate(url, { folder })).toEqual([]);
});

test("an old program refuses the schema of a newer one", async () => {
  const { url } = await emptyDatabase();
  const old = { "0000_first": "create table first (n int)" };
  await migrate(url, { folder: migrationsFolder({ ...old, "0001_second": "create table second (n int)" }) });
  await expect(migrate(url, { folder: migrationsFolder(old) })).rejects.toMatchObject({
    name: "Problem",
    code: "schema_newer",
    detail: "The database was written by a newer Bellwether: it holds the migration 0001_second.",
  });
});
