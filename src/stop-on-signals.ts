import type { Lifecycle } from "./core/lifecycle.ts";

interface StopParts {
  readonly lifecycle: Lifecycle;
  readonly deadlineMs: number;
  /** Exit status after a signal, when every part stopped in time; otherwise it is 1. */
  readonly exitCode: number;
  /** Called last, with the names of the parts that did not stop in time. */
  readonly onStopped: (failed: readonly string[]) => void;
}

export interface Stopping {
  hasBegun(): boolean;
  /** What is under way and breaks off at a stop: what it had begun is stopped as well. */
  after(work: Promise<unknown>): void;
  /** Ends the process, as a signal does. */
  stop(exitCode: number): Promise<void>;
}

/**
 * SIGTERM and SIGINT end the process once everything has stopped. Ctrl-C under npm brings two signals, from the terminal and
 * from npm, so that a second one must not cut the first short.
 */
export function stopOnSignals({ lifecycle, deadlineMs, exitCode, onStopped }: StopParts): Stopping {
  let begun = false;
  let underWay: Promise<unknown> = Promise.resolve();
  async function stop(code: number): Promise<void> {
    if (begun) return;
    begun = true;
    const until = performance.now() + deadlineMs;
    const failed = await lifecycle.stop(deadlineMs);
    setTimeout(() => process.exit(1), Math.max(until - performance.now(), 1_000));
    await underWay.catch(() => {});
    failed.push(...(await lifecycle.stop(until - performance.now())));
    onStopped(failed);
    process.exit(failed.length === 0 ? code : 1);
  }
  process.on("SIGTERM", () => void stop(exitCode));
  process.on("SIGINT", () => void stop(exitCode));
  return { hasBegun: () => begun, after: (work) => void (underWay = work), stop };
}
