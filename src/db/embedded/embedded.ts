import { setTimeout as sleep } from "node:timers/promises";
import { describeError, type Log } from "../../core/log.ts";
import { connect } from "../connect.ts";
import { codeOf } from "../failures.ts";
import { chooseAccount } from "./account.ts";
import { addressOf } from "./address.ts";
import { findBinaries } from "./binaries.ts";
import { initialise, prepareFolder } from "./data-folder.ts";
import { claimFolder, type Holder, type Purpose } from "./owner.ts";
import { findPostmaster, stopPostmaster, type Cluster } from "./postmaster.ts";
import { takeOver, type Taken } from "./takeover.ts";

/** A PostgreSQL of our own, in a folder of our own. */
export interface Embedded {
  readonly url: string;
  /** "18.4" */
  readonly version: string;
  /** Whether the folder held no database before. */
  readonly isNew: boolean;
  /** Whether a server was running whose owner had died. */
  readonly adopted: boolean;
  stop(): Promise<void>;
}

interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** The port of the service, for the sentence that a second one is refused with. */
  readonly port: number;
  /** A service owns the folder; a command visits, or owns it for as long as it runs. */
  readonly purpose: Purpose;
  /** Made when it is missing. */
  readonly database?: string;
  /** Settings of the server beyond our own. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Of the 10 s that a stop may take. */
const STOP_PATIENCE_MS = 6_000;
const RESTART_PAUSE_MS = 1_000;

/** Throws a Problem with a sentence when the server cannot be had or somebody else owns the folder. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { dataDir, log, port, purpose, database = "bellwether", settings = {} } = options;
  const binaries = await findBinaries();
  const folder = await prepareFolder(dataDir);
  const account = await chooseAccount(folder, binaries.postgres);
  const isNew = await initialise(folder, binaries, account);
  const cluster: Cluster = { folder, binaries, account, settings };
  const claimant: Holder = { purpose, pid: process.pid, port };
  const keeper = createKeeper({ cluster, claimant, log });
  const { postmaster, wasRunning, ownership } = await keeper.start();
  const url = addressOf(postmaster.socketFolder, database);
  await ensureDatabase(addressOf(postmaster.socketFolder, "postgres"), database);
  return {
    url,
    version: binaries.version,
    isNew,
    adopted: wasRunning && ownership !== undefined,
    stop: () => keeper.stop(),
  };
}

interface KeeperParts {
  readonly cluster: Cluster;
  readonly claimant: Holder;
  readonly log: Log;
}

/** Keeps the server running for as long as a service wants it. */
function createKeeper({ cluster, claimant, log }: KeeperParts) {
  let taken: Taken | undefined;
  let isStopping = false;
  let restarting: Promise<void> | undefined;

  const take = () => takeOver({ cluster, claimant, onLost, isGivenUp: () => isStopping });

  function onLost(): void {
    if (isStopping || claimant.purpose === "cli") return;
    restarting ??= restart().finally(() => (restarting = undefined));
  }

  async function restart(): Promise<void> {
    log.warn("the embedded database has gone; bringing it up again");
    while (!isStopping) {
      try {
        taken = await take();
        log.info("the embedded database is up again");
        return;
      } catch (thrown) {
        log.error(describeError(thrown), "the embedded database does not come up; trying again");
        await sleep(RESTART_PAUSE_MS);
      }
    }
  }

  return {
    async start(): Promise<Taken> {
      taken = await take();
      return taken;
    },
    async stop(): Promise<void> {
      if (isStopping) return;
      isStopping = true;
      await restarting;
      if (claimant.purpose === "service") {
        const running = await findPostmaster(cluster.folder);
        if (running !== undefined) await stopPostmaster(running, STOP_PATIENCE_MS);
      } else if (taken !== undefined) {
        await leave(cluster, claimant, taken);
      }
      await taken?.ownership?.release();
    },
  };
}

/** A command stops the server unless somebody else uses or owns it. */
async function leave(cluster: Cluster, claimant: Holder, taken: Taken): Promise<void> {
  const ownership = taken.ownership ?? (await laterOwnership(taken, claimant));
  if (ownership === undefined) return;
  const others = await ownership.otherSessions().catch(() => 0);
  const running = await findPostmaster(cluster.folder);
  if (others === 0 && running !== undefined) await stopPostmaster(running, STOP_PATIENCE_MS);
  await ownership.release();
}

/** The owner at our start may have left meanwhile, and have left the server to us. */
async function laterOwnership({ postmaster }: Taken, claimant: Holder) {
  try {
    const claim = await claimFolder({
      url: addressOf(postmaster.socketFolder, "postgres"),
      claimant,
      onLost: () => {},
    });
    return claim.isOurs ? claim.ownership : undefined;
  } catch {
    return undefined;
  }
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = connect(url, { max: 1 });
  try {
    const found = await client`select 1 from pg_database where datname = ${name}`;
    if (found.length === 0) await client`create database ${client(name)}`;
  } catch (thrown) {
    // Another process made it at the same moment.
    if (!["42P04", "23505"].includes(codeOf(thrown))) throw thrown;
  } finally {
    await client.end({ timeout: 1 });
  }
}
