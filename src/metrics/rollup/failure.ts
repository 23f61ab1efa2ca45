/** SQLSTATE classes of a database that cannot serve now: connection, resources, intervention, system. */
const AWAY = ["08", "53", "57", "58"];

/** A statement that took too long is the fault of the unit. */
const STATEMENT_TIMED_OUT = "57014";

/**
 * Whether the database, not the unit at hand, is the reason, so that another unit would fail too. What carries a code
 * that is no SQLSTATE comes from the connection.
 */
export function isUnavailable(thrown: unknown): boolean {
  const code = thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : null;
  if (code === null || code === STATEMENT_TIMED_OUT) return false;
  return !/^[0-9A-Z]{5}$/.test(code) || AWAY.includes(code.slice(0, 2));
}
