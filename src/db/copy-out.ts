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
   * that fails does so here. Throws `Problem` `too_many_exports` (503) while all connections for it are in use.
   */
  open(statement: string): Promise<CopiedText>;
  /** Cuts off what is still being read. */
  close(): void;
}

export interface CopyOutLimits {
  readonly atOnce: number;
  /** How long the database may take to answer at all. */
  readonly connectMs: number;
  /** How long it may say nothing in the midst of a query. */
  readonly silenceMs: number;
  /** How long the reader may leave what was sent untouched. */
  readonly stuckMs: number;
}

const LIMITS: CopyOutLimits = { atOnce: 4, connectMs: 5_000, silenceMs: 120_000, stuckMs: 60_000 };

/** Dates as the statements expect them; and a reader who wants everything must not take all cores from those who want little. */
const PRELUDE = "set datestyle = 'ISO'; set max_parallel_workers_per_gather = 0; set jit = off";

interface CopyOutOptions {
  readonly url: string;
  readonly limits?: Partial<CopyOutLimits>;
}

export function createCopyOut({ url, limits }: CopyOutOptions): CopyOut {
  const settled = { ...LIMITS, ...limits };
  const open = new Set<Connection>();
  let opened = 0;
  let isClosed = false;

  return {
    async open(statement) {
      if (isClosed) throw databaseUnavailable("Bellwether is shutting down.");
      if (open.size >= settled.atOnce) throw tooMany(settled.atOnce);
      const name = "bellwether export";
      const connection = openConnection({ url, applicationName: name, statementTimeoutMs: 0, hostIndex: opened++ });
      open.add(connection);
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
      for (const connection of open) connection.destroy();
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
function textOf(sent: Readable, { silenceMs, stuckMs }: CopyOutLimits, leave: () => void): CopiedText {
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
        const bytes = await within(
          silenceMs,
          nextOf(sent, () => failure),
        );
        if (bytes === null) end();
        else stuck = setTimeout(end, stuckMs, tooSlow());
        return bytes;
      } catch (thrown) {
        end(thrown);
        throw toProblem(thrown);
      }
    },
    close: () => end(databaseUnavailable("The export was ended.")),
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

function tooMany(atOnce: number): Problem {
  return new Problem("too_many_exports", 503, `${atOnce} exports are under way, which is as many as run at once.`, {
    next: "Try again when one of them is done.",
    retryAfterSeconds: 30,
  });
}

function tooSlow(): Problem {
  return new Problem("export_abandoned", 408, "The export was not read for a minute, so it was ended.");
}

/** A text as a constant of SQL, for statements that take no parameters, as `copy` takes none. */
export function literal(text: string): string {
  if (text.includes("\\") || text.includes("\0")) throw new RangeError("such a text cannot be a constant here");
  return `'${text.replaceAll("'", "''")}'`;
}
