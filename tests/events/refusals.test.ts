import { expect, test } from "vitest";
import { readEvent, type Reading } from "../../src/events/read-event.ts";
import { readMoment } from "../../src/events/moment.ts";
import { tidyId } from "../../src/events/outside-id.ts";
import { routePattern } from "../../src/events/route-pattern.ts";
import { NOW } from "./support.ts";

const reading: Reading = {
  source: "api",
  importing: false,
  cause: null,
  now: readMoment(NOW) ?? 0,
  ageLimits: { requestAndErrorDays: 90, otherDays: 400 },
  routeOf: routePattern,
  keep: tidyId,
};

const request = { type: "request", method: "GET", path: "/a", status: 200, duration_ms: 1 };
const track = { type: "track", name: "n" };
const revenue = { type: "revenue", event: "subscription_started", user_id: "u", amount: 10 };
const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`) as unknown;
let levels20: unknown = 1;
for (let level = 0; level < 19; level += 1) levels20 = { a: levels20 };

const REFUSED: [what: string, event: unknown, code: string, named: string][] = [
  ["a number", 7, "invalid_event", "object"],
  ["an array", [], "invalid_event", "object"],
  ["null", null, "invalid_event", "object"],
  ["no type", {}, "missing_field", "`type`"],
  ["an unknown type", { type: "secret" }, "unknown_type", "`type`"],
  ["the name of an inherited property as type", { type: "constructor" }, "unknown_type", "`type`"],
  ["an unknown field", { ...track, colour: "secret" }, "unknown_field", "`colour`"],
  ["a field called __proto__", JSON.parse('{"type":"track","name":"n","__proto__":1}'), "unknown_field", "`__proto__`"],
  ["a field of another type", { ...track, status: 200 }, "unknown_field", "`status`"],
  ["a missing field", { type: "track" }, "missing_field", "`name`"],
  ["a required field that is null", { type: "track", name: null }, "missing_field", "`name`"],
  ["neither route nor path", { ...request, path: undefined }, "missing_field", "`path`"],
  ["an empty id", { ...track, id: "" }, "invalid_field", "`id`"],
  ["an id of 201 characters", { ...track, id: "s".repeat(201) }, "too_large", "`id`"],
  ["a number as user id", { ...track, user_id: 42 }, "invalid_field", "`user_id`"],
  ["a status of 99", { ...request, status: 99 }, "invalid_field", "`status`"],
  ["a status of 200.5", { ...request, status: 200.5 }, "invalid_field", "`status`"],
  ["a negative duration", { ...request, duration_ms: -1 }, "invalid_field", "`duration_ms`"],
  [
    "a duration of 1e400",
    JSON.parse('{"type":"request","method":"GET","path":"/a","status":200,"duration_ms":1e400}'),
    "invalid_field",
    "`duration_ms`",
  ],
  ["a method with a blank", { ...request, method: "G T" }, "invalid_field", "`method`"],
  ["NUL in text", { ...track, name: "a\0b" }, "invalid_text", "`name`"],
  ["half a surrogate pair in text", { ...track, name: "a\ud800" }, "invalid_text", "`name`"],
  ["NUL in metadata", { ...track, metadata: { a: ["\0"] } }, "invalid_text", "`metadata`"],
  [
    "half a surrogate pair in a key of properties",
    { ...track, properties: { "\udc00": 1 } },
    "invalid_text",
    "`properties`",
  ],
  ["metadata 100,000 levels deep", { ...track, metadata: deep }, "invalid_field", "`metadata`"],
  ["metadata 21 levels deep", { ...track, metadata: { a: { a: levels20 } } }, "invalid_field", "`metadata`"],
  ["1e400 in metadata", { ...track, metadata: JSON.parse('{"a":1e400}') as unknown }, "invalid_field", "`metadata`"],
  ["metadata of more than 4 KB", { ...track, metadata: { a: "é".repeat(2_048) } }, "too_large", "`metadata`"],
  ["an array as metadata", { ...track, metadata: [1] }, "invalid_field", "`metadata`"],
  ["a name of 1 MB", { ...track, name: "x".repeat(1_000_000) }, "too_large", "`name`"],
  ["a time without offset", { ...track, occurred_at: "2026-11-20T09:00:00" }, "invalid_field", "`occurred_at`"],
  ["30 February", { ...track, occurred_at: "2026-02-30T09:00:00Z" }, "invalid_field", "`occurred_at`"],
  ["the year 275760", { ...track, occurred_at: "+275760-09-13T00:00:00Z" }, "invalid_field", "`occurred_at`"],
  [
    "a time 5 minutes and a second ahead",
    { ...track, occurred_at: "2026-11-20T12:05:01Z" },
    "in_the_future",
    "`occurred_at`",
  ],
  ["a request of 91 days ago", { ...request, occurred_at: "2026-08-21T12:00:00Z" }, "too_old", "`occurred_at`"],
  ["an event of 401 days ago", { ...track, occurred_at: "2025-10-15T12:00:00Z" }, "too_old", "`occurred_at`"],
  ["an amount finer than a cent", { ...revenue, amount: "10.001", currency: "USD" }, "invalid_field", "`amount`"],
  ["half a yen", { ...revenue, amount: 10.5, currency: "JPY" }, "invalid_field", "`amount`"],
  ["a negative amount", { ...revenue, amount: -5 }, "invalid_field", "`amount`"],
  ["a sum that a double misses", { ...revenue, amount: 0.1 + 0.2 }, "invalid_field", "`amount`"],
  ["a number too large to be exact", { ...revenue, amount: 123_456_789_012_345 }, "invalid_field", "`amount`"],
  ["an amount in words", { ...revenue, amount: "ten" }, "invalid_field", "`amount`"],
  ["a currency nobody knows", { ...revenue, currency: "ZZZ" }, "invalid_field", "`currency`"],
  ["revenue of nobody", { ...revenue, user_id: undefined }, "missing_field", "`team_id`"],
  ["effective_at on a renewal", { ...revenue, event: "renewed", effective_at: NOW }, "invalid_field", "`effective_at`"],
  [
    "effective_at 401 days ago",
    { ...revenue, event: "canceled", effective_at: "2025-10-15T12:00:00Z" },
    "too_old",
    "`effective_at`",
  ],
  ["four decimals of no currency", { ...revenue, amount: "10.0001" }, "invalid_field", "`amount`"],
  ["amount and unit_amount", { ...revenue, unit_amount: "0.5" }, "invalid_field", "`unit_amount`"],
  [
    "nine decimals of a cent's currency",
    { ...revenue, amount: null, unit_amount: "0.000000001", currency: "USD" },
    "invalid_field",
    "`unit_amount`",
  ],
  ["seven decimals of a seat", { ...revenue, quantity: "1.0000001" }, "invalid_field", "`quantity`"],
  ["a negative quantity", { ...revenue, quantity: -1 }, "invalid_field", "`quantity`"],
  ["a discount of 101 percent", { ...revenue, discount: { percent: "101" } }, "invalid_field", "`discount`"],
  ["a discount of two kinds", { ...revenue, discount: { percent: 1, amount: 1 } }, "invalid_field", "`discount`"],
  ["a discount of nothing", { ...revenue, discount: {} }, "invalid_field", "`discount`"],
  ["a discount that is a number", { ...revenue, discount: 20 }, "invalid_field", "`discount`"],
  ["a negative discount", { ...revenue, discount: { amount: "-1" } }, "invalid_field", "`discount`"],
  [
    "the end of no discount",
    { ...revenue, discount_until: "2027-01-01T00:00:00Z" },
    "invalid_field",
    "`discount_until`",
  ],
  [
    "a discount until some day",
    { ...revenue, discount: { percent: 1 }, discount_until: "2027" },
    "invalid_field",
    "`discount_until`",
  ],
  ["a trial until some day", { ...revenue, trial_ends_at: "soon" }, "invalid_field", "`trial_ends_at`"],
  ["half a sequence", { ...revenue, sequence: 1.5 }, "invalid_field", "`sequence`"],
  ["a term of eleven years", { ...revenue, billing_period: { unit: "year", count: 11 } }, "invalid_field", "`count`"],
  [
    "a term of no months",
    { ...revenue, billing_period: { unit: "month", count: 0 } },
    "invalid_field",
    "`billing_period`",
  ],
  ["a term of hours", { ...revenue, billing_period: { unit: "hour", count: 1 } }, "invalid_field", "`billing_period`"],
  [
    "a session that nobody started",
    { type: "agent_session", session_id: "s", action: "started" },
    "missing_field",
    "`user_id`",
  ],
  ["a quantity beyond an integer", { ...revenue, quantity: 2_147_483_648 }, "invalid_field", "`quantity`"],
  ["a sign-up of nobody", { type: "signup", user_id: " NULL\u200B" }, "placeholder_id", "`user_id`"],
  ["a sign-up of an empty id", { type: "signup", user_id: "" }, "placeholder_id", "`user_id`"],
  ["an answer of an object", { type: "nps", user_id: "[object Object]", score: 9 }, "placeholder_id", "`user_id`"],
  ["a team that is none", { ...revenue, team_id: "None" }, "placeholder_id", "`team_id`"],
  ["a subscription that is none", { ...revenue, subscription_id: "undefined" }, "placeholder_id", "`subscription_id`"],
  [
    "a session of white space",
    { type: "agent_session", session_id: "\u00A0", user_id: "u", action: "started" },
    "invalid_field",
    "`session_id`",
  ],
  ["a score of 11", { type: "nps", user_id: "u", score: 11 }, "invalid_field", "`score`"],
  ["a reply to no ticket", { type: "ticket", action: "replied" }, "missing_field", "`ticket_id`"],
];

test.each(REFUSED)(
  "%s is refused with a stable code and a sentence that names the field",
  (_what, event, code, named) => {
    const read = readEvent(event, reading);
    expect(read).toMatchObject({ verdict: "rejected", code });
    const reason = "reason" in read ? read.reason : "";
    expect(reason).toContain(named);
    expect(reason).toMatch(/\.$/);
    expect(reason.length).toBeLessThan(400);
  },
);

test("a reason never repeats a value", () => {
  const secret = "s3cr3t";
  const events = [
    { type: secret },
    { ...track, colour: secret },
    { ...request, method: secret, status: secret, duration_ms: secret, failed: secret },
    { ...revenue, amount: secret, currency: secret },
    { ...revenue, billing_period: secret, event: secret, quantity: secret, effective_at: secret },
    { ...revenue, quantity: secret },
    { ...revenue, discount: { percent: secret } },
    { ...revenue, discount: { amount: secret } },
    { ...revenue, discount: { [secret]: 1 } },
    { ...revenue, billing_period: { unit: secret, [secret]: 1 } },
    { ...revenue, sequence: secret, unit_amount: secret, trial_ends_at: secret },
    { ...track, occurred_at: secret, metadata: secret, id: `${secret}\0` },
  ];
  for (const event of events) {
    const read = readEvent(event, reading);
    expect("reason" in read ? read.reason : secret).not.toContain(secret);
  }
});

const ACCEPTED: [what: string, event: Record<string, unknown>][] = [
  ["a time 5 minutes ahead", { ...track, occurred_at: "2026-11-20T12:05:00Z" }],
  ["a request of 90 days ago", { ...request, occurred_at: "2026-08-22T12:00:00Z" }],
  ["an event of 400 days ago", { ...track, occurred_at: "2025-10-16T12:00:00Z" }],
  ["metadata 20 levels deep", { ...track, metadata: { a: levels20 } }],
  ["an id of 200 emoji", { ...track, id: "🦊".repeat(200) }],
  ["a leap second", { ...track, occurred_at: "2016-12-31T23:59:60Z".replace("2016", "2025") }],
  ["three decimals of a dinar", { ...revenue, amount: "10.001", currency: "KWD" }],
  ["trailing zeros", { ...revenue, amount: "10.500", currency: "USD" }],
  ["three decimals of a currency to be found out", { ...revenue, amount: "15.345" }],
  ["a session that nobody ended", { type: "agent_session", session_id: "s", action: "ended" }],
  [
    "a cancellation with a price as fine as it likes",
    { ...revenue, event: "canceled", amount: "9.999", currency: "JPY" },
  ],
  ["a start that was recorded late", { ...revenue, occurred_at: NOW, effective_at: "2025-10-16T12:00:00Z" }],
  ["a field that is undefined", { ...track, team_id: undefined }],
];

test.each(ACCEPTED)("%s is accepted", (_what, event) => {
  expect(readEvent(event, reading)).not.toHaveProperty("verdict");
});

test("an import lifts the age limits and not the limit ahead", () => {
  const importing = { ...reading, importing: true };
  expect(readEvent({ ...request, occurred_at: "2001-01-01T00:00:00Z" }, importing)).not.toHaveProperty("verdict");
  expect(readEvent({ ...request, occurred_at: "1999-12-31T23:59:59Z" }, importing)).toMatchObject({ code: "too_old" });
  expect(readEvent({ ...request, occurred_at: "2027-01-01T00:00:00Z" }, importing)).toMatchObject({
    code: "in_the_future",
  });
});
