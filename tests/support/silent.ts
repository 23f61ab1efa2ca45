import type { Log } from "../../src/core/log.ts";

export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Keeps what was said at `warn` and above. */
export function listeningLog(): Log & { readonly said: string[] } {
  const said: string[] = [];
  const keep = (...words: unknown[]) => void said.push(words.filter((word) => typeof word === "string").join(" "));
  return { debug() {}, info() {}, warn: keep, error: keep, said };
}
