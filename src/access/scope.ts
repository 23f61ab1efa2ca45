export type Scope = "ingest" | "read" | "admin";

export const SCOPES: readonly Scope[] = ["ingest", "read", "admin"];

/** `admin` includes the other two. */
export function covers(held: Scope, wanted: Scope): boolean {
  return held === wanted || held === "admin";
}
