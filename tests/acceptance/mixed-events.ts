import type { Temporal } from "temporal-polyfill";

/** A seeded die: the same seed rolls the same events. */
export function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * sides);
  };
}

type Roll = (sides: number) => number;
type Event = Record<string, unknown>;

const DAYS_BACK = 20;

const BODIES: readonly ((roll: Roll, n: number) => Event)[] = [
  (roll) => ({
    type: "request",
    method: "GET",
    route: `/things/${["list", ":id", "search"][roll(3)]}`,
    status: [200, 200, 200, 404, 500][roll(5)],
    duration_ms: roll(4000) / 4,
    ...(roll(4) > 0 ? { user_id: `user-${roll(300)}` } : {}),
  }),
  (roll) => ({
    type: "error",
    error_type: ["TypeError", "Timeout"][roll(2)],
    message: `Went wrong ${roll(9)}`,
    severity: ["critical", "error", "warning"][roll(3)],
  }),
  (roll) => ({ type: "signup", user_id: `user-${roll(300)}`, plan: ["free", "pro"][roll(2)] }),
  (roll) => ({
    type: "activation",
    user_id: `user-${roll(300)}`,
    milestone: ["profile_completed", "first_api_call", "first_agent_session"][roll(3)],
  }),
  (roll) => ({
    type: "revenue",
    team_id: `team-${roll(60)}`,
    event: [
      "subscription_started",
      "upgraded",
      "downgraded",
      "canceled",
      "renewed",
      "paused",
      "resumed",
      "refunded",
      "one_time",
    ][roll(9)],
    subscription_id: `s${roll(2)}`,
    amount: `${10 + roll(90)}.${10 + roll(90)}`,
    quantity: 1 + roll(3),
    billing_period: ["month", "year", "week", "quarter"][roll(4)],
  }),
  (roll, n) => ({
    type: "agent_session",
    session_id: `session-${roll(400)}`,
    user_id: `user-${roll(300)}`,
    action: n % 3 === 0 ? "ended" : "started",
    messages: roll(20),
  }),
  (roll) => ({
    type: "health_check",
    service: ["api", "web"][roll(2)],
    status: ["healthy", "healthy", "degraded", "down"][roll(4)],
    response_time_ms: roll(300),
  }),
  (roll) => ({ type: "nps", user_id: `user-${roll(300)}`, score: roll(11) }),
  (roll) => ({
    type: "ticket",
    ticket_id: `ticket-${roll(150)}`,
    action: ["opened", "opened", "replied", "resolved", "closed", "reopened", "assigned"][roll(7)],
    by: ["customer", "agent"][roll(2)],
  }),
  (roll) => ({ type: "track", name: "Exported", properties: { rows: roll(100) } }),
];

const SPOILED: readonly Event[] = [
  { type: "request", method: "GET", route: "/x", status: 99, duration_ms: 1 },
  { type: "signup", user_id: "nul\u0000byte" },
  { type: "nps", user_id: "user-1", score: 11 },
  { type: "revenue", team_id: "team-1", event: "upgraded", amount: "1.005", currency: "USD" },
  { type: "no_such_type" },
  { type: "track", name: "x", colour: "red" },
];

/** `count` events of all types over the 20 days before `now`: some late, one in fifty bad, a few conflicting. */
export function mixedEvents(count: number, seed: number, now: Temporal.Instant): Event[] {
  const roll = dice(seed);
  return Array.from({ length: count }, (_, n) => {
    const id = `event-${n}`;
    const secondsAgo = 600 + roll(DAYS_BACK * 86_400);
    const occurred_at = now.subtract({ seconds: secondsAgo }).round("second").toString();
    const spoiled = SPOILED[roll(SPOILED.length)];
    if (roll(50) === 0 && spoiled !== undefined) return { ...spoiled, id, occurred_at };
    const often = roll(3) > 0 ? 0 : roll(BODIES.length);
    return { ...BODIES[often]?.(roll, n), id, occurred_at };
  });
}

/** The same list in another order, with one in twelve sent again. */
export function shuffledWithRepeats(events: readonly Event[], seed: number): Event[] {
  const roll = dice(seed);
  const all = [...events, ...events.filter(() => roll(12) === 0)];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = roll(last + 1);
    const held = all[last] as Event;
    all[last] = all[other] as Event;
    all[other] = held;
  }
  return all;
}
