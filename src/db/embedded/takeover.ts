import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../../core/problem.ts";
import { isAlive } from "./data-folder.ts";
import { addressOf } from "./address.ts";
import { claimFolder, type Holder, type Ownership } from "./owner.ts";
import { lastComplaint, logLength, logPath, type Cluster } from "./postmaster.ts";
import { raise, type Raised } from "./raise.ts";

/** How long a refused start is tried again: after a crash the old server's processes take 2 s to go. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;
/** What a server says that finds another one still there, or that is going away or coming up itself. */
const PASSES = /^$|lock file|shared memory|terminating connection|database system is|could not (bind|create)/;

export interface Taken extends Raised {
  /** Undefined for a command that visits a server which somebody else owns. */
  readonly ownership: Ownership | undefined;
}

interface TakeOverOptions {
  readonly cluster: Cluster;
  readonly claimant: Holder;
  readonly onLost: () => void;
  /** Asked between tries. */
  readonly isGivenUp: () => boolean;
}

/** Brings the server up and becomes its owner. A command that finds an owner visits instead. */
export async function takeOver({ cluster, claimant, onLost, isGivenUp }: TakeOverOptions): Promise<Taken> {
  const logStart = await logLength(cluster.folder);
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const raised = await raise(cluster, isGivenUp);
    const claim = raised && (await tryToClaim(raised, claimant, onLost));
    if (raised !== undefined && claim !== undefined) {
      if (claim.isOurs) return { ...raised, ownership: claim.ownership };
      if (claimant.purpose === "cli") return { ...raised, ownership: undefined };
      const { holder } = claim;
      const isService = holder?.purpose === "service" && isAlive(holder.pid);
      if (isService || performance.now() > until) throw alreadyRuns(cluster, holder);
    }
    const complaint = await lastComplaint(cluster.folder, logStart);
    const isRefused = raised === undefined && !PASSES.test(complaint);
    if (isRefused || performance.now() > until || isGivenUp()) throw doesNotStart(cluster, complaint);
    await sleep(PAUSE_MS);
  }
}

/** Undefined when the server went away while it was asked. */
async function tryToClaim({ postmaster }: Raised, claimant: Holder, onLost: () => void) {
  try {
    return await claimFolder({ url: addressOf(postmaster.socketFolder, "postgres"), claimant, onLost });
  } catch {
    return undefined;
  }
}

function alreadyRuns({ folder }: Cluster, holder: Holder | undefined): Problem {
  if (holder?.purpose === "cli") {
    return new Problem("folder_in_use", 500, `A Bellwether command (process ${holder.pid}) works on ${folder}.`, {
      next: "Start again when it is done.",
    });
  }
  const who = holder === undefined ? "" : ` (process ${holder.pid}, port ${holder.port})`;
  return new Problem("already_running", 500, `Bellwether already runs on this folder${who}.`, {
    next: "Stop it first, or set another DATA_DIR.",
  });
}

function doesNotStart({ folder }: Cluster, complaint: string): Problem {
  const reason = complaint === "" ? "." : `: ${complaint}`;
  return new Problem("database_not_started", 500, `The embedded database in ${folder} does not start${reason}`, {
    next: `Its messages are in ${logPath(folder)}.`,
  });
}
