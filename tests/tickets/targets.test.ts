import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { readBusinessHours } from "../../src/tickets/business-hours.ts";
import { inQueueOrder, type Queued } from "../../src/tickets/queue-order.ts";
import { DEFAULT_TARGETS, nextDeadline, readTargets } from "../../src/tickets/targets.ts";

const at = (text: string) => Temporal.Instant.from(text);
const opened = at("2026-11-20T16:00+01:00");
const roundTheClock = { targets: DEFAULT_TARGETS, hours: null };
const fresh = { status: "open", priority: "high", firstResponseAt: null } as const;

test("who was not answered yet is owed the first response of the priority", () => {
  const deadline = nextDeadline(fresh, opened, opened.add({ hours: 1 }), roundTheClock);
  expect(deadline).toMatchObject({ kind: "first response", leftMs: 3 * 3_600_000, isNear: false });
  expect(deadline?.dueAt.equals(opened.add({ hours: 4 }))).toBe(true);
});

test("a deadline is near when a quarter of its time is left, and stays so when it is broken", () => {
  expect(nextDeadline(fresh, opened, opened.add({ hours: 3 }), roundTheClock)).toMatchObject({ isNear: true });
  expect(nextDeadline(fresh, opened, opened.add({ hours: 5 }), roundTheClock)).toMatchObject({
    isNear: true,
    leftMs: -3_600_000,
  });
});

test("once answered, the resolution is what is owed, counted from the opening", () => {
  const answered = { ...fresh, status: "in_progress", firstResponseAt: 1n } as const;
  expect(nextDeadline(answered, opened, opened.add({ hours: 1 }), roundTheClock)).toMatchObject({
    kind: "resolution",
    leftMs: 23 * 3_600_000,
  });
});

test.each(["resolved", "closed"] as const)("a %s ticket owes nothing", (status) => {
  expect(nextDeadline({ ...fresh, status }, opened, opened.add({ hours: 99 }), roundTheClock)).toBeNull();
});

test("with business hours a weekend does not break a promise", () => {
  const hours = readBusinessHours("mon-fri 09:00-17:00", "Europe/Berlin");
  const monday = at("2026-11-23T09:00+01:00");
  expect(nextDeadline(fresh, opened, monday, { targets: DEFAULT_TARGETS, hours })).toMatchObject({
    leftMs: 3 * 3_600_000,
  });
});

test("targets are read by priority, and what is left out keeps its default", () => {
  expect(readTargets("urgent=30m/4h, low=2d/10d")).toEqual({
    ...DEFAULT_TARGETS,
    urgent: { firstResponseMinutes: 30, resolutionMinutes: 240 },
    low: { firstResponseMinutes: 2_880, resolutionMinutes: 14_400 },
  });
});

test.each(["", "urgent", "urgent=1h", "urgent=0m/1h", "urgent=2h/1h", "soon=1h/2h", "urgent=1w/2w"])(
  "%j is no list of targets",
  (text) => {
    expect(readTargets(text)).toBeNull();
  },
);

const queued = (ticketId: string, fields: Partial<Queued> = {}): Queued => ({
  ticketId,
  priority: "medium",
  mrrAtRisk: null,
  openedAtMs: 0,
  ...fields,
});

test("a queue goes by priority, then by the money at risk, then by age", () => {
  const tickets = [
    queued("new", { openedAtMs: 2 }),
    queued("old", { openedAtMs: 1 }),
    queued("low but dear", { priority: "low", mrrAtRisk: 900n }),
    queued("dear", { mrrAtRisk: 299n, openedAtMs: 9 }),
    queued("urgent", { priority: "urgent", openedAtMs: 9 }),
  ];
  expect(inQueueOrder(tickets).map(({ ticketId }) => ticketId)).toEqual([
    "urgent",
    "dear",
    "old",
    "new",
    "low but dear",
  ]);
});
