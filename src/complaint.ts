import { describeError } from "./core/log.ts";
import { Problem, sentenceOf } from "./core/problem.ts";
import { toProblem } from "./db/failures.ts";

/**
 * What a person reads of something that went wrong: what, why, and what to do. Of a bug its place is told, and nothing of its
 * message, which may hold a secret. A database that went away in the midst of it is no bug.
 */
export function complaintOf(thrown: unknown): string {
  const problem = toProblem(thrown);
  if (problem instanceof Problem) return sentenceOf(problem);
  const { name, code, at } = describeError(thrown) as { name?: string; code?: string | number; at?: readonly string[] };
  const what = [name ?? "Error", ...(code === undefined ? [] : [String(code)])].join(" ");
  const place = at?.[0] === undefined ? "" : ` ${at[0]}`;
  return `This is a bug in Bellwether (${what}${place}). Please report it with this line.`;
}
