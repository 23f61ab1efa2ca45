import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, Sql, TransactionSql } from "./client.ts";
import { openConnection, type Connection } from "./connection.ts";
import { databaseUnavailable, endsConnection, isUnreachable, storageFull, toProblem } from "./failures.ts";
import { createTurns } from "./turns.ts";

export interface PoolOptions {
  readonly url: string;
  readonly name: string;
  /** How many connections. */
  readonly size: number;
  /** After this long the server itself ends a statement. */
  readonly statementTimeoutMs: number;
  /** How long somebody waits for a connection while all are in use. */
  readonly queueTimeoutMs: number;
  /** Asked when the server is away: with a full disk it ends itself. */
  readonly isStorageFull?: () => Promise<boolean>;
}

/** A server that has said nothing this long after it should have ended the statement is gone. */
const GRACE_MS = 300;
/** Silence is counted in ticks of our own event loop, so that a busy or suspended process blames nobody else. */
const TICK_MS = 50;
/** Backends keep what they have learnt about every table; after this long they are exchanged. */
const LIFETIME_MS = 45 * 60_000;
const CLOSE_MS = 5_000;

interface Seat {
  connection: Connection;
  openedAt: number;
  /** Refuses whoever uses the connection now; undefined while nobody does. */
  refuse: ((reason: Error) => void) | undefined;
  heard: number;
  silentTicks: number;
}

/**
 * One client of postgres.js a connection, because its own pool never times out, sends one caller's
 * statements behind another's slow ones, and ends the process when a transaction goes on after its
 * connection was lost.
 */
export function createPool(options: PoolOptions): Pool {
  const { url, name, size, statementTimeoutMs, queueTimeoutMs, isStorageFull = async () => false } = options;
  const patience = Math.ceil((statementTimeoutMs + GRACE_MS) / TICK_MS);
  let opened = 0;
  const open = () => openConnection({ url, applicationName: name, statementTimeoutMs, hostIndex: opened++ });
  const seats = Array.from({ length: size }, (): Seat => {
    return { connection: open(), openedAt: performance.now(), refuse: undefined, heard: 0, silentTicks: 0 };
  });
  const turns = createTurns({
    seats,
    waitMs: queueTimeoutMs,
    tooLate: () => databaseUnavailable("The database is too busy."),
  });
  const running = new Set<Promise<unknown>>();
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  function renew(seat: Seat): void {
    seat.connection.destroy();
    seat.connection = open();
    seat.openedAt = performance.now();
  }

  /** What is idle has most likely died with the silent one, and what waits would wait in vain. */
  function replaceSilent(silent: Seat): void {
    silent.refuse?.(databaseUnavailable());
    for (const seat of seats) if (seat === silent || seat.refuse === undefined) renew(seat);
    turns.refuseWaiting(databaseUnavailable());
  }

  function tick(): void {
    const used = seats.filter((seat) => seat.refuse !== undefined);
    for (const seat of used) {
      const heard = seat.connection.bytesHeard();
      seat.silentTicks = heard === seat.heard ? seat.silentTicks + 1 : 0;
      seat.heard = heard;
      if (seat.silentTicks > patience) replaceSilent(seat);
    }
    if (used.length > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  async function occupy<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const seat = await turns.take();
    if (seat.connection.isDestroyed() || performance.now() - seat.openedAt > LIFETIME_MS) renew(seat);
    seat.silentTicks = 0;
    timer ??= setInterval(tick, TICK_MS);
    try {
      return await new Promise<T>((resolve, reject) => {
        seat.refuse = reject;
        work(seat.connection).then(resolve, reject);
      });
    } catch (thrown) {
      if (endsConnection(thrown)) seat.connection.destroy();
      if (isUnreachable(thrown)) turns.refuseWaiting(databaseUnavailable());
      const problem = toProblem(thrown);
      throw problem !== thrown && (await isStorageFull()) ? storageFull(thrown) : problem;
    } finally {
      seat.refuse = undefined;
      turns.giveBack(seat);
    }
  }

  async function use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    if (isClosed) throw databaseUnavailable("Bellwether is shutting down.");
    const done = occupy(work);
    running.add(done);
    try {
      return await done;
    } finally {
      running.delete(done);
    }
  }

  return {
    run: (statements) => use(async (connection) => await statements(connection.client)),
    transaction: (statements) => use((connection) => inTransaction(connection, statements)),
    async close() {
      isClosed = true;
      turns.refuseWaiting(databaseUnavailable("Bellwether is shutting down."));
      await Promise.race([Promise.allSettled(running), sleep(CLOSE_MS, undefined, { ref: false })]);
      for (const seat of seats) seat.refuse?.(databaseUnavailable("Bellwether is shutting down."));
      await Promise.all(seats.map((seat) => seat.connection.close()));
      clearInterval(timer);
    },
  };
}

async function inTransaction<T>(connection: Connection, statements: (sql: TransactionSql) => Promise<T>): Promise<T> {
  await connection.client`begin`;
  const held = connection.hold();
  const { sql } = held;
  try {
    const result = await statements(sql);
    const { command } = await sql`commit`;
    if (command !== "COMMIT") throw new Error("a statement failed inside the transaction, so it was rolled back");
    return result;
  } catch (thrown) {
    // When this fails too, the connection is gone, and the transaction with it.
    await rollBack(sql).catch(() => connection.destroy());
    throw thrown;
  } finally {
    held.release();
  }
}

async function rollBack(sql: Sql): Promise<void> {
  await sql`rollback`;
}
