/** How many events were taken in and how many are settled, in the order in which they came. */
export interface Progress {
  readonly taken: number;
  readonly settled: number;
  readonly waiting: number;
  take(): void;
  settle(count: number): void;
  /** True once all that is taken now is settled, false after `timeoutMs`. Somebody waiting keeps the process alive. */
  settledWithin(timeoutMs: number): Promise<boolean>;
}

export function createProgress(): Progress {
  let [taken, settled] = [0, 0];
  const waiting = new Set<{ readonly target: number; readonly end: (inTime: boolean) => void }>();
  return {
    get taken() {
      return taken;
    },
    get settled() {
      return settled;
    },
    get waiting() {
      return taken - settled;
    },
    take() {
      taken += 1;
    },
    settle(count) {
      settled += count;
      for (const { target, end } of waiting) if (target <= settled) end(true);
    },
    settledWithin(timeoutMs) {
      if (settled >= taken) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = setTimeout(() => waiter.end(false), timeoutMs);
        const waiter = {
          target: taken,
          end(inTime: boolean) {
            clearTimeout(timer);
            waiting.delete(waiter);
            resolve(inTime);
          },
        };
        waiting.add(waiter);
      });
    },
  };
}
