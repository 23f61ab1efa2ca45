import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { expect, test } from "vitest";
import { foldPerson, type PersonHistory } from "../../src/metrics/rollup/person.ts";

const HOUR = 3_600_000_000n;
const DAY = 24n * HOUR;
const SIGNED_UP = 20_000n * DAY;
const RULE = { milestones: DEFAULT_POLICIES.activationMilestones, days: 7 };

const NOTHING: PersonHistory = { signups: [], milestones: [], firstRequestAt: null, firstSessionAt: null };

const active: PersonHistory = {
  signups: [SIGNED_UP],
  milestones: [{ milestone: "profile_completed", at: SIGNED_UP + HOUR }],
  firstRequestAt: SIGNED_UP + 2n * HOUR,
  firstSessionAt: SIGNED_UP + 3n * HOUR,
};

test("the sign-up is the earliest of a person's sign-ups", () => {
  const person = foldPerson({ ...NOTHING, signups: [SIGNED_UP + DAY, SIGNED_UP, SIGNED_UP + HOUR] }, RULE);
  expect(person.signedUpAt).toBe(SIGNED_UP);
});

test("who never signed up reaches nothing and is never activated", () => {
  const person = foldPerson({ ...active, signups: [] }, RULE);
  expect(person).toEqual({ signedUpAt: null, reached: new Map(), activatedAt: null });
});

test("a person becomes activated at the last required milestone, requests and sessions included", () => {
  expect(foldPerson(active, RULE).activatedAt).toBe(SIGNED_UP + 3n * HOUR);
});

test("a person without one of the milestones is not activated", () => {
  expect(foldPerson({ ...active, milestones: [] }, RULE).activatedAt).toBeNull();
  expect(foldPerson({ ...active, firstSessionAt: null }, RULE).activatedAt).toBeNull();
});

test("a milestone counts exactly N times 24 hours after the sign-up, and not a microsecond later", () => {
  const at = (firstSessionAt: bigint) => foldPerson({ ...active, firstSessionAt }, RULE).activatedAt;
  expect(at(SIGNED_UP + 7n * DAY)).toBe(SIGNED_UP + 7n * DAY);
  expect(at(SIGNED_UP + 7n * DAY + 1n)).toBeNull();
});

test("a milestone that was reached too late is still known", () => {
  const person = foldPerson({ ...active, firstSessionAt: SIGNED_UP + 9n * DAY }, RULE);
  expect(person.reached.get("first_agent_session")).toBe(SIGNED_UP + 9n * DAY);
});

test("a milestone before the sign-up counts as reached at it", () => {
  const person = foldPerson({ ...active, firstRequestAt: SIGNED_UP - 30n * DAY }, RULE);
  expect(person.reached.get("first_api_call")).toBe(SIGNED_UP);
});

test("the first occurrence of a milestone counts, sent or derived, and repeats change nothing", () => {
  const person = foldPerson(
    {
      ...active,
      milestones: [
        ...active.milestones,
        { milestone: "profile_completed", at: SIGNED_UP + 5n * DAY },
        { milestone: "first_api_call", at: SIGNED_UP + HOUR },
        { milestone: "first_agent_session", at: SIGNED_UP + 4n * HOUR },
      ],
    },
    RULE,
  );
  expect(Object.fromEntries(person.reached)).toEqual({
    profile_completed: SIGNED_UP + HOUR,
    first_api_call: SIGNED_UP + HOUR,
    first_agent_session: SIGNED_UP + 3n * HOUR,
  });
});

test("a team may require other milestones", () => {
  const history = { ...NOTHING, signups: [SIGNED_UP], milestones: [{ milestone: "invited", at: SIGNED_UP + DAY }] };
  expect(foldPerson(history, { milestones: ["invited"], days: 1 }).activatedAt).toBe(SIGNED_UP + DAY);
});

test("the last milestone to be reached decides, in whatever order they are required", () => {
  const late = { milestone: "profile_completed", at: SIGNED_UP + 5n * HOUR };
  expect(foldPerson({ ...active, milestones: [late] }, RULE).activatedAt).toBe(SIGNED_UP + 5n * HOUR);
});
