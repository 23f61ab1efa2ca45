import type { Partitions } from "../db/partitions.ts";
import type { EventRow } from "./event-row.ts";

const monthOf = (event: EventRow) => event.occurredAt.slice(0, 7);

/** Makes the months of requests that have no table yet, before they are written. */
export function createMonths(
  partitions: Pick<Partitions, "ensureMonths">,
): (events: readonly EventRow[]) => Promise<void> {
  const known = new Set<string>();
  return async (events) => {
    const missing = events.filter((event) => event.type === "request" && !known.has(monthOf(event)));
    if (missing.length === 0) return;
    const months = new Set(missing.map(monthOf));
    await partitions.ensureMonths(months);
    for (const month of months) known.add(month);
  };
}
