import { Problem } from "../../core/problem.ts";
import type { Temporal } from "../../core/time.ts";
import { groupsOf, metricOf } from "../../metrics/catalogue.ts";
import type { Asker } from "../asker.ts";
import { actorOf, writeAudit } from "../permission/audit-store.ts";
import type { Destination } from "../platform.ts";
import { endWarnings } from "../warnings/warning-store.ts";
import { alertName, type Alert } from "./alert.ts";
import { nowOf, type AlertParts } from "./alert-parts.ts";
import { addAlert, countAlerts, readAlerts, removeAlert, type NewAlert } from "./alert-store.ts";
import { complaintAbout } from "./condition.ts";
import { actOn, type Act } from "./episode-store.ts";
import { oweAnew, readMatters, unpauseAlert } from "./matter-store.ts";
import { whyWithheld } from "./notice-writing.ts";

/** The alerts, to be changed in chat. What cannot be done rejects with a `Problem` for people. */
export interface AlertBook {
  add(alert: Omit<NewAlert, "madeBy">, by: Asker): Promise<Alert>;
  list(): Promise<Alert[]>;
  find(alertNo: number): Promise<Alert>;
  remove(alert: Alert, by: Asker): Promise<void>;
  /** Posts again where it was paused. */
  resume(alert: Alert, by: Asker): Promise<void>;
  /** On the episode that is open. */
  act(alert: Alert, episode: number, act: Act, by: Asker): Promise<void>;
  now(): Promise<Temporal.Instant>;
}

export interface AlertCommandParts {
  readonly book: AlertBook;
  readonly timeZone: string;
  /** ISO 4217 */
  readonly currency: string;
}

const MOST_ALERTS = 200;
/** A key that no message has: only whether the channel can be looked into is asked. */
const NO_MESSAGE = "d-none";

export function createAlertBook(parts: AlertParts): AlertBook {
  const { db } = parts;
  const note = (alertNo: number, change: string, by: Asker) =>
    db.work.run((sql) =>
      writeAudit(sql, { actor: actorOf(by), action: "alert changed", subject: alertName(alertNo), detail: { change } }),
    );
  const find = async (alertNo: number): Promise<Alert> => {
    const [alert] = await db.read.run((sql) => readAlerts(sql, alertNo));
    if (alert !== undefined) return alert;
    throw new Problem("no_such_alert", 404, `There is no alert ${alertName(alertNo)}.`, {
      next: "`alert list` shows those that there are.",
    });
  };
  return {
    find,
    now: () => nowOf(parts),
    list: () => db.read.run((sql) => readAlerts(sql)),
    async add(alert, by) {
      await mustBePossible(alert, parts);
      const alertNo = await db.work.run((sql) => addAlert(sql, { ...alert, madeBy: actorOf(by) }));
      await note(alertNo, "add", by);
      return find(alertNo);
    },
    async remove({ alertNo }, by) {
      const now = await nowOf(parts);
      await db.work.transaction((sql) => removeAlert(sql, alertNo, { by: actorOf(by), now }));
      await note(alertNo, "remove", by);
    },
    async resume({ alertNo, open, destination }, by) {
      const isResumed = await db.work.run((sql) => unpauseAlert(sql, alertNo));
      if (!isResumed) throw new Problem("not_paused", 409, `${alertName(alertNo)} is not paused.`);
      const [matter] =
        open === null ? [] : await db.read.run((sql) => readMatters(sql, { alertNo, episode: open.episode }));
      if (matter !== undefined) await db.work.run((sql) => oweAnew(sql, matter));
      await db.work.run((sql) => endWarnings(sql, destination));
      await note(alertNo, "resume", by);
    },
    async act({ alertNo }, episode, act, by) {
      const doing = { by: actorOf(by), now: await nowOf(parts) };
      const isOpen = await db.work.transaction((sql) => actOn(sql, { alertNo, episode }, act, doing));
      if (!isOpen)
        throw new Problem("alert_is_over", 409, `${alertName(alertNo)} is back to normal: nothing is left to do.`);
      await note(alertNo, act.act, by);
    },
  };
}

async function mustBePossible(alert: Omit<NewAlert, "madeBy">, parts: AlertParts): Promise<void> {
  const { metric, part, destination } = alert;
  const complaint = complaintAbout(alert);
  if (complaint !== null) throw new Problem("not_understood", 400, complaint);
  if (part !== null && !groupsOf(metric).includes(part.by)) {
    const groups = groupsOf(metric).map((name) => `\`${name}\``);
    const next = groups.length === 0 ? "It has no groups." : `It has ${groups.join(", ")}.`;
    throw new Problem("not_understood", 400, `\`${metric}\` is not known by \`${part.by}\`.`, { next });
  }
  if ((await parts.db.read.run(countAlerts)) >= MOST_ALERTS)
    throw new Problem("too_many_alerts", 409, `There are ${MOST_ALERTS} alerts, which is the most.`, {
      next: "Remove one: `alert list` shows them.",
    });
  await mustBeTold(metric, destination, parts);
}

/** In the terminal no platform is connected: then it is seen when the first notice goes out. */
async function mustBeTold(metric: Alert["metric"], destination: Destination, parts: AlertParts): Promise<void> {
  const platform = parts.platforms.find(({ name }) => name === destination.platform);
  if (platform === undefined) return;
  const now = await nowOf(parts);
  const lookup = await platform.lookUp({ destination, key: NO_MESSAGE }, now);
  if (lookup.found === "unknown" && lookup.closed === true) throw new Problem("channel_closed", 409, lookup.reason);
  const withheld = await whyWithheld({ alertNo: 0, metric, destination }, platform, parts);
  if (withheld !== null) throw new Problem("not_shown_there", 403, withheld);
}

/** The group of numbers that it is about. */
export function groupOf({ metric }: Pick<Alert, "metric">) {
  return metricOf(metric).group;
}
