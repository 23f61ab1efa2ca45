import { openConnection, type Connection } from "./connection.ts";
import { databaseUnavailable } from "./failures.ts";

/** A place in a pool, with a connection that is replaced when it dies, falls silent or grows old. */
export interface Seat {
  connection: Connection;
  openedAt: number;
  /** Refuses whoever uses the connection now; undefined while nobody does. */
  refuse: ((reason: Error) => void) | undefined;
  heard: number;
  silentTicks: number;
}

interface SeatsOptions {
  readonly url: string;
  readonly name: string;
  readonly size: number;
  readonly statementTimeoutMs: number;
  /** Runs when a connection has fallen silent, after it was replaced. */
  readonly onSilence: () => void;
}

export interface Seats {
  readonly all: readonly Seat[];
  /** Makes the seat's connection fit for use and watches it until its `refuse` is taken off. */
  occupy(seat: Seat): void;
  close(reason: Error): Promise<void>;
}

/** A server that has said nothing this long after it should have ended the statement is gone. */
const GRACE_MS = 300;
/** Silence is counted in ticks of our own event loop, so that a busy or suspended process blames nobody else. */
const TICK_MS = 50;
/** Backends keep what they have learnt about every table; after this long they are exchanged. */
const LIFETIME_MS = 45 * 60_000;

export function createSeats({ url, name, size, statementTimeoutMs, onSilence }: SeatsOptions): Seats {
  const patience = Math.ceil((statementTimeoutMs + GRACE_MS) / TICK_MS);
  let opened = 0;
  let timer: NodeJS.Timeout | undefined;
  const open = () => openConnection({ url, applicationName: name, statementTimeoutMs, hostIndex: opened++ });
  const all = Array.from({ length: size }, (): Seat => {
    return { connection: open(), openedAt: performance.now(), refuse: undefined, heard: 0, silentTicks: 0 };
  });

  function renew(seat: Seat): void {
    seat.connection.destroy();
    seat.connection = open();
    seat.openedAt = performance.now();
  }

  /** What is idle has most likely died with the silent one, and what waits would wait in vain. */
  function replaceSilent(silent: Seat): void {
    silent.refuse?.(databaseUnavailable());
    for (const seat of all) if (seat === silent || seat.refuse === undefined) renew(seat);
    onSilence();
  }

  function tick(): void {
    const used = all.filter((seat) => seat.refuse !== undefined);
    for (const seat of used) {
      const heard = seat.connection.bytesHeard();
      seat.silentTicks = heard === seat.heard ? seat.silentTicks + 1 : 0;
      seat.heard = heard;
      if (seat.silentTicks > patience) replaceSilent(seat);
    }
    if (used.length > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    all,
    occupy(seat) {
      if (seat.connection.isDestroyed() || performance.now() - seat.openedAt > LIFETIME_MS) renew(seat);
      seat.silentTicks = 0;
      timer ??= setInterval(tick, TICK_MS);
    },
    async close(reason) {
      for (const seat of all) seat.refuse?.(reason);
      await Promise.all(all.map((seat) => seat.connection.close()));
      clearInterval(timer);
    },
  };
}
