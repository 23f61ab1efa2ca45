import { codeOf } from "../db/failures.ts";

/**
 * What a failed statement means for the rows in it. `data` (SQLSTATE classes 22, 23 and 54, limits): some
 * row cannot be stored, the others can. `deadlock`: the same again will do. `partition`: a month's table is missing. `other`: nothing
 * can be promised.
 */
export type Failure = "data" | "deadlock" | "partition" | "other";

export function failureOf(thrown: unknown): Failure {
  const code = codeOf(thrown);
  if (code === "40P01" || code === "40001") return "deadlock";
  if (code === "23514" && routineOf(thrown) === "ExecFindPartition") return "partition";
  return /^(22|23|54).{3}$/.test(code) ? "data" : "other";
}

function routineOf(thrown: unknown): unknown {
  return typeof thrown === "object" && thrown !== null && "routine" in thrown ? thrown.routine : undefined;
}
