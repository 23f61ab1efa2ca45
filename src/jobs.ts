import { schedule } from "node-cron";
import type { Delivering } from "./bot/digest/delivering.ts";
import { clearInbox } from "./bot/inbox-store.ts";
import type { Pollster } from "./bot/surveys/pollster.ts";
import type { Lifecycle } from "./core/lifecycle.ts";
import { describeError } from "./core/log.ts";
import type { Foundation } from "./foundation.ts";
import { clearRestatements } from "./metrics/rollup/restatement-store.ts";
import { startRolling } from "./metrics/rollup/rolling.ts";
import type { Rooms } from "./rooms.ts";

const HOUR_MS = 3_600_000;

interface JobsParts {
  readonly foundation: Foundation;
  readonly rooms: Rooms;
  readonly lifecycle: Lifecycle;
}

/** The ticks: rollups whenever something is dirty, housekeeping every hour. */
export function startJobs({
  foundation: { db, partitions, clock, log },
  rooms: { roller },
  lifecycle,
}: JobsParts): void {
  const stopRolling = startRolling({ roller, log });
  lifecycle.onStop("rollups", stopRolling);
  const housekeeping = setInterval(() => {
    partitions
      .ensureStart(clock.now())
      .catch((thrown: unknown) => log.warn(describeError(thrown), "the months ahead could not be prepared"));
    db.work
      .run(clearInbox)
      .catch((thrown: unknown) => log.warn(describeError(thrown), "old chat events could not be removed"));
    db.work
      .run(clearRestatements)
      .catch((thrown: unknown) => log.warn(describeError(thrown), "old restatements could not be removed"));
  }, HOUR_MS);
  housekeeping.unref();
  lifecycle.onStop("housekeeping", () => clearInterval(housekeeping));
}

/** Asks every minute, and once now, who is owed a digest. What is owed is decided there: the tick may come late or twice. */
export async function startDigestTick(delivering: Delivering, lifecycle: Lifecycle): Promise<void> {
  await delivering.tick();
  const minute = schedule("* * * * *", () => delivering.tick(), { name: "digest", suppressMissedWarning: true });
  lifecycle.onStop("minute tick", async () => {
    await minute.destroy();
  });
}

/** Asks every minute, and once now, what surveys need: questions to post, reactions to read, ends. */
export async function startSurveyTick(pollster: Pick<Pollster, "tick" | "idle">, lifecycle: Lifecycle): Promise<void> {
  let ticking = pollster.tick();
  const tick = async () => {
    await ticking;
    ticking = pollster.tick();
    await ticking;
  };
  const minute = schedule("* * * * *", tick, { name: "surveys", noOverlap: true, suppressMissedWarning: true });
  lifecycle.onStop("surveys", async () => {
    await minute.destroy();
    await pollster.idle();
  });
}
