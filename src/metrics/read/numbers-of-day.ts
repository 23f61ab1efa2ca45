import type { StoredName } from "../catalogue.ts";
import type { Exact } from "./exact.ts";
import { EMPTY_HISTOGRAM, type Histogram } from "./histogram.ts";
import { NOBODY, NOTHING_CHANGED, type Numbers } from "./numbers.ts";
import { NO_TICKET_HOURS } from "./ticket-hours.ts";

/** The numbers of one day with data, of which only stored ones and the requests are known; a level counts from nothing. */
export function numbersOfDay(read: (name: StoredName) => Exact, requests: Histogram = EMPTY_HISTOGRAM): Numbers {
  return {
    isKnown: () => true,
    sum: read,
    last: read,
    closing: read,
    opening: () => 0n,
    seconds: () => 0n,
    histogram: () => requests,
    activation: () => ({ part: 0, whole: 0 }),
    churn: () => NOBODY,
    retention: () => NOTHING_CHANGED,
    lifetime: () => NOBODY,
    trials: () => NOBODY,
    grossMargin: 100,
    ticketHours: () => NO_TICKET_HOURS,
  };
}
