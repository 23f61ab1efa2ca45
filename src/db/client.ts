import type { ISql } from "postgres";
import type { Log } from "../core/log.ts";
import { createCopyOut, type CopyOut } from "./copy-out.ts";
import { createPool } from "./pool.ts";
import { inspectServer } from "./server-check.ts";
import { isFull } from "./storage.ts";

/** What statements are written with. No cursors: a connection that says nothing for too long is given up. */
export type Sql = ISql;
export type TransactionSql = Sql;

/**
 * Connections that share a purpose, a size and a time limit. Every call ends: what the database does
 * not answer in time is a Problem `database_unavailable`, a full disk is `storage_full`; errors of the
 * data are passed on as PostgreSQL's own, with their SQLSTATE in `code`.
 */
export interface Pool {
  /** Runs statements outside a transaction, all on one connection. */
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
  /** Whole tables, for exports: besides the pools, because they take as long as their reader. */
  readonly copyOut: CopyOut;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly log?: Log;
  /** For tests, whose data may be lost in a power cut. */
  readonly allowFsyncOff?: boolean;
  /** A folder on the disk of the server, when that is this machine's: tells a full disk from a server that is away. */
  readonly storageFolder?: string;
}

/** Throws a Problem with a sentence when the server cannot be reached, is too old or would lose data. */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  await inspectServer(url, options);
  const { storageFolder } = options;
  const shared = { url, isStorageFull: async () => storageFolder !== undefined && (await isFull(storageFolder)) };
  const intake = createPool({
    ...shared,
    name: "bellwether intake",
    size: 4,
    statementTimeoutMs: 2_500,
    queueTimeoutMs: 2_500,
  });
  const read = createPool({
    ...shared,
    name: "bellwether read",
    size: 4,
    statementTimeoutMs: 5_000,
    queueTimeoutMs: 5_000,
  });
  const work = createPool({
    ...shared,
    name: "bellwether work",
    size: 3,
    statementTimeoutMs: 120_000,
    queueTimeoutMs: 120_000,
  });
  const copyOut = createCopyOut({ url });
  return {
    intake,
    read,
    work,
    copyOut,
    async close() {
      copyOut.close();
      await Promise.all([intake.close(), read.close(), work.close()]);
    },
  };
}
