import { connect, type Client } from "../../src/db/connect.ts";
import { addressOf } from "../../src/db/embedded/address.ts";
import { freshFolder, removeFolder, runProgram, startProgram } from "../support/program.ts";
import { runningServer, type RunningServer } from "./ground.ts";

/** The real program on a database of its own. */
export interface Service {
  readonly url: string;
  readonly pid: number;
  readonly server: RunningServer;
  /** A header with a key that no rate limit holds up. */
  readonly headers: Readonly<Record<string, string>>;
  /** A connection to its database. */
  readonly bare: Client;
  stop(): Promise<void>;
}

interface ServiceOptions {
  readonly scope: "ingest" | "read";
  readonly demo?: boolean;
}

export async function startService({ scope, demo = false }: ServiceOptions): Promise<Service> {
  const folder = await freshFolder();
  const settings = { DATA_DIR: folder };
  const flags = demo ? ["--demo"] : [];
  const program = await startProgram(settings, flags);
  const dataDir = demo ? `${folder}-demo` : folder;
  const key = await createUnlimitedKey(scope, settings, flags);
  const server = await runningServer(dataDir);
  const bare = connect(addressOf(server.socketFolder, "bellwether"), { max: 1 });
  return {
    url: program.url,
    pid: program.child.pid ?? 0,
    server,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    bare,
    async stop() {
      await bare.end();
      await program.stop();
      await removeFolder(folder);
      await removeFolder(dataDir);
    },
  };
}

/** A key that no rate limit holds up. */
export async function createUnlimitedKey(
  scope: "ingest" | "read",
  settings: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<string> {
  const words = ["keys", "create", "--scope", scope, "--rate", "1000000", "--json", ...flags];
  const made = await runProgram("cli", words, settings);
  if (made.code !== 0) throw new Error(`No key was made: ${made.stderr}`);
  const { key } = JSON.parse(made.stdout) as { key: string };
  return key;
}

export async function countRows(bare: Client, table: string): Promise<number> {
  const [row] = await bare<{ rows: number }[]>`select count(*)::int as rows from ${bare(table)}`;
  return row?.rows ?? 0;
}
