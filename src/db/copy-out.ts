import type { Readable } from "node:stream";
import { Problem } from "../core/problem.ts";
import { openConnection, type Connection } from "./connection.ts";
import { databaseUnavailable, toProblem } from "./failures.ts";

/** Text that the database sends bit by bit, and no faster than it is taken. */
export interface CopiedText {
  /** The next bytes, null at the end. Rejects when the rest cannot be had. */
  next(): Promise<Buffer | null>;
  /** Ends the query. Harmless after the end. */
  close(): void;
}

/** Lets any number of rows out, with as little memory as a few. */
export interface CopyOut {
  /**
   * Runs `copy (…) to stdout …` on a connection of its own and resolves when the first bytes are there, so that a query
   * that fails does so here. Throws `Problem` `too_many_exports` (503) while all connections for it are in use, or those that
   * one `reader` may have.
   */
  open(statement: string, reader?: string): Promise<CopiedText>;
  /** Cuts off what is still being read. */
  close(): void;
}

export interface CopyOutLimits {
  readonly atOnce: number;
  /** Of these, so that nobody holds them all. */
  readonly ofOneReader: number;
  /** How long the database may take to answer at all. */
  readonly connectMs: number;
  /** How long it may say nothing in the midst of a query. */
  readonly silenceMs: number;
  /** How long the reader may leave what was sent untouched. */
  readonly stuckMs: number;
  /** After having waited so long for the reader in all, ... */
  readonly slowAfterMs: number;
  /** ... this many bytes a second must have been taken. */
  readonly slowest: number;
}

const LIMITS: CopyOutLimits = {
  atOnce: 4,
  ofOneReader: 2,
  connectMs: 5_000,
  silenceMs: 120_000,
  stuckMs: 60_000,
  slowAfterMs: 60_000,
  slowest: 16_384,
};

/** Dates as the statements expect them; and a reader who wants everything must not take all cores from those who want little. */
const PRELUDE = "set datestyle = 'ISO'; set max_parallel_workers_per_gather = 0; set jit = off";

interface CopyOutOptions {
  readonly url: string;
  readonly limits?: Partial<CopyOutLimits>;
}

export function createCopyOut({ url, limits }: CopyOutOptions): CopyOut {
  const settled = { ...LIMITS, ...limits };
  const open = new Map<Connection, string>();
  let opened = 0;
  let isClosed = false;

  return {
    async open(statement, reader = "") {
      if (isClosed) throw databaseUnavailable("Bellwether is shutting down.");
      if (open.size >= settled.atOnce)
        throw tooMany(`${settled.atOnce} exports are under way, which is as many as run at once.`);
      const mine = [...open.values()].filter((one) => one === reader).length;
      if (reader !== "" && mine >= settled.ofOneReader)
        throw tooMany(`${mine} exports of yours are under way, which is as many as one key may run at once.`);
      const name = "bellwether export";
      const connection = openConnection({ url, applicationName: name, statementTimeoutMs: 0, hostIndex: opened++ });
      open.set(connection, reader);
      const leave = () => {
        open.delete(connection);
        connection.destroy();
      };
      try {
        return await begin(connection, statement, { limits: settled, leave });
      } catch (thrown) {
        leave();
        throw toProblem(thrown);
      }
    },
    close() {
      isClosed = true;
      for (const connection of open.keys()) connection.destroy();
      open.clear();
    },
  };
}

interface Leaving {
  readonly limits: CopyOutLimits;
  readonly leave: () => void;
}

async function begin(connection: Connection, statement: string, { limits, leave }: Leaving): Promise<CopiedText> {
  await within(limits.connectMs, connection.client.unsafe(PRELUDE).simple());
  const sent: Readable = await within(limits.silenceMs, connection.client.unsafe(statement).readable());
  const text = textOf(sent, limits, leave);
  let head = await text.next();
  let isHeadTaken = false;
  return {
    async next() {
      if (isHeadTaken) return text.next();
      isHeadTaken = true;
      const first = head;
      head = null;
      return first;
    },
    close: text.close,
  };
}

/**
 * The connection is given up at the end as well: postgres.js leaves its socket paused when the last rows came faster than
 * they were read.
 */
function textOf(sent: Readable, limits: CopyOutLimits, leave: () => void): CopiedText {
  const { silenceMs, stuckMs } = limits;
  const pace = createPace(limits);
  let failure: unknown;
  let stuck: NodeJS.Timeout | undefined;
  sent.on("error", (thrown) => (failure ??= thrown));

  function end(reason?: unknown): void {
    clearTimeout(stuck);
    failure ??= reason;
    leave();
    sent.destroy();
  }

  return {
    async next() {
      clearTimeout(stuck);
      try {
        if (pace.isTooSlow()) throw tooSlow();
        const bytes = await within(
          silenceMs,
          nextOf(sent, () => failure),
        );
        if (bytes === null) end();
        else stuck = setTimeout(end, stuckMs, tooSlow());
        pace.give(bytes?.length ?? 0);
        return bytes;
      } catch (thrown) {
        end(thrown);
        throw toProblem(thrown);
      }
    },
    close: () => end(databaseUnavailable("The export was ended.")),
  };
}

/** How fast a reader takes what it is given; the time that the database takes does not count. */
function createPace({ slowAfterMs, slowest }: CopyOutLimits) {
  let [bytes, waitedMs, gaveAtMs] = [0, 0, performance.now()];
  return {
    give(count: number): void {
      bytes += count;
      gaveAtMs = performance.now();
    },
    /** To be asked when more is wanted. */
    isTooSlow(): boolean {
      if (bytes > 0) waitedMs += performance.now() - gaveAtMs;
      return waitedMs > slowAfterMs && bytes < (slowest * waitedMs) / 1_000;
    },
  };
}

/** All that has come, as soon as something has. */
function nextOf(sent: Readable, failureOf: () => unknown): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const leave = () => void sent.off("readable", look).off("end", look).off("close", look);
    const look = () => {
      const failure = failureOf();
      const bytes = failure === undefined ? (sent.read() as Buffer | null) : null;
      if (failure !== undefined) reject(failure);
      else if (bytes !== null || sent.readableEnded) resolve(bytes);
      else if (sent.destroyed) reject(databaseUnavailable());
      else return;
      leave();
    };
    sent.on("readable", look).on("end", look).on("close", look);
    look();
  });
}

async function within<T>(ms: number, answer: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(databaseUnavailable()), ms);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function tooMany(detail: string): Problem {
  return new Problem("too_many_exports", 503, detail, {
    next: "Try again when one of them is done.",
    retryAfterSeconds: 30,
  });
}

function tooSlow(): Problem {
  return new Problem("export_abandoned", 408, "The export was read too slowly, so it was ended.");
}

/** A text as a constant of SQL, for statements that take no parameters, as `copy` takes none. */
export function literal(text: string): string {
  if (text.includes("\\") || text.includes("\0")) throw new RangeError("such a text cannot be a constant here");
  return `'${text.replaceAll("'", "''")}'`;
}
