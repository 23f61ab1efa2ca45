import { connect, type Client } from "./connect.ts";
import { dial, failingSocket } from "./dial.ts";
import type { Sql } from "./client.ts";
import { databaseUnavailable } from "./failures.ts";
import type { Socket } from "node:net";

/**
 * One connection to the database, made at its first statement. Once lost it stays lost: postgres.js
 * would dial again, run the rest of a transaction outside of it, and mistake old errors for new ones.
 */
export interface Connection {
  readonly client: Client;
  /** Grows with every byte that the server sends; it standing still while somebody waits is silence. */
  bytesHeard(): number;
  isDestroyed(): boolean;
  /** Ends it at once; whoever waits for an answer is refused. */
  destroy(): void;
  /** Says goodbye to the server; only for one that nobody uses. */
  close(): Promise<void>;
  /**
   * `sql` for the statements of one transaction: it refuses those that come after the connection was
   * lost, and those that come after `release`.
   */
  hold(): { readonly sql: Sql; release(): void };
}

interface ConnectionOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
  /** Which of several hosts in the address to dial, counted round and round. */
  readonly hostIndex: number;
}

export function openConnection({ url, applicationName, statementTimeoutMs, hostIndex }: ConnectionOptions): Connection {
  let socket: Socket | undefined;
  let isDestroyed = false;

  const client = connect(url, {
    max: 1,
    applicationName,
    statementTimeoutMs,
    onClose: () => destroy(),
    socket: (target) => {
      if (isDestroyed) return failingSocket();
      const attempt = dial(target, hostIndex);
      socket = attempt.socket;
      return attempt.connected;
    },
  });

  function destroy(): void {
    if (isDestroyed) return;
    isDestroyed = true;
    void client.end({ timeout: 0 });
    socket?.destroy();
  }

  return {
    client,
    bytesHeard: () => socket?.bytesRead ?? 0,
    isDestroyed: () => isDestroyed,
    destroy,
    async close() {
      await client.end({ timeout: 1 });
      destroy();
    },
    hold() {
      let isOver = false;
      const sql = guarded(client, () => {
        if (isDestroyed) throw databaseUnavailable();
        if (isOver) throw new Error("a statement came after the end of its transaction");
      });
      return {
        sql,
        release() {
          isOver = true;
        },
      };
    },
  };
}

/** `check` runs before each statement is made. */
function guarded(client: Client, check: () => void): Sql {
  return new Proxy<Sql>(client, {
    apply(target, self, words) {
      check();
      return Reflect.apply<typeof self, unknown[], unknown>(
        target as unknown as (...given: unknown[]) => unknown,
        self,
        words,
      );
    },
    get(target, name, receiver) {
      if (name === "unsafe" || name === "file") check();
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}
