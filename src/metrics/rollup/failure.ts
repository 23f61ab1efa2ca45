import { Problem } from "../../core/problem.ts";
import { codeOf } from "../../db/failures.ts";

/** SQLSTATE of a statement that took too long: the fault of the unit, which would else hold up all others for good. */
const STATEMENT_TIMED_OUT = "57014";

/** Whether the database, not the unit at hand, is the reason, so that another unit would fail too. */
export function isUnavailable(thrown: unknown): boolean {
  return thrown instanceof Problem && codeOf(thrown.cause) !== STATEMENT_TIMED_OUT;
}
