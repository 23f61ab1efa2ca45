import fc from "fast-check";
import { without, type EventBody } from "./event-body.ts";
import type { Surroundings } from "./stories.ts";

const REOPENING_MINUTES = 7 * 24 * 60;
const TICKET_STEPS = "replied replied assigned prioritized resolved resolved resolved closed reopened".split(" ");

/** Resolved, and then the customer says something: in the time in which that reopens it, at its very end, or later. */
export function afterthought({ at, isoOf }: Surroundings): fc.Arbitrary<EventBody[]> {
  const minutes = fc.constantFrom(60, REOPENING_MINUTES, REOPENING_MINUTES + 1, 2 * REOPENING_MINUTES);
  return fc
    .record({ at, id: fc.uuid(), minutes, isClosed: fc.constantFrom(false, false, true) })
    .map(({ at: last, id, minutes: waited, isClosed }) => {
      const told = (action: string, ms: number, more: EventBody = {}): EventBody => ({
        ...more,
        type: "ticket",
        action,
        ticket_id: id,
        user_id: "u1",
        occurred_at: isoOf(ms),
      });
      const end = last - waited * 60_000;
      return [
        told("opened", end - 3_600_000),
        told(isClosed ? "closed" : "resolved", end),
        told("replied", last, { by: "customer" }),
      ];
    });
}

export function ticket({ at, isoOf }: Surroundings): fc.Arbitrary<EventBody[]> {
  const step = fc.record({
    minutes: fc.constantFrom(0, 1, 1, 30, 60, 1440, 3000, REOPENING_MINUTES, REOPENING_MINUTES + 1),
    /** After the step before it rather than after the opening. */
    follows: fc.boolean(),
    action: fc.constantFrom(...TICKET_STEPS),
    by: fc.constantFrom("customer", "customer", "agent", undefined),
    user_id: fc.constantFrom(undefined, "u1", "u2"),
  });
  const known = fc.record({
    at,
    ticket: fc.uuid(),
    steps: fc.array(step, { maxLength: 7 }),
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
    let before = one.at;
    const steps = one.steps.map(({ minutes, follows, action, by, user_id }) => {
      before = (follows ? before : one.at) + minutes * 60_000;
      const event = { type: "ticket", action, by, user_id, ticket_id: one.ticket, occurred_at: isoOf(before) };
      return without(action === "prioritized" ? { ...event, priority: "high" } : event);
    });
    const log = one.isOpened ? [opening, ...steps] : steps;
    return log.length === 0 ? [opening] : log;
  });
}
