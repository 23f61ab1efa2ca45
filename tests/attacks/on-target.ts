import { freshFolder, removeFolder, runProgram, startProgram, type Program } from "../support/program.ts";
import type { Attack, Target } from "./attack.ts";
import { watch, type Measured } from "./measuring.ts";

const ATTACK_MS = 60_000;

export interface Report extends Measured {
  /** What was disclosed or broken; null: nothing. */
  readonly failure: string | null;
  readonly figures: Readonly<Record<string, number | string>>;
  readonly seconds: number;
}

/** Runs an attack against a service with an embedded database, which is stopped and removed afterwards. */
export async function onTarget(attack: Attack): Promise<Report> {
  const folder = await freshFolder();
  const settings = { DATA_DIR: folder, LOG_LEVEL: "error" };
  const ingest = await keyOf("ingest", settings);
  const read = await keyOf("read", settings);
  const program = await startProgram(settings, [], attack.openFiles);
  try {
    return await attackOn(program, { ingest, read }, attack);
  } finally {
    await program.stop();
    await removeFolder(folder);
  }
}

async function attackOn(program: Program, keys: Target["keys"], attack: Attack): Promise<Report> {
  const signal = AbortSignal.timeout(ATTACK_MS);
  const send = (body: string | Uint8Array) =>
    fetch(`${program.url}/api/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${keys.ingest}` },
      body: body as string | Uint8Array<ArrayBuffer>,
      signal,
    });
  const startedMs = performance.now();
  const measured = watch(program.url, program.child.pid ?? 0);
  let failure: string | null = null;
  let figures = {};
  try {
    figures = await attack.run({ program, keys, send, signal });
  } catch (thrown) {
    failure = thrown instanceof Error ? thrown.message : String(thrown);
  }
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  return { failure, ...(await measured()), figures, seconds };
}

async function keyOf(scope: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const made = await runProgram("cli", ["keys", "create", "--scope", scope, "--json"], settings);
  return (JSON.parse(made.stdout) as { key: string }).key;
}
