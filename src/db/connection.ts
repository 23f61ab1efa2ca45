import { connect, type Client } from "./connect.ts";
import { dial, refusedSocket } from "./dial.ts";
import type { Sql } from "./client.ts";
import { databaseUnavailable } from "./failures.ts";
import type { Socket } from "node:net";

/** One connection to the database, made at its first statement and made again after it was lost. */
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
   * From `begin` to the end of a transaction a loss destroys the connection: postgres.js would run
   * the rest of the statements on a new one, outside the transaction. Answers the statements' `sql`,
   * which refuses those that come after the loss or after `release`.
   */
  hold(): { readonly sql: Sql; release(): void };
}

interface ConnectionOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
}

export function openConnection({ url, applicationName, statementTimeoutMs }: ConnectionOptions): Connection {
  let socket: Socket | undefined;
  let heardBefore = 0;
  let attempts = 0;
  let isHeld = false;
  let isDestroyed = false;

  const client = connect(url, {
    max: 1,
    applicationName,
    statementTimeoutMs,
    onClose: () => {
      if (isHeld) destroy();
    },
    socket: (target) => {
      if (isDestroyed) return refusedSocket();
      heardBefore += socket?.bytesRead ?? 0;
      const attempt = dial(target, attempts);
      attempts += 1;
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
    bytesHeard: () => heardBefore + (socket?.bytesRead ?? 0),
    isDestroyed: () => isDestroyed,
    destroy,
    async close() {
      await client.end({ timeout: 1 });
      destroy();
    },
    hold() {
      let isOver = false;
      isHeld = true;
      const sql = guarded(client, () => {
        if (isDestroyed) throw databaseUnavailable();
        if (isOver) throw new Error("a statement came after the end of its transaction");
      });
      return {
        sql,
        release() {
          isOver = true;
          isHeld = false;
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
      return Reflect.apply(target as unknown as (...given: unknown[]) => unknown, self, words) as unknown;
    },
    get(target, name, receiver) {
      if (name === "unsafe" || name === "file") check();
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}
