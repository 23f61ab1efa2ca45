import fc from "fast-check";

export type EventBody = Readonly<Record<string, unknown>>;

/** Some events that belong together: a subscription's life, a ticket's, or one request. */
export interface Story {
  readonly events: readonly EventBody[];
  readonly idPrefix: number;
  /** May be posted without ids where their order does not matter. */
  readonly mayLackId: boolean;
  readonly source: string;
}

interface Surroundings {
  readonly at: fc.Arbitrary<number>;
  readonly isoOf: (milliseconds: number, microseconds?: number) => string;
  readonly currency: string;
  readonly nowMs: number;
  readonly activationDays: number;
}

const USERS = ["u1", "u2", "U2", "ü3", "t1", "17"];
const TEAMS = ["t1", "u1", "t2"];
const user = fc.constantFrom(...USERS);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const without = (event: EventBody): EventBody =>
  Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));

export function stories(around: Surroundings): fc.Arbitrary<Story> {
  const when = fc.tuple(around.at, fc.constantFrom(0, 0, 1, 999)).map(([ms, us]) => around.isoOf(ms, us));
  const one = (fields: fc.Arbitrary<EventBody>): fc.Arbitrary<EventBody[]> =>
    fc.tuple(fields, when).map(([event, occurred_at]) => [without({ ...event, occurred_at })]);
  const told = fc.oneof(
    { weight: 8, arbitrary: one(request) },
    { weight: 2, arbitrary: one(error) },
    { weight: 4, arbitrary: one(signup) },
    { weight: 3, arbitrary: one(activation) },
    { weight: 3, arbitrary: one(session) },
    { weight: 4, arbitrary: one(answer) },
    {
      weight: 1,
      arbitrary: one(fc.record({ type: fc.constant("track"), name: fc.constant("clicked"), user_id: maybe(user) })),
    },
    { weight: 2, arbitrary: onboarding(around) },
    { weight: 3, arbitrary: checks(around) },
    { weight: 8, arbitrary: subscription(around) },
    { weight: 4, arbitrary: ticket(around) },
  );
  return fc.record({
    events: told,
    idPrefix: fc.nat(8),
    mayLackId: fc.constantFrom(false, false, true),
    source: fc.constantFrom("api", "api", "api", "other"),
  });
}

const request = fc
  .record({
    type: fc.constant("request"),
    user_id: maybe(user),
    team_id: maybe(fc.constantFrom(...TEAMS)),
    method: fc.constantFrom("GET", "POST"),
    target: fc.constantFrom<EventBody>(
      { route: "/users/:id" },
      { route: "/a" },
      { route: "/b/:x" },
      { path: "/users/42" },
      { path: "/orders/0b7f2a54-90d1-4c6e-8a2f-3d1e5c7b9a10/items" },
    ),
    outcome: fc.constantFrom<EventBody>(
      { status: 200 },
      { status: 200 },
      { status: 404 },
      { status: 500 },
      { status: 200, failed: true },
      { status: 499 },
      { status: 599 },
      { status: 404, failed: true },
    ),
    duration_ms: fc.oneof(
      fc.constantFrom(0, 500, 501, 2000, 2001, 0.25),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 9_999_999 }).map((n) => n / 1000),
    ),
  })
  .map(({ target, outcome, ...rest }): EventBody => ({ ...rest, ...target, ...outcome }));

const error = fc.record({
  type: fc.constant("error"),
  error_type: fc.constantFrom("TypeError", "Timeout"),
  message: fc.constant("it broke"),
  severity: maybe(fc.constantFrom("critical", "error", "warning")),
  endpoint: maybe(fc.constant("/a")),
  user_id: maybe(user),
});

const signup = fc.record({ type: fc.constant("signup"), user_id: user, plan: maybe(fc.constant("pro")) });

const activation = fc.record({
  type: fc.constant("activation"),
  user_id: user,
  milestone: fc.constantFrom("profile_completed", "profile_completed", "first_api_call", "first_agent_session"),
});

/** A sign-up and all that activates, at the edges of the time that it may take. */
function onboarding({ at, isoOf, activationDays, nowMs }: Surroundings): fc.Arbitrary<EventBody[]> {
  const elapsed = fc.constantFrom(-60_000, 0, 1000, activationDays * 86_400_000 - 1, activationDays * 86_400_000);
  const names = ["profile_completed", "first_api_call", "first_agent_session"];
  return fc.tuple(at, user, fc.array(elapsed, { minLength: 3, maxLength: 3 })).map(([start, who, delays]) => [
    { type: "signup", user_id: who, occurred_at: isoOf(start) },
    ...names.map((milestone, index) => ({
      type: "activation",
      user_id: who,
      milestone,
      occurred_at: isoOf(Math.min(start + (delays[index] ?? 0), nowMs)),
    })),
  ]);
}

const session = fc.record({
  type: fc.constant("agent_session"),
  session_id: fc.constantFrom("x1", "x2", "x3", "x4", "x5", "x6"),
  user_id: user,
  action: fc.constantFrom("started", "started", "started", "ended"),
  tokens: maybe(fc.nat(1000)),
});

const answer = fc.record({ type: fc.constant("nps"), user_id: user, score: fc.constantFrom(0, 6, 7, 8, 9, 10) });

function checks({ at, isoOf }: Surroundings): fc.Arbitrary<EventBody[]> {
  const gaps = fc.array(fc.constantFrom(0, 1, 60, 299, 300, 301, 900), { minLength: 1, maxLength: 4 });
  const statuses = fc.array(fc.constantFrom("healthy", "degraded", "down"), { minLength: 5, maxLength: 5 });
  return fc.tuple(at, gaps, statuses, fc.constantFrom("web", "db")).map(([start, seconds, states, service]) => {
    let moment = start;
    return [0, ...seconds].map((gap, index) => {
      moment += gap * 1000;
      return { type: "health_check", service, status: states[index] ?? "healthy", occurred_at: isoOf(moment) };
    });
  });
}

const amountsOf = (currency: string): string[] =>
  currency === "JPY"
    ? ["1000", "999", "1", "0"]
    : currency === "KWD"
      ? ["1.005", "29.999", "10", "0.001"]
      : ["29.00", "0.01", "10.5", "1200", "0", "33.33"];

function subscription({ at, isoOf, currency, nowMs }: Surroundings): fc.Arbitrary<EventBody[]> {
  const account = fc.oneof(
    fc.record({ user_id: user }),
    fc.record({ team_id: fc.constantFrom(...TEAMS), user_id: maybe(user) }),
  );
  const event = fc.constantFrom(
    "renewed",
    "upgraded",
    "downgraded",
    "canceled",
    "canceled",
    "paused",
    "resumed",
    "trial_started",
    "refunded",
    "one_time",
    "subscription_started",
  );
  const price = fc.record({
    amount: maybe(fc.constantFrom(...amountsOf(currency))),
    billing_period: maybe(
      fc.constantFrom("day", "week", "two_weeks", "month", "quarter", "half_year", "year", "monthly", "yearly"),
    ),
    quantity: maybe(fc.integer({ min: 1, max: 5 })),
  });
  const later = fc.array(fc.tuple(at, event, price, maybe(fc.integer({ min: 0, max: 30 * 24 }))), { maxLength: 5 });
  const start = fc.record({
    kind: fc.constantFrom("subscription_started", "subscription_started", "trial_started", "renewed", "upgraded"),
    amount: fc.constantFrom(...amountsOf(currency)),
    price,
  });
  return fc
    .record({
      account,
      key: fc.constantFrom(undefined, "s1", "s2", "fx"),
      at,
      start,
      later,
      plan: maybe(fc.constantFrom("pro", "enterprise")),
    })
    .map((life) => {
      const fixed = {
        type: "revenue",
        ...life.account,
        subscription_id: life.key,
        ...(life.key === "fx" ? { currency: "CHF" } : {}),
      };
      const first = {
        ...fixed,
        ...life.start.price,
        event: life.start.kind,
        amount: life.start.amount,
        plan: life.plan,
      };
      const rest = life.later.map(([moment, kind, cost, hours]) => {
        const own = kind === "canceled" || kind === "refunded" ? {} : cost;
        const effective = kind === "canceled" && hours !== undefined ? moment + hours * 3_600_000 : undefined;
        const isSettled = effective === undefined || effective <= nowMs || effective > nowMs + 30 * 3_600_000;
        return {
          at: moment,
          body: { ...fixed, ...own, event: kind },
          effective: isSettled ? effective : undefined,
        };
      });
      return [{ at: life.at, body: first, effective: undefined }, ...rest].map(({ at: moment, body, effective }) =>
        without({
          ...body,
          occurred_at: isoOf(moment),
          effective_at: effective === undefined ? undefined : isoOf(Math.max(effective, moment)),
        }),
      );
    });
}

function ticket({ at, isoOf }: Surroundings): fc.Arbitrary<EventBody[]> {
  const step = fc.record({
    minutes: fc.constantFrom(1, 1, 30, 60, 1440, 3000),
    action: fc.constantFrom("replied", "assigned", "prioritized", "resolved", "resolved", "closed", "reopened"),
    by: fc.constantFrom("customer", "agent"),
  });
  const known = fc.record({
    at,
    ticket: fc.uuid(),
    steps: fc.array(step, { maxLength: 6 }),
    isOpened: fc.constantFrom(true, true, true, false),
  });
  return known.map((one) => {
    const opening = {
      type: "ticket",
      action: "opened",
      ticket_id: one.ticket,
      user_id: "u1",
      occurred_at: isoOf(one.at),
    };
    const steps = one.steps.map(({ minutes, action, by }) => ({
      type: "ticket",
      action,
      by,
      ticket_id: one.ticket,
      ...(action === "prioritized" ? { priority: "high" } : {}),
      occurred_at: isoOf(one.at + minutes * 60_000),
    }));
    const log = one.isOpened ? [opening, ...steps] : steps;
    return log.length === 0 ? [opening] : log;
  });
}
