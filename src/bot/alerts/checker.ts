import { describeError } from "../../core/log.ts";
import { readAlerts } from "./alert-store.ts";
import { stepFor } from "./alert.ts";
import { nowOf, numbersAt, type AlertParts } from "./alert-parts.ts";
import { applyStep } from "./episode-store.ts";
import { judge } from "./judging.ts";
import { tend } from "./tending.ts";

/**
 * Looks at all alerts as the numbers are now and does what follows, on any number of instances at once. Never rejects:
 * what failed is looked at again the next time.
 */
export async function checkAlerts(parts: AlertParts): Promise<void> {
  const { db, log, timeZone } = parts;
  try {
    const now = await nowOf(parts);
    const alerts = await db.read.run((sql) => readAlerts(sql));
    if (alerts.length > 0) {
      const numbers = await numbersAt(parts, now);
      for (const alert of alerts) {
        try {
          const reading = judge(alert, await numbers.of(alert));
          const step = stepFor(alert, reading, now);
          if (step !== null)
            await db.work.transaction((sql) => applyStep(sql, { alert, reading, step, now, timeZone }));
        } catch (thrown) {
          log.warn({ alert: alert.alertNo, error: describeError(thrown) }, "An alert could not be judged.");
        }
      }
    }
    await tend(parts, now);
  } catch (thrown) {
    log.warn({ error: describeError(thrown) }, "Alerts wait: they could not be looked at.");
  }
}
