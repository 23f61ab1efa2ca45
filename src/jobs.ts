import { schedule } from "node-cron";
import type { Corrector } from "./bot/digest/corrections/corrector.ts";
import { clearPostedNumbers } from "./bot/digest/corrections/posted-store.ts";
import type { Delivering } from "./bot/digest/delivering.ts";
import { clearInbox } from "./bot/inbox-store.ts";
import type { Pollster } from "./bot/surveys/pollster.ts";
import { roundOfTickets } from "./bot/tickets/rounds.ts";
import type { Ticketing } from "./bot/tickets/ticketing.ts";
import type { Warner } from "./bot/warnings/warner.ts";
import type { Lifecycle } from "./core/lifecycle.ts";
import { localDay, type Clock } from "./core/time.ts";
import { clearLetters } from "./events/dead-letter-store.ts";
import type { Foundation } from "./foundation.ts";
import { createFreshnessJudge } from "./metrics/freshness/freshness.ts";
import { keepLooking } from "./metrics/quality/keep-looking.ts";
import { createQualityLook, type QualityLook } from "./metrics/quality/looking.ts";
import { createDailyRun, type DailyRun } from "./metrics/rollup/daily-run.ts";
import { clearRestatements } from "./metrics/rollup/restatement-store.ts";
import { startRolling } from "./metrics/rollup/rolling.ts";
import type { Roller } from "./metrics/rollup/roller.ts";
import { clearDeliveries } from "./tickets/webhook-store.ts";
import { startWebhooks, type WebhookSettings } from "./tickets/webhooks.ts";
import type { Rooms } from "./rooms.ts";

interface JobsParts {
  readonly foundation: Foundation;
  readonly rooms: Pick<Rooms, "roller">;
  readonly lifecycle: Lifecycle;
  /** Null: nobody is told of tickets. */
  readonly webhooks: WebhookSettings | null;
}

/** The ticks: rollups whenever something is dirty, webhooks whenever a ticket changes, and the daily run. */
export function startJobs({ foundation, rooms: { roller }, lifecycle, webhooks }: JobsParts): void {
  const stopRolling = startRolling({ roller, log: foundation.log });
  lifecycle.onStop("rollups", stopRolling);
  if (webhooks !== null) {
    const { db, clock, log } = foundation;
    lifecycle.onStop("webhooks", startWebhooks({ pool: db.work, settings: webhooks, clock, log }));
  }
  lifecycle.onStop("data quality", keepLooking({ look: createLook(foundation), log: foundation.log }));
  const daily = createDailyJob(foundation, roller);
  const minute = schedule("* * * * *", () => daily.tick(), { name: "daily run", suppressMissedWarning: true });
  lifecycle.onStop("daily run", async () => {
    await minute.destroy();
    await daily.stop();
  });
  void daily.tick();
}

/** Looks for what seems wrong in what was accepted; a source that fell silent is judged as of the day before. */
function createLook({ db, workspace, clock }: Pick<Foundation, "db" | "workspace" | "clock">): QualityLook {
  const freshness = createFreshnessJudge({ db, clock, workspace });
  const silent = () => freshness.judge(localDay(clock.now(), workspace.timeZone).subtract({ days: 1 }));
  return createQualityLook({ db, workspace, silent });
}

/** Housekeeping comes first: numbers that cannot be worked out must not keep old rows. */
export function createDailyJob(
  parts: Pick<Foundation, "db" | "partitions" | "log" | "workspace"> & { readonly clock: Clock },
  roller: Pick<Roller, "recompute">,
): DailyRun {
  const { db, partitions, clock, log, workspace } = parts;
  return createDailyRun({
    pool: db.work,
    clock,
    log,
    timeZone: workspace.timeZone,
    async work(day, signal) {
      await partitions.ensureStart(clock.now());
      for (const clear of [clearInbox, clearLetters, clearRestatements, clearDeliveries, clearPostedNumbers])
        await db.work.run(clear);
      await roller.recompute([day], { signal });
    },
  });
}

/** Asks every minute, and once now, who is owed a digest. What is owed is decided there: the tick may come late or twice. */
export async function startDigestTick(
  delivering: Pick<Delivering, "tick">,
  corrector: Corrector,
  lifecycle: Lifecycle,
): Promise<void> {
  await delivering.tick();
  let correcting = corrector.tick();
  const tick = async () => {
    await delivering.tick();
    await correcting;
    correcting = corrector.tick();
  };
  const minute = schedule("* * * * *", tick, { name: "digest", suppressMissedWarning: true });
  lifecycle.onStop("minute tick", async () => {
    await minute.destroy();
    await correcting;
  });
}

/** Tells admins what only they can mend, every minute and once now. */
export function startWarningTick(warner: Warner, lifecycle: Lifecycle): void {
  let telling = warner.tick();
  const again = () => (telling = warner.tick());
  const minute = schedule("* * * * *", again, { name: "warnings", suppressMissedWarning: true, noOverlap: true });
  lifecycle.onStop("warnings", async () => {
    await minute.destroy();
    await telling;
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
