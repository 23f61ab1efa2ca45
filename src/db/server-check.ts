import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../core/problem.ts";
import { connect } from "./connect.ts";
import { parseDatabaseUrl } from "./database-url.ts";
import type { DatabaseOptions } from "./client.ts";
import { codeOf, isEncryptionFailure } from "./failures.ts";

const OLDEST_MAJOR = 15;
/** How long a server that is starting or recovering is waited for. */
const STARTING_MS = 30_000;

interface ServerFacts {
  readonly version: number;
  readonly fsync: string;
  readonly synchronous_commit: string;
}

/** Throws a Problem when this server cannot be used, and warns when it may lose the newest events. */
export async function inspectServer(url: string, { log, allowFsyncOff = false }: DatabaseOptions): Promise<void> {
  const facts = await readFacts(url);
  const major = Math.floor(facts.version / 10_000);
  if (major < OLDEST_MAJOR) {
    throw new Problem("database_too_old", 500, `The server of DATABASE_URL runs PostgreSQL ${major}.`, {
      next: `Bellwether needs ${OLDEST_MAJOR} or newer.`,
    });
  }
  if (facts.fsync === "off" && !allowFsyncOff) {
    throw new Problem("database_unsafe", 500, "The database runs with fsync off, so a crash could destroy all of it.", {
      next: "Set fsync = on in postgresql.conf and reload the server.",
    });
  }
  if (facts.synchronous_commit === "off") {
    log?.warn("synchronous_commit is off: a crash of the database may lose the last acknowledged events");
  }
}

async function readFacts(url: string): Promise<ServerFacts> {
  const until = performance.now() + STARTING_MS;
  for (;;) {
    const client = connect(url, { max: 1, statementTimeoutMs: 5_000 });
    try {
      const question = client<ServerFacts[]>`
        select
          current_setting('server_version_num')::int as version,
          current_setting('fsync') as fsync,
          current_setting('synchronous_commit') as synchronous_commit`;
      const [facts] = await Promise.race([question, refusalAfter(6_000)]);
      if (facts !== undefined) return facts;
    } catch (thrown) {
      if (codeOf(thrown) !== "57P03" || performance.now() > until) throw startProblem(url, thrown);
      await sleep(250);
    } finally {
      await client.end({ timeout: 0 });
    }
  }
}

async function refusalAfter(milliseconds: number): Promise<never> {
  await sleep(milliseconds, undefined, { ref: false });
  throw Object.assign(new Error("no answer"), { code: "CONNECT_TIMEOUT" });
}

/** Names the server and the database, never the password. */
function startProblem(url: string, cause: unknown): unknown {
  const { hostname, port, pathname, username, searchParams } = parseDatabaseUrl(url);
  const place = searchParams.get("host") ?? `${hostname}:${port === "" ? "5432" : port}`;
  const code = codeOf(cause);
  if (code === "28000" && cause instanceof Error && /no encryption|SSL off/.test(cause.message)) {
    return new Problem("database_refused", 500, `The database at ${place} refuses connections without TLS.`, {
      next: "Add ?sslmode=require to DATABASE_URL.",
      cause,
    });
  }
  if (code.startsWith("28")) {
    return new Problem(
      "database_refused",
      500,
      `The database at ${place} refuses the user ${username} or the password.`,
      {
        next: "Correct DATABASE_URL.",
        cause,
      },
    );
  }
  if (code === "53300") {
    return new Problem("database_full", 503, `The database at ${place} has no connection left: too many connections.`, {
      next: "Raise its max_connections, or stop other programs that use it. Bellwether uses up to 20.",
      cause,
    });
  }
  if (isEncryptionFailure(cause)) {
    return new Problem("database_not_trusted", 500, `The certificate of the database at ${place} fails (${code}).`, {
      next: "Give the server one that this machine trusts, or use ?sslmode=require, which encrypts without checking it.",
      cause,
    });
  }
  if (code === "3D000") {
    const name = pathname.slice(1);
    return new Problem("database_missing", 500, `There is no database ${name} at ${place}.`, {
      next: `Create it (createdb ${name}) or correct DATABASE_URL.`,
      cause,
    });
  }
  if (!(cause instanceof Error)) return cause;
  return new Problem(
    "database_unreachable",
    500,
    `No PostgreSQL answers at ${place}${code === "" ? "" : ` (${code})`}.`,
    {
      next: "Start the server or correct DATABASE_URL.",
      cause,
    },
  );
}
