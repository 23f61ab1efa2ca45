import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/db/connect.ts";
import type { Pool } from "../../src/db/client.ts";
import { createPool, type PoolOptions } from "../../src/db/pool.ts";
import { createEmptyDatabase } from "../support/database.ts";
import { startFaultProxy, type Fault } from "../support/fault-proxy.ts";

const UNAVAILABLE = { name: "Problem", code: "database_unavailable", status: 503, retryAfterSeconds: 5 };

function openPool(url: string, options: Partial<PoolOptions> = {}): Pool {
  const pool = createPool({
    url,
    name: "test",
    size: 3,
    statementTimeoutMs: 1_000,
    queueTimeoutMs: 10_000,
    ...options,
  });
  onTestFinished(() => pool.close());
  return pool;
}

async function answer(pool: Pool): Promise<number | undefined> {
  const [row] = await pool.run((sql) => sql<{ n: number }[]>`select 1 as n`);
  return row?.n;
}

/** How each of many calls at once ended: a code, or "answered". */
async function outcomes(pool: Pool, calls: number): Promise<string[]> {
  const settled = await Promise.allSettled([
    ...Array.from({ length: calls }, () => answer(pool)),
    ...Array.from({ length: calls }, () => pool.transaction((sql) => sql`select 1`)),
  ]);
  return settled.map((one) =>
    one.status === "fulfilled" ? "answered" : String((one.reason as { code: unknown }).code),
  );
}

test.for<Fault>(["silence", "swallow", "hang-up", "refuse"])(
  "%s: every call ends with database_unavailable, none hangs, and the pool answers when it is over",
  async (fault) => {
    const proxy = await startFaultProxy(await createEmptyDatabase());
    const pool = openPool(proxy.url);
    expect(new Set(await outcomes(pool, 20))).toEqual(new Set(["answered"]));
    await proxy.set(fault);
    if (fault === "hang-up") proxy.cut();
    const during = [...(await outcomes(pool, 20)), ...(await outcomes(pool, 20))];
    expect(new Set(during)).toEqual(new Set(["database_unavailable"]));
    await proxy.set("pass");
    expect(new Set(await outcomes(pool, 20))).toEqual(new Set(["answered"]));
  },
);

test("control: the driver alone still waits for an answer when the pool has long refused", async () => {
  const proxy = await startFaultProxy(await createEmptyDatabase());
  const [pool, driver] = [openPool(proxy.url), connect(proxy.url, { max: 1 })];
  await Promise.all([answer(pool), driver`select 1`]);
  await proxy.set("silence");
  let isDriverDone = false;
  const waiting = driver`select 1`.catch(() => {}).finally(() => (isDriverDone = true));
  await expect(answer(pool)).rejects.toMatchObject(UNAVAILABLE);
  expect(isDriverDone).toBe(false);
  await driver.end({ timeout: 0 });
  await waiting;
});

test("a silent connection takes its idle neighbours with it: fresh ones are made", async () => {
  const proxy = await startFaultProxy(await createEmptyDatabase());
  const pool = openPool(proxy.url);
  await Promise.all([1, 2, 3].map(() => pool.run((sql) => sql`select pg_sleep(0.05)`)));
  expect(proxy.connections()).toBe(3);
  await proxy.set("silence");
  await expect(answer(pool)).rejects.toMatchObject(UNAVAILABLE);
  await proxy.set("pass");
  await Promise.all([1, 2, 3].map(() => pool.run((sql) => sql`select pg_sleep(0.05)`)));
  expect(proxy.connections()).toBe(6);
});

test("a slow network is no silence", async () => {
  const proxy = await startFaultProxy(await createEmptyDatabase());
  const pool = openPool(proxy.url);
  proxy.delay(100);
  expect(await answer(pool)).toBe(1);
  const rows = await pool.transaction(async (sql) => {
    await sql`create temporary table t (n int)`;
    await sql`insert into t select generate_series(1, 1000)`;
    return await sql`select n from t`;
  });
  expect(rows).toHaveLength(1000);
});

test("work that is longer in all than the limit of one statement goes through", async () => {
  const pool = openPool(await createEmptyDatabase());
  const done = await pool.transaction(async (sql) => {
    for (let step = 0; step < 4; step += 1) await sql`select pg_sleep(0.4)`;
    return "done";
  });
  expect(done).toBe("done");
});

test("a statement over its time is refused by the server and keeps the connection", async () => {
  const proxy = await startFaultProxy(await createEmptyDatabase());
  const pool = openPool(proxy.url, { size: 1 });
  await expect(pool.run((sql) => sql`select pg_sleep(5)`)).rejects.toMatchObject({
    ...UNAVAILABLE,
    detail: "The database took too long.",
  });
  expect(await answer(pool)).toBe(1);
  expect(proxy.connections()).toBe(1);
});

test("who waits for a connection too long is refused, and the others are not disturbed", async () => {
  const pool = openPool(await createEmptyDatabase(), { size: 1, statementTimeoutMs: 2_000, queueTimeoutMs: 100 });
  const slow = pool.run((sql) => sql`select pg_sleep(0.5), 1 as n`);
  await expect(answer(pool)).rejects.toMatchObject({ ...UNAVAILABLE, detail: "The database is too busy." });
  expect(await slow).toMatchObject([{ n: 1 }]);
});

test("a backend that was killed is a refusal once, and the next call has a new one", async () => {
  const url = await createEmptyDatabase();
  const pool = openPool(url, { size: 1 });
  const admin = connect(url, { max: 1 });
  onTestFinished(() => admin.end());
  const killed = pool.run(async (sql) => {
    const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const waiting = sql`select pg_sleep(5)`.execute();
    // Whichever hears of the end first: a refusal that nobody waits for yet would end the whole run.
    await Promise.all([waiting, admin`select pg_terminate_backend(${backend?.pid ?? 0})`]);
  });
  await expect(killed).rejects.toMatchObject(UNAVAILABLE);
  expect(await answer(pool)).toBe(1);
});

test("a server that takes no writes is left for another, perhaps the one that took its place", async () => {
  const pool = openPool(await createEmptyDatabase(), { size: 1 });
  const backend = async () => (await pool.run((sql) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`))[0]?.pid;
  const before = await backend();
  const write = pool.transaction(async (sql) => {
    await sql`set transaction read only`;
    await sql`create table refused ()`;
  });
  await expect(write).rejects.toMatchObject(UNAVAILABLE);
  expect(await backend()).not.toBe(before);
});

test("a transaction whose connection was lost never goes on outside of it", async () => {
  const url = await createEmptyDatabase();
  const pool = openPool(url, { size: 1 });
  const admin = connect(url, { max: 1 });
  onTestFinished(() => admin.end());
  await admin`create table t (n int)`;
  const torn = pool.transaction(async (sql) => {
    await sql`insert into t values (1)`;
    const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await admin`select pg_terminate_backend(${backend?.pid ?? 0}, 5000)`;
    for (let value = 2; ; value += 1) {
      await sql`insert into t values (${value})`.catch(() => {});
      if (value > 10) await sql`insert into t values (${value})`;
    }
  });
  await expect(torn).rejects.toMatchObject(UNAVAILABLE);
  expect(await admin`select n from t`).toEqual([]);
  expect(await answer(pool)).toBe(1);
});

test("a transaction sees what was committed after it began, whatever the server's default is", async () => {
  const url = await createEmptyDatabase();
  const setUp = connect(url, { max: 1 });
  await setUp.unsafe(
    `alter database ${new URL(url).pathname.slice(1)} set default_transaction_isolation = 'serializable'`,
  );
  await setUp.end();
  const pool = openPool(url);
  const level = await pool.transaction(async (sql) => [...(await sql`show transaction_isolation`)]);
  expect(level).toEqual([{ transaction_isolation: "read committed" }]);
});

test("statements sent together in a transaction are lost together", async () => {
  const url = await createEmptyDatabase();
  const admin = connect(url, { max: 1 });
  onTestFinished(() => admin.end());
  await admin`create table t (n int)`;
  const proxy = await startFaultProxy(url);
  const pool = openPool(proxy.url, { size: 1 });
  const values = Array.from({ length: 300 }, (_, index) => index);
  const torn = pool.transaction(async (sql) => {
    await sql`select 1`;
    const all = values.map((value) => sql`insert into t values (${value})`.execute());
    void Promise.allSettled(all);
    await all[0];
    proxy.cut();
    await Promise.all(all);
  });
  await expect(torn).rejects.toMatchObject(UNAVAILABLE);
  await sleep(200);
  expect(await admin`select n from t`).toEqual([]);
  expect(await answer(pool)).toBe(1);
});

test("errors of the data are passed on with their SQLSTATE, and the transaction is rolled back", async () => {
  const pool = openPool(await createEmptyDatabase(), { size: 1 });
  await pool.run((sql) => sql`create table t (n int unique)`);
  await expect(pool.run((sql) => sql`select 1 / 0`)).rejects.toMatchObject({ name: "PostgresError", code: "22012" });
  const twice = pool.transaction(async (sql) => {
    await sql`insert into t values (1)`;
    await sql`insert into t values (1)`;
  });
  await expect(twice).rejects.toMatchObject({ name: "PostgresError", code: "23505" });
  expect(await pool.run((sql) => sql`select n from t`)).toEqual([]);
});

test("a transaction with a failed statement that nobody looked at is no success", async () => {
  const pool = openPool(await createEmptyDatabase(), { size: 1 });
  await pool.run((sql) => sql`create table t (n int)`);
  const careless = pool.transaction(async (sql) => {
    await sql`insert into t values (1)`;
    await sql`select 1 / 0`.catch(() => {});
  });
  await expect(careless).rejects.toThrow("rolled back");
  expect(await pool.run((sql) => sql`select n from t`)).toEqual([]);
});

test("a statement that comes after the end of its transaction is refused", async () => {
  const pool = openPool(await createEmptyDatabase(), { size: 1 });
  const kept = await pool.transaction(async (sql) => ({ sql }));
  expect(() => kept.sql`select 1`).toThrow("after the end of its transaction");
});

test("what is thrown inside a transaction by our own code rolls it back and comes out as it was", async () => {
  const pool = openPool(await createEmptyDatabase(), { size: 1 });
  await pool.run((sql) => sql`create table t (n int)`);
  const thrown = new Error("of ours");
  const failing = pool.transaction(async (sql) => {
    await sql`insert into t values (1)`;
    throw thrown;
  });
  await expect(failing).rejects.toBe(thrown);
  expect(await pool.run((sql) => sql`select n from t`)).toEqual([]);
});

test("a closed pool lets its work finish and refuses what comes later", async () => {
  const pool = openPool(await createEmptyDatabase());
  const running = pool.run((sql) => sql<{ n: number }[]>`select pg_sleep(0.2), 1 as n`);
  const closing = pool.close();
  await expect(answer(pool)).rejects.toMatchObject(UNAVAILABLE);
  expect(await running).toMatchObject([{ n: 1 }]);
  await closing;
});
