import { setTimeout as sleep } from "node:timers/promises";
import type { AlertParts } from "./alert-parts.ts";
import { readMark } from "./alert-store.ts";
import { checkAlerts } from "./checker.ts";

interface WatchingParts extends AlertParts {
  /** Something may be owed now. */
  readonly onChecked: () => Promise<void>;
  readonly lookMs?: number;
  readonly checkAtLeastMs?: number;
}

/**
 * Looks at the alerts as soon as numbers were worked out anew or somebody did something, and once a minute for what only the clock changes, until
 * stopped.
 */
export function startWatching({ onChecked, lookMs = 1_000, checkAtLeastMs = 60_000, ...parts }: WatchingParts) {
  const stopping = new AbortController();
  const { signal } = stopping;
  let mark: string | null = null;
  let checkedAtMs = -Infinity;

  const look = async (): Promise<void> => {
    const now = await parts.db.read.run(readMark).catch(() => mark);
    if (now === mark && performance.now() - checkedAtMs < checkAtLeastMs) return;
    mark = now;
    checkedAtMs = performance.now();
    await checkAlerts(parts);
    await onChecked();
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await look();
      await sleep(lookMs, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
