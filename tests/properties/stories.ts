import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { areas } from "./areas.ts";
import { without, type EventBody } from "./event-body.ts";
import { anybody, maybe, placeholder, team, user } from "./ids.ts";
import { subscription } from "./revenue-stories.ts";
import { afterthought, ticket } from "./ticket-stories.ts";

/** Some events that belong together: a subscription's life, a ticket's, or one request. */
export interface Story {
  readonly events: readonly EventBody[];
  readonly idPrefix: number;
  /** May be posted without ids where their order does not matter. */
  readonly mayLackId: boolean;
  readonly source: string;
  readonly importing: boolean;
}

export interface Surroundings {
  readonly at: fc.Arbitrary<number>;
  readonly isoOf: (milliseconds: number, microseconds?: number) => string;
  readonly currency: string;
  readonly nowMs: number;
  readonly activationDays: number;
}

/** Worlds in which a bit of everything happens, or mostly subscriptions of a few accounts. */
export type Focus = "all" | "money";

export function stories(around: Surroundings, focus: Focus): fc.Arbitrary<Story> {
  const when = fc.tuple(around.at, fc.constantFrom(0, 0, 1, 999)).map(([ms, us]) => around.isoOf(ms, us));
  const one = (fields: fc.Arbitrary<EventBody>): fc.Arbitrary<EventBody[]> =>
    fc.tuple(fields, when).map(([event, occurred_at]) => [without({ ...event, occurred_at })]);
  const ofMoney = fc.oneof(
    { weight: 5, arbitrary: subscription(around) },
    { weight: 1, arbitrary: one(signup) },
    { weight: 1, arbitrary: one(request) },
  );
  const ofAll = fc.oneof(
    { weight: 8, arbitrary: one(request) },
    { weight: 2, arbitrary: one(error) },
    { weight: 4, arbitrary: one(signup) },
    { weight: 3, arbitrary: one(activation) },
    { weight: 3, arbitrary: one(session) },
    { weight: 6, arbitrary: one(answer) },
    {
      weight: 1,
      arbitrary: one(fc.record({ type: fc.constant("track"), name: fc.constant("clicked"), user_id: maybe(user) })),
    },
    { weight: 2, arbitrary: onboarding(around) },
    { weight: 1, arbitrary: one(firstCalls) },
    { weight: 3, arbitrary: checks(around) },
    { weight: areas.includes("money") ? 10 : 0, arbitrary: subscription(around) },
    { weight: 4, arbitrary: ticket(around) },
    { weight: 1, arbitrary: afterthought(around) },
    { weight: areas.includes("ids") ? 1 : 0, arbitrary: one(nobodys) },
  );
  return fc
    .record({
      events: focus === "money" ? ofMoney : ofAll,
      idPrefix: fc.nat(8),
      mayLackId: fc.constantFrom(false, false, true),
      source: fc.constantFrom("api", "api", "api", "other"),
      importing: fc.constantFrom(false, false, false, false, false, true),
      isOld: fc.constantFrom(false, false, true),
    })
    .map(({ isOld, ...story }): Story => {
      const mayBeOld = story.importing && story.events[0]?.["type"] !== "request";
      return isOld && mayBeOld ? { ...story, events: story.events.map(longAgo) } : story;
    });
}

/** Older than what may be posted. */
function longAgo(event: EventBody): EventBody {
  const moved = Temporal.Instant.from(String(event["occurred_at"])).subtract({ hours: 24 * 401 });
  return { ...event, occurred_at: moved.toString() };
}

const request = fc
  .record({
    type: fc.constant("request"),
    user_id: anybody,
    team_id: maybe(team),
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
  milestone: fc.constantFrom(
    "profile_completed",
    "profile_completed",
    "first_api_call",
    "first_agent_session",
    "Profile_Completed",
    "first api call",
  ),
});

/** Somebody's first calls, of which the failed ones do not count. */
const firstCalls = fc
  .record({
    user_id: user,
    outcome: fc.constantFrom<EventBody>(
      { status: 399 },
      { status: 400 },
      { status: 200, failed: true },
      { status: 401 },
    ),
  })
  .map(({ user_id, outcome }): EventBody => {
    const call = { type: "request", method: "GET", route: "/a", duration_ms: 5, user_id };
    return { ...call, ...outcome };
  });

/** About nobody, so refused. */
const nobodys = placeholder.chain((user_id) =>
  fc.constantFrom<EventBody>(
    { type: "signup", user_id },
    { type: "nps", user_id, score: 9 },
    { type: "revenue", team_id: user_id, event: "subscription_started", amount: 5 },
    { type: "revenue", user_id: "u1", subscription_id: user_id, event: "renewed", amount: 5 },
    { type: "activation", user_id, milestone: "profile_completed" },
  ),
);

/** A sign-up and all that activates, at the edges of the time that it may take. */
function onboarding({ at, isoOf, activationDays, nowMs }: Surroundings): fc.Arbitrary<EventBody[]> {
  const elapsed = fc.constantFrom(-60_000, 0, 1000, activationDays * 86_400_000 - 1, activationDays * 86_400_000);
  const first = fc.oneof(fc.constant<EventBody>({ type: "activation", milestone: "first_api_call" }), firstCalls);
  return fc
    .tuple(at, user, fc.array(elapsed, { minLength: 3, maxLength: 3 }), first)
    .map(([start, user_id, delays, call]) => {
      const said = ["profile_completed", "first_agent_session"].map((milestone) => ({ type: "activation", milestone }));
      const steps = [call, ...said].map((step, index) => {
        return { ...step, user_id, occurred_at: isoOf(Math.min(start + (delays[index] ?? 0), nowMs)) };
      });
      return [{ type: "signup", user_id, occurred_at: isoOf(start) }, ...steps];
    });
}

/** The same few ids at different people; an end may leave out whose it is. */
const session = fc
  .record({
    type: fc.constant("agent_session"),
    session_id: fc.constantFrom("x1", "x2", "x3", "x4", "x5", "x6"),
    user_id: user,
    action: fc.constantFrom("started", "started", "started", "ended"),
    tokens: maybe(fc.nat(1000)),
    isNamed: fc.boolean(),
  })
  .map(({ isNamed, user_id, ...rest }): EventBody => {
    const mayLackUser = areas.includes("people") && rest.action === "ended";
    return { ...rest, user_id: mayLackUser && !isNamed ? undefined : user_id };
  });

const answer = fc.record({ type: fc.constant("nps"), user_id: user, score: fc.constantFrom(0, 6, 7, 8, 9, 10) });

/** Checks of a service from up to three places, with gaps, and several at one instant. */
function checks({ at, isoOf }: Surroundings): fc.Arbitrary<EventBody[]> {
  const probe = areas.includes("health") ? fc.constantFrom(undefined, undefined, "eu", "us") : fc.constant(undefined);
  const check = fc.record({
    seconds: fc.constantFrom(0, 0, 1, 60, 150, 299, 300, 301, 900, 10_800),
    status: fc.constantFrom("healthy", "healthy", "degraded", "down"),
    probe,
  });
  return fc
    .tuple(at, fc.array(check, { minLength: 1, maxLength: 6 }), fc.constantFrom("web", "db"))
    .map(([start, all, service]) => {
      let moment = start;
      return all.map(({ seconds, status, probe: from }) => {
        moment += seconds * 1000;
        return without({ type: "health_check", service, status, probe: from, occurred_at: isoOf(moment) });
      });
    });
}
