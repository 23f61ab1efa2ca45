import { pino, type Logger } from "pino";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

const LOGGED_FIELDS = ["name", "code", "status", "severity", "routine", "syscall"] as const;

/**
 * What may be logged of something thrown: an allow-list, because database and SDK errors carry
 * parameters and tokens in their messages.
 */
export function describeError(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const fields: Record<string, unknown> = {};
  for (const field of LOGGED_FIELDS) {
    const value = (thrown as unknown as Record<string, unknown>)[field];
    if (typeof value === "string" || typeof value === "number") fields[field] = value;
  }
  const frames = (thrown.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  fields["at"] = frames.slice(0, 4).map((line) => line.trim());
  return fields;
}

export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
