import { connect } from "../connect.ts";
import { LOCKS } from "../locks.ts";

export type Purpose = "service" | "cli";

/** Who owns an embedded server's folder, as its lock connection calls itself. */
export interface Holder {
  readonly purpose: Purpose;
  readonly pid: number;
  readonly port: number;
}

export interface Ownership {
  /** Other sessions on the server besides this one. */
  otherSessions(): Promise<number>;
  release(): Promise<void>;
}

export type Claim =
  | { readonly isOurs: true; readonly ownership: Ownership }
  | { readonly isOurs: false; readonly holder: Holder | undefined };

interface ClaimOptions {
  /** Of the server's database `postgres`: advisory locks belong to a database. */
  readonly url: string;
  readonly claimant: Holder;
  /** The connection was lost, and the ownership with it. */
  readonly onLost: () => void;
}

const [SPACE, LOCK] = LOCKS.embeddedOwner;

/**
 * Owning is holding an advisory lock on a connection kept for nothing else: PostgreSQL frees it when
 * the owner dies, however that happens.
 */
export async function claimFolder({ url, claimant, onLost }: ClaimOptions): Promise<Claim> {
  let isHeld = false;
  const client = connect(url, {
    max: 1,
    applicationName: nameOf(claimant),
    onClose: () => {
      if (!isHeld) return;
      isHeld = false;
      onLost();
    },
  });
  try {
    const [answer] = await client<{ is_ours: boolean }[]>`select pg_try_advisory_lock(${SPACE}, ${LOCK}) as is_ours`;
    if (answer?.is_ours !== true) {
      const [holder] = await client<{ name: string }[]>`
        select application_name as name from pg_stat_activity
        where pid in (
          select pid from pg_locks
          where locktype = 'advisory' and classid = ${SPACE}::int::oid and objid = ${LOCK}::int::oid and granted
        )`;
      await client.end({ timeout: 1 });
      return { isOurs: false, holder: holder === undefined ? undefined : parseName(holder.name) };
    }
    isHeld = true;
  } catch (thrown) {
    await client.end({ timeout: 0 });
    throw thrown;
  }
  return {
    isOurs: true,
    ownership: {
      async otherSessions() {
        const [sessions] = await client<{ others: number }[]>`
          select count(*)::int as others from pg_stat_activity
          where backend_type = 'client backend' and pid <> pg_backend_pid()`;
        return sessions?.others ?? 0;
      },
      async release() {
        isHeld = false;
        await client.end({ timeout: 1 });
      },
    },
  };
}

function nameOf({ purpose, pid, port }: Holder): string {
  return `bellwether ${purpose} process=${pid} port=${port}`;
}

function parseName(name: string): Holder | undefined {
  const match = /^bellwether (service|cli) process=(\d+) port=(\d+)$/.exec(name);
  if (match === null) return undefined;
  return { purpose: match[1] === "cli" ? "cli" : "service", pid: Number(match[2]), port: Number(match[3]) };
}
