import type { Lifecycle } from "./core/lifecycle.ts";
import { describeError } from "./core/log.ts";
import type { Foundation } from "./foundation.ts";
import { startRolling } from "./metrics/rollup/rolling.ts";
import type { Rooms } from "./rooms.ts";

const HOUR_MS = 3_600_000;

interface JobsParts {
  readonly foundation: Foundation;
  readonly rooms: Rooms;
  readonly lifecycle: Lifecycle;
}

/** The ticks: rollups whenever something is dirty, housekeeping every hour. */
export function startJobs({ foundation: { partitions, clock, log }, rooms: { roller }, lifecycle }: JobsParts): void {
  const stopRolling = startRolling({ roller, log });
  lifecycle.onStop("rollups", stopRolling);
  const housekeeping = setInterval(() => {
    partitions
      .ensureStart(clock.now())
      .catch((thrown: unknown) => log.warn(describeError(thrown), "the months ahead could not be prepared"));
  }, HOUR_MS);
  housekeeping.unref();
  lifecycle.onStop("housekeeping", () => clearInterval(housekeeping));
}
