/** Gives out the seats of a pool one at a time, first come, first served. */
export interface Turns<Seat> {
  take(): Promise<Seat>;
  giveBack(seat: Seat): void;
  /** Refuses everybody who waits now. */
  refuseWaiting(reason: Error): void;
}

interface TurnsOptions<Seat> {
  readonly seats: readonly Seat[];
  /** How long somebody waits at most. */
  readonly waitMs: number;
  readonly tooLate: () => Error;
}

interface Waiter<Seat> {
  readonly serve: (seat: Seat) => void;
  readonly refuse: (reason: Error) => void;
}

export function createTurns<Seat>({ seats, waitMs, tooLate }: TurnsOptions<Seat>): Turns<Seat> {
  const free = seats.toReversed();
  const waiting = new Set<Waiter<Seat>>();

  function wait(): Promise<Seat> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        waiting.delete(waiter);
      };
      const waiter: Waiter<Seat> = {
        serve(seat) {
          leave();
          resolve(seat);
        },
        refuse(reason) {
          leave();
          reject(reason);
        },
      };
      const timer = setTimeout(() => waiter.refuse(tooLate()), waitMs);
      waiting.add(waiter);
    });
  }

  return {
    async take() {
      return free.pop() ?? (await wait());
    },
    giveBack(seat) {
      const [next] = waiting;
      if (next === undefined) free.push(seat);
      else next.serve(seat);
    },
    refuseWaiting(reason) {
      for (const waiter of waiting) waiter.refuse(reason);
    },
  };
}
