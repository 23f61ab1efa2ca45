import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, Sql, TransactionSql } from "./client.ts";
import type { Connection } from "./connection.ts";
import { databaseUnavailable, endsConnection, isUnreachable, storageFull, toProblem } from "./failures.ts";
import { createSeats } from "./seats.ts";
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

const CLOSE_MS = 5_000;

/**
 * One client of postgres.js a connection, because its own pool never times out, sends one caller's
 * statements behind another's slow ones, and ends the process when a transaction goes on after its
 * connection was lost.
 */
export function createPool(options: PoolOptions): Pool {
  const { queueTimeoutMs, isStorageFull = async () => false } = options;
  const seats = createSeats({ ...options, onSilence: () => turns.refuseWaiting(databaseUnavailable()) });
  const turns = createTurns({
    seats: seats.all,
    waitMs: queueTimeoutMs,
    tooLate: () => databaseUnavailable("The database is too busy."),
  });
  const running = new Set<Promise<unknown>>();
  let isClosed = false;

  async function occupy<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const seat = await turns.take();
    seats.occupy(seat);
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
      await seats.close(databaseUnavailable("Bellwether is shutting down."));
    },
  };
}

async function inTransaction<T>(connection: Connection, statements: (sql: TransactionSql) => Promise<T>): Promise<T> {
  await connection.client`begin isolation level read committed`;
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
