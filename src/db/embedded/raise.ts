import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../../core/problem.ts";
import { connect } from "../connect.ts";
import { addressOf } from "./address.ts";
import {
  findPostmaster,
  logPath,
  removeStalePidFile,
  startPostmaster,
  type Cluster,
  type Postmaster,
} from "./postmaster.ts";

/** How long a living server is waited for while it reads its log after a crash. */
const RECOVERY_MS = 10 * 60_000;
const PAUSE_MS = 25;

export interface Raised {
  readonly postmaster: Postmaster;
  /** Whether it ran already. */
  readonly wasRunning: boolean;
}

/** Finds the folder's server or starts one, and waits until it answers. Undefined when it has gone again or is no longer wanted. */
export async function raise(cluster: Cluster, isGivenUp: () => boolean): Promise<Raised | undefined> {
  const found = await findPostmaster(cluster.folder);
  if (found === undefined) await removeStalePidFile(cluster.folder);
  const started = found === undefined ? await startPostmaster(cluster) : undefined;
  const until = performance.now() + RECOVERY_MS;
  while (performance.now() < until) {
    if (isGivenUp()) return undefined;
    const postmaster = await findPostmaster(cluster.folder);
    if (postmaster === undefined && (started === undefined || started.hasExited())) return undefined;
    if (postmaster !== undefined && (await answers(postmaster))) {
      return { postmaster, wasRunning: started === undefined || started.pid !== postmaster.pid };
    }
    await sleep(PAUSE_MS);
  }
  throw new Problem("database_not_started", 500, `The embedded database in ${cluster.folder} does not come up.`, {
    next: `Its messages are in ${logPath(cluster.folder)}.`,
  });
}

async function answers({ socketFolder }: Postmaster): Promise<boolean> {
  if (socketFolder === "") return false;
  const client = connect(addressOf(socketFolder, "postgres"), { max: 1 });
  try {
    await client`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await client.end({ timeout: 0 });
  }
}
