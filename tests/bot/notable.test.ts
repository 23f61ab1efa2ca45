import { describe, expect, test } from "vitest";
import { whatIsNotable } from "../../src/bot/digest/notable.ts";
import { ticketsLook, ticketsOf, ticketsText } from "../../src/bot/digest/ticket-look.ts";
import { Temporal } from "../../src/core/time.ts";
import { madeUpDays, NOBODY_WAITS, NOW, TIME_ZONE } from "./support/made-up-numbers.ts";

const quiet = { anomalies: [], movements: { totals: [] }, mrrBefore: 10_000, isMilestone: false, tickets: null };
const moved = (...changes: readonly number[]) => ({
  totals: changes.map((change) => ({ movement: change > 0 ? "new" : "churn", accounts: 1, change }) as const),
});

describe("what is notable", () => {
  test("is nothing on a quiet day", () => {
    expect(whatIsNotable(quiet)).toEqual([]);
    expect(whatIsNotable({ ...quiet, movements: null, mrrBefore: null })).toEqual([]);
  });

  test("is anything unusual", () => {
    expect(whatIsNotable({ ...quiet, anomalies: [{ metric: "dau" }] })).toEqual(["unusual"]);
  });

  test.each([
    { changes: [99], notable: false },
    { changes: [100], notable: true },
    { changes: [-100], notable: true },
    { changes: [60, -60], notable: true },
    { changes: [40, -40], notable: false },
  ])("is money of 1 % of MRR in all, won and lost alike: $changes of 10,000", ({ changes, notable }) => {
    expect(whatIsNotable({ ...quiet, movements: moved(...changes) })).toEqual(notable ? ["money"] : []);
  });

  test("is the first money of all, and a round number that MRR passed", () => {
    expect(whatIsNotable({ ...quiet, movements: moved(1), mrrBefore: 0 })).toEqual(["money"]);
    expect(whatIsNotable({ ...quiet, movements: moved(1), mrrBefore: null })).toEqual(["money"]);
    expect(whatIsNotable({ ...quiet, isMilestone: true })).toEqual(["money"]);
  });
});

/** `usual` on all days before the last, which has `open`. */
function look(open: number | null, usual: number | null, urgent = 0) {
  const days = madeUpDays(57, (_, daysAgo) => ({ open_tickets: daysAgo === 1 ? open : usual }));
  return ticketsOf(days, { ...NOBODY_WAITS, urgent_unanswered: urgent }, TIME_ZONE);
}

const asked = (open: number, usual: number | null, urgent = 0) => {
  const tickets = look(open, usual, urgent);
  return tickets === null ? "" : ticketsLook(tickets, "2026-11-20", NOW);
};

describe("tickets need a look", () => {
  test.each([
    { open: 22, usual: 11, needed: true },
    { open: 16, usual: 11, needed: false },
    { open: 17, usual: 11, needed: true },
    { open: 3, usual: 1, needed: false },
    { open: 4, usual: 1, needed: true },
    { open: 3, usual: 0, needed: true },
    { open: 400, usual: null, needed: false },
  ])("at half as many again and three more: $open against $usual", ({ open, usual, needed }) => {
    expect(look(open, usual)?.needs_a_look).toBe(needed);
  });

  test("when nobody has answered an urgent one, however few they are", () => {
    expect(look(1, 11, 1)?.needs_a_look).toBe(true);
    expect(asked(1, 11, 1)).toBe("open tickets 1 (usual Friday: 11); 1 urgent one is unanswered");
  });

  test("is said against a usual same weekday", () => {
    expect(asked(22, 11)).toBe("open tickets 22, twice a usual Friday");
    expect(asked(38, 11)).toBe("open tickets 38, 3.5 times a usual Friday");
    expect(asked(17, 11)).toBe("open tickets 17 (usual Friday: 11)");
    expect(asked(3, 0)).toBe("open tickets 3 (usual Friday: 0)");
  });

  test("is never said without data", () => {
    expect(look(null, 11)).toBeNull();
    expect(ticketsOf([], NOBODY_WAITS, TIME_ZONE)).toBeNull();
  });

  test("tells the oldest only if it was opened by the end of that day", () => {
    const days = madeUpDays(57);
    const of = (opened_at: string) => {
      const tickets = ticketsOf(days, { oldest: { ticket_id: "TCK-118", opened_at }, urgent_unanswered: 0 }, TIME_ZONE);
      return tickets === null ? "" : ticketsText(tickets, Temporal.Instant.from("2026-11-22T09:15:00Z"));
    };
    expect(of("2026-11-21T22:59:00Z")).toBe("11 open tickets, oldest waits 10 h (TCK-118)");
    expect(of("2026-11-21T23:00:00Z")).toBe("11 open tickets");
  });
});
