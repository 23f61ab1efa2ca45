import { Problem } from "../core/problem.ts";

const NO_ANSWER = "The database does not answer.";
const TRY_AGAIN = "Nothing that was acknowledged is lost. Try again in a few seconds.";

/** Codes of the operating system and of postgres.js that mean: no connection. */
const CONNECTION_CODES = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "ENOTSOCK",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Node's codes of a certificate or an encryption that the two sides do not agree on. */
const ENCRYPTION_CODES = /CERT|^ERR_(TLS|SSL)|^EPROTO$|^UNABLE_TO_/;

/** SQLSTATE of a server that takes no writes. */
const STAND_BY = "25006";

/**
 * SQLSTATEs of a server that cannot serve now: connection failures (08), resources (53), shutdown
 * and start (57P), failing disk (58), refused sign-in (28, 3D000), a stand-by (25006), and
 * statements over their time (57014, 55P03).
 */
const SERVER_CODES = /^(08...|28...|3D000|25006|53...|55P03|57014|57P..|58...)$/;

export function databaseUnavailable(detail = NO_ANSWER, cause?: unknown): Problem {
  return new Problem("database_unavailable", 503, detail, { next: TRY_AGAIN, retryAfterSeconds: 5, cause });
}

export function storageFull(cause?: unknown): Problem {
  return new Problem("storage_full", 503, "The disk of the database is full.", {
    next: "Free some space; Bellwether goes on by itself. Nothing that was acknowledged is lost.",
    retryAfterSeconds: 30,
    cause,
  });
}

/** Whether no connection could be made at all, so that others would fail as well. */
export function isUnreachable(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code !== "CONNECTION_CLOSED" && code !== "CONNECTION_DESTROYED" && CONNECTION_CODES.has(code);
}

/** Whether the connection is of no more use: it is lost, perhaps before it knows itself, or leads to a stand-by. */
export function endsConnection(thrown: unknown): boolean {
  if (CONNECTION_CODES.has(codeOf(thrown)) || codeOf(thrown) === STAND_BY) return true;
  const severity = thrown instanceof Error && "severity" in thrown ? thrown.severity : undefined;
  return severity === "FATAL" || severity === "PANIC";
}

/** Failures of the connection and of the server's resources as a Problem; all else as it was. */
export function toProblem(thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code === "53100") return storageFull(thrown);
  if (CONNECTION_CODES.has(code) || ENCRYPTION_CODES.test(code)) return databaseUnavailable(NO_ANSWER, thrown);
  return SERVER_CODES.test(code) ? databaseUnavailable(detailOf(code), thrown) : thrown;
}

function detailOf(code: string): string {
  if (code === "57014" || code === "55P03") return "The database took too long.";
  if (code === "53300") return "The database has no connection left.";
  if (code === STAND_BY) return "The database takes no writes: it is a stand-by.";
  if (code.startsWith("28")) return "The database refuses the user or password of DATABASE_URL.";
  if (code === "3D000") return "The database that DATABASE_URL names is not on that server.";
  return NO_ANSWER;
}

/** Whether the two sides do not agree on encryption, or the server's certificate is not trusted. */
export function isEncryptionFailure(thrown: unknown): boolean {
  return ENCRYPTION_CODES.test(codeOf(thrown));
}

export function codeOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return "";
  return typeof thrown.code === "string" ? thrown.code : "";
}
