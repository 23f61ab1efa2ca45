import type { Log } from "../core/log.ts";
import type { DatabaseClock } from "./database-clock.ts";

const EVERY_MS = 60_000;
const WORTH_A_WARNING_MS = 5_000;
const REPEATED_AFTER = 60;
/** Beyond this no traffic should come here. */
const TOLERATED_MS = 60_000;

/** Null while the clock of this machine is within a minute of the database's; else what is wrong, for whoever set it. */
export function clockComplaint(driftMs: number): string | null {
  return Math.abs(driftMs) > TOLERATED_MS ? `${inWords(driftMs)}; set it, for example by NTP` : null;
}

/** Asks the database for the time each minute, and warns when the clock of this machine differs. Answers the stop. */
export function watchClock({ clock, log }: { readonly clock: DatabaseClock; readonly log: Log }): () => void {
  const look = createLook(clock, log);
  look();
  const timer = setInterval(() => void clock.sync().then(look, () => {}), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** What is to be done after each time the database was asked. */
export function createLook(clock: Pick<DatabaseClock, "driftMs">, log: Log): () => void {
  let toldMs = 0;
  let looksSince = 0;
  return () => {
    const driftMs = clock.driftMs();
    if (Math.abs(driftMs) <= WORTH_A_WARNING_MS) {
      if (toldMs !== 0) log.info({}, "The clock of this machine agrees with the database's again.");
      toldMs = 0;
      return;
    }
    looksSince += 1;
    const isNews = Math.abs(driftMs - toldMs) > WORTH_A_WARNING_MS || looksSince >= REPEATED_AFTER;
    if (!isNews) return;
    [toldMs, looksSince] = [driftMs, 0];
    const driftSeconds = Math.round(driftMs / 1000);
    log.warn({ driftSeconds }, `${inWords(driftMs)}. The database's time is used; set this machine's clock.`);
  };
}

function inWords(driftMs: number): string {
  const seconds = Math.round(Math.abs(driftMs) / 1000).toLocaleString("en-US");
  return `The clock of this machine is ${seconds} s ${driftMs > 0 ? "ahead of" : "behind"} the database's`;
}
