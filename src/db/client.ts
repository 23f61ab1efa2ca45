import type postgres from "postgres";
import { connect } from "./connect.ts";

export type Sql = postgres.Sql;
export type TransactionSql = postgres.TransactionSql;

/** Connections that share a purpose, a size and a time limit. */
export interface Pool {
  /** Runs statements outside a transaction. */
  run<T>(statements: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs statements in one READ COMMITTED transaction. */
  transaction<T>(statements: (sql: TransactionSql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Three pools, so that a slow query never holds up the intake. */
export interface Database {
  /** Writes of the intake: short deadline. */
  readonly intake: Pool;
  /** Queries for people and programs: 5 s at most. */
  readonly read: Pool;
  /** Rollups and other work nobody waits for. */
  readonly work: Pool;
  close(): Promise<void>;
}

interface PoolOptions {
  readonly url: string;
  readonly max: number;
  readonly statementTimeoutMs: number;
}

function createPool({ url, ...settings }: PoolOptions): Pool {
  const sql = connect(url, settings);
  return {
    run: (statements) => statements(sql),
    transaction: (statements) => sql.begin(statements) as never,
    close: () => sql.end({ timeout: 5 }),
  };
}

export function openDatabase(url: string): Database {
  const intake = createPool({ url, max: 4, statementTimeoutMs: 2_500 });
  const read = createPool({ url, max: 4, statementTimeoutMs: 5_000 });
  const work = createPool({ url, max: 3, statementTimeoutMs: 120_000 });
  return {
    intake,
    read,
    work,
    async close() {
      await Promise.all([intake.close(), read.close(), work.close()]);
    },
  };
}
