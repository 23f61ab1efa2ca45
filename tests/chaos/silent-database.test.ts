import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase, type Database } from "../../src/db/client.ts";
import { codeOf } from "../../src/db/failures.ts";
import { connect } from "../../src/db/connect.ts";
import { createEmptyDatabase } from "../support/database.ts";
import { startFaultProxy, type Fault } from "../support/fault-proxy.ts";
import { startOwnServer } from "../support/server.ts";

const CALLS_A_SECOND = 200;

interface Call {
  readonly startedAt: number;
  readonly tookMs: number;
  readonly code: string;
}

/** Asks 200 times a second while `disturb` runs, and waits until every call has ended. */
async function askThrough(db: Database, disturb: () => Promise<void>): Promise<Call[]> {
  const calls: Promise<Call>[] = [];
  const ask = async (): Promise<Call> => {
    const startedAt = performance.now();
    const code = await db.intake.run((sql) => sql`select 1`).then(() => "answered", codeOf);
    return { startedAt, tookMs: performance.now() - startedAt, code };
  };
  const timer = setInterval(() => calls.push(ask()), 1_000 / CALLS_A_SECOND);
  await disturb();
  clearInterval(timer);
  return await Promise.all(calls);
}

function figuresOf(calls: readonly Call[], from: number, to: number) {
  const during = calls.filter((call) => call.startedAt >= from && call.startedAt < to);
  const after = calls.filter((call) => call.startedAt >= to);
  const firstAnswer = after.find((call) => call.code === "answered");
  return {
    calls: calls.length,
    codes: [...new Set(calls.map((call) => call.code))].toSorted(),
    answeredWhileAway: during.filter((call) => call.code === "answered" && call.startedAt + call.tookMs < to).length,
    slowestMs: Math.round(Math.max(...calls.map((call) => call.tookMs))),
    backAfterMs: firstAnswer === undefined ? null : Math.round(firstAnswer.startedAt + firstAnswer.tookMs - to),
    lastAnswered: calls.at(-1)?.code === "answered",
  };
}

test.for<Fault>(["silence", "swallow", "hang-up", "refuse"])(
  "10 s of %s under load: each call ends within 4 s, and answers are back within 5 s",
  async (fault) => {
    const proxy = await startFaultProxy(await createEmptyDatabase());
    const db = await openDatabase(proxy.url, { allowFsyncOff: true });
    onTestFinished(() => db.close());
    let [from, to] = [0, 0];
    const memoryBefore = process.memoryUsage().rss;
    const calls = await askThrough(db, async () => {
      await sleep(1_000);
      await proxy.set(fault);
      if (fault === "hang-up") proxy.cut();
      from = performance.now();
      await sleep(10_000);
      await proxy.set("pass");
      to = performance.now();
      await sleep(6_000);
    });
    const grownMb = Math.round((process.memoryUsage().rss - memoryBefore) / 1e6);
    const figures = { ...figuresOf(calls, from, to), grownMb };
    console.log(JSON.stringify({ promise: "G5", fault, ...figures }));
    expect(figures.codes).toEqual(["answered", "database_unavailable"]);
    expect(figures.answeredWhileAway).toBe(0);
    expect(figures.slowestMs).toBeLessThan(4_000);
    expect(figures.backAfterMs ?? Infinity).toBeLessThan(5_000);
    expect(figures.lastAnswered).toBe(true);
    expect(figures.grownMb).toBeLessThan(50);
  },
);

test("answers that are 2 s late are answers", async () => {
  const proxy = await startFaultProxy(await createEmptyDatabase());
  const db = await openDatabase(proxy.url, { allowFsyncOff: true });
  onTestFinished(() => db.close());
  await db.intake.run((sql) => sql`select 1`);
  proxy.delay(2_000);
  expect(await db.intake.run((sql) => sql`select 1 as n`)).toEqual([{ n: 1 }]);
});

test("backends that are stopped for 10 s are replaced, and the others go on", async () => {
  const { url } = await startOwnServer();
  const db = await openDatabase(url);
  const admin = connect(url, { max: 1 });
  onTestFinished(async () => {
    await db.close();
    await admin.end();
  });
  let stopped: number[] = [];
  let [from, to] = [0, 0];
  const calls = await askThrough(db, async () => {
    await sleep(1_000);
    const rows = await admin<{ pid: number }[]>`
      select pid from pg_stat_activity where application_name = 'bellwether intake'`;
    stopped = rows.map((row) => row.pid);
    for (const pid of stopped) process.kill(pid, "SIGSTOP");
    from = performance.now();
    await sleep(10_000);
    for (const pid of stopped) process.kill(pid, "SIGCONT");
    to = performance.now();
    await sleep(1_000);
  });
  const figures = figuresOf(calls, from, to);
  console.log(JSON.stringify({ promise: "G5", fault: "SIGSTOP of backends", stopped: stopped.length, ...figures }));
  expect(stopped.length).toBeGreaterThan(0);
  expect(figures.answeredWhileAway).toBeGreaterThan(0);
  expect(figures.slowestMs).toBeLessThan(4_000);
  expect(figures.lastAnswered).toBe(true);
});
