import { schedule } from "node-cron";
import type { Delivering } from "./bot/digest/delivering.ts";
import { clearInbox } from "./bot/inbox-store.ts";
import { roundOfTickets } from "./bot/tickets/rounds.ts";
import type { Ticketing } from "./bot/tickets/ticketing.ts";
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

/** What is to be done about tickets, every minute and once now. */
export function startTicketTick(ticketing: Ticketing, lifecycle: Lifecycle): void {
  let round = roundOfTickets(ticketing);
  const again = () => (round = roundOfTickets(ticketing));
  const minute = schedule("* * * * *", again, { name: "tickets", suppressMissedWarning: true, noOverlap: true });
  lifecycle.onStop("tickets", async () => {
    await minute.destroy();
    await round;
    await ticketing.cards.idle();
  });
}
