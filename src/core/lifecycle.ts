import { Problem } from "./problem.ts";

interface Stop {
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

/**
 * What starts registers how it stops. `stop` runs the stops in reverse order; one that fails or
 * hangs does not spare the rest. Calling it again stops what was registered since.
 */
export interface Lifecycle {
  /** Throws `Problem` `stopping` after `stop` was called, so that a start under way goes no further; `stop` is kept all the same. */
  onStop(name: string, stop: Stop["stop"]): void;
  /** Answers the names of the stops that failed or took longer than `deadlineMs` in all. */
  stop(deadlineMs: number): Promise<string[]>;
}

export function createLifecycle(): Lifecycle {
  const stops: Stop[] = [];
  let isStopping = false;
  return {
    onStop(name, stop) {
      stops.push({ name, stop });
      if (isStopping) throw new Problem("stopping", 503, "Bellwether is stopping.");
    },
    async stop(deadlineMs) {
      isStopping = true;
      const failed: string[] = [];
      const until = performance.now() + deadlineMs;
      for (let next = stops.pop(); next !== undefined; next = stops.pop()) {
        const done = await settlesWithin(next, Math.max(until - performance.now(), 100));
        if (!done) failed.push(next.name);
      }
      return failed;
    },
  };
}

async function settlesWithin(one: Stop, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([Promise.resolve(one.stop()).then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
