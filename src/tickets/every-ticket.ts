import type { Desk } from "./desk.ts";
import type { TicketStatus } from "./ticket-log.ts";
import type { TicketView } from "./ticket-view.ts";
import { positionOf } from "./view-store.ts";

const PAGE = 200;

/** All tickets of these statuses, page by page: those that have waited longest come last and must not be left out. */
export async function allOf(statuses: readonly TicketStatus[], desk: Pick<Desk, "list">): Promise<TicketView[]> {
  const all: TicketView[] = [];
  for (let page = await desk.list({ statuses, limit: PAGE }); ;) {
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return all;
    page = await desk.list({ statuses, limit: PAGE, after: positionOf(last) });
  }
}
