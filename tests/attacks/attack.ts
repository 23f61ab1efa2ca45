import type { Program } from "../support/program.ts";

/** What an attack may do, and what it must find. */
export interface Attack {
  readonly name: string;
  /** The limit on open files of the service; absent: that of this machine. */
  readonly openFiles?: number;
  /** Throws when something was disclosed or somebody else's request was not answered. Answers figures for the report. */
  run(target: Target): Promise<Readonly<Record<string, number | string>>>;
}

export interface Target {
  readonly program: Program;
  /** Keys that the attacker, or the attacked, holds. */
  readonly keys: { readonly ingest: string; readonly read: string };
  /** `POST /api/events` with the ingest key. */
  send(body: string | Uint8Array): Promise<Response>;
  /** Aborts when the minute of the attack is over. */
  readonly signal: AbortSignal;
}

export function must(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(sentence);
}

/** "200 × 38, 503 × 2" */
export function tally(statuses: readonly number[]): string {
  const kinds = [...new Set(statuses)].sort((one, other) => one - other);
  return kinds.map((kind) => `${kind} × ${statuses.filter((status) => status === kind).length}`).join(", ");
}
