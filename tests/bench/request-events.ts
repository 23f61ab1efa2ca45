const ROUTES = ["/users/:id", "/orders", "/orders/:id", "/search", "/exports", "/teams/:id/members", "/login", "/me"];
const PEOPLE = 1_000;

export interface RequestEvent {
  readonly type: "request";
  readonly id: string;
  readonly occurred_at: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly duration_ms: number;
  readonly user_id: string;
}

/** What a tracker sends for one request: `no` makes its id, and the rest follows from it. */
export function requestEvent(run: string, no: number): RequestEvent {
  return {
    type: "request",
    id: `${run}-${no}`,
    occurred_at: new Date(Date.now() - (no % 60_000)).toISOString(),
    method: no % 5 === 0 ? "POST" : "GET",
    route: ROUTES[no % ROUTES.length] ?? "/",
    status: no % 100 === 0 ? 500 : 200,
    duration_ms: 5 + ((no * 7_919) % 10_000) / 40,
    user_id: `user_${(no * 104_729) % PEOPLE}`,
  };
}

export function requestEvents(run: string, from: number, count: number): RequestEvent[] {
  return Array.from({ length: count }, (_, at) => requestEvent(run, from + at));
}
