import fc from "fast-check";
import { expect, test } from "vitest";
import { foldTicket, type TicketAction, type TicketEvent } from "../../src/tickets/ticket-log.ts";

const on = (day: number, action: TicketAction, fields: Partial<TicketEvent> = {}): TicketEvent => ({
  at: BigInt(day),
  day: `2026-01-${String(day).padStart(2, "0")}`,
  action,
  by: null,
  userNo: null,
  teamNo: null,
  subject: null,
  priority: null,
  category: null,
  ...fields,
});

const opened = on(1, "opened", { userNo: 7 });
const status = (...log: TicketEvent[]) => foldTicket(log)?.ticket.status;

/** The sums over all days. */
const totals = (...log: TicketEvent[]) =>
  [...(foldTicket(log)?.days.values() ?? [])].reduce(
    (sum, day) => ({
      opened: sum.opened + day.opened,
      resolved: sum.resolved + day.resolved,
      reopened: sum.reopened + day.reopened,
    }),
    { opened: 0, resolved: 0, reopened: 0 },
  );

const DAY = 86_400_000_000n;
/** So many days after the first, and a moment. */
const after = (days: number, action: TicketAction, fields: Partial<TicketEvent> = {}, micros = 0n) =>
  on(2, action, { at: 1n + BigInt(days) * DAY + micros, ...fields });
const resolved = after(1, "resolved");
const word = (days: number, fields: Partial<TicketEvent> = { by: "customer" }, micros = 0n) =>
  after(days, "replied", fields, micros);

test.each([
  ["at once", word(1, { by: "customer" }, 1n), "open"],
  ["to the end of the seventh day", word(8), "open"],
  ["a moment later", word(8, { by: "customer" }, 1n), "resolved"],
  ["by the requester who does not say what they are", word(2, { userNo: 7 }), "open"],
  ["by somebody of whom nothing is known", word(2, {}), "resolved"],
  ["by another user who does not say what they are", word(2, { userNo: 8 }), "resolved"],
  ["by the team", word(2, { by: "agent", userNo: 9 }), "resolved"],
])("a customer's reply reopens a resolved ticket for seven days: %s", (_, reply, expected) => {
  expect(status(opened, resolved, reply)).toBe(expected);
});

test("a closed ticket is not reopened by a reply, however soon it comes", () => {
  expect(status(opened, resolved, after(1, "closed", {}, 1n), word(2))).toBe("closed");
  expect(status(opened, after(1, "closed"), word(2))).toBe("closed");
});

test("the days to reopen count from the latest resolution, and their number is a policy", () => {
  const again = [opened, resolved, word(2), after(5, "resolved"), word(11)];
  expect(status(...again)).toBe("open");
  expect(totals(...again)).toEqual({ opened: 1, resolved: 2, reopened: 2 });
  expect(foldTicket(again, { reopenDays: 1 })?.ticket.status).toBe("resolved");
  expect(foldTicket([opened, resolved, word(31)], { reopenDays: 30 })?.ticket.status).toBe("open");
});

test("a customer's reply leaves an open ticket, and one in progress, as it is", () => {
  expect(status(opened, word(1))).toBe("open");
  expect(status(opened, after(1, "assigned"), word(2))).toBe("in_progress");
});

test("a ticket that was never opened is none", () => {
  expect(foldTicket([on(1, "replied"), on(2, "resolved")])).toBeNull();
});

test("a ticket opens with medium priority in the general category unless it says otherwise", () => {
  expect(foldTicket([opened])?.ticket).toMatchObject({ status: "open", priority: "medium", category: "general" });
  const bug = on(1, "opened", { priority: "high", category: "bug" });
  expect(foldTicket([bug])?.ticket).toMatchObject({ priority: "high", category: "bug" });
});

test("prioritized changes the priority and leaves the status alone", () => {
  const ticket = foldTicket([opened, on(2, "resolved"), on(3, "prioritized", { priority: "urgent" })])?.ticket;
  expect(ticket).toMatchObject({ priority: "urgent", status: "resolved" });
});

test("assigned or the first reply by an agent makes an open ticket in progress", () => {
  expect(status(opened, on(2, "assigned"))).toBe("in_progress");
  expect(status(opened, on(2, "replied", { by: "agent", userNo: 1 }))).toBe("in_progress");
  expect(status(opened, on(2, "replied", { by: "customer" }))).toBe("open");
  expect(status(opened, on(2, "resolved"), on(3, "assigned"))).toBe("resolved");
});

test("reopened makes a ticket open", () => {
  expect(status(opened, on(2, "assigned"), on(3, "closed"), on(4, "reopened"))).toBe("open");
  expect(status(opened, on(2, "assigned"), on(3, "reopened"))).toBe("open");
});

test("the first response is the first reply by an agent who is not the requester", () => {
  const log = [opened, on(2, "replied", { by: "agent", userNo: 7 }), on(3, "replied", { by: "agent", userNo: 1 })];
  expect(foldTicket([...log, on(4, "replied", { by: "agent" })])?.ticket.firstResponseAt).toBe(3n);
  expect(foldTicket([opened, on(2, "replied", { by: "customer" })])?.ticket.firstResponseAt).toBeNull();
});

test("only moves from open or in progress count as resolved", () => {
  expect(totals(opened, on(2, "resolved"), on(3, "closed"), on(4, "resolved"))).toEqual({
    opened: 1,
    resolved: 1,
    reopened: 0,
  });
  expect(totals(opened, on(2, "reopened"))).toEqual({ opened: 1, resolved: 0, reopened: 0 });
});

test("the first and the last resolution are kept", () => {
  const ticket = foldTicket([opened, on(2, "resolved"), on(3, "closed"), on(4, "reopened"), on(5, "closed")])?.ticket;
  expect(ticket).toMatchObject({ firstResolvedAt: 2n, lastResolvedAt: 5n });
});

test("a second opening changes nothing", () => {
  const again = on(3, "opened", { priority: "urgent" });
  expect(foldTicket([opened, on(2, "resolved"), again])).toEqual(foldTicket([opened, on(2, "resolved")]));
});

test("what was logged before the opening takes effect at it", () => {
  const log = [on(1, "resolved"), on(2, "opened"), on(3, "reopened")];
  const folded = foldTicket(log);
  expect(folded?.ticket).toMatchObject({ status: "open", openedAt: 2n, firstResolvedAt: 2n });
  expect(folded?.days.get("2026-01-02")).toMatchObject({ opened: 1, resolved: 1, reopened: 0 });
});

test("opened + reopened - resolved is 1 while a ticket is open and 0 when it is not", () => {
  const actions = fc.constantFrom<TicketAction>(
    ...(["opened", "replied", "assigned", "prioritized", "resolved", "closed", "reopened"] as const),
  );
  fc.assert(
    fc.property(fc.array(actions, { maxLength: 20 }), (list) => {
      const log = [opened, ...list.map((action, index) => on(2 + Math.floor(index / 3), action, { by: "agent" }))];
      const sum = totals(...log);
      const isOpen = ["open", "in_progress"].includes(status(...log) ?? "");
      expect(sum.opened + sum.reopened - sum.resolved).toBe(isOpen ? 1 : 0);
    }),
  );
});

test("what was logged before the opening takes effect once", () => {
  expect(totals(on(1, "resolved"), on(2, "reopened"), on(3, "opened"))).toEqual({
    opened: 1,
    resolved: 1,
    reopened: 1,
  });
});

test("an agent's reply is a first response also when nobody is named", () => {
  const { ticket } = foldTicket([on(1, "opened"), on(2, "replied", { by: "agent" })]) ?? {};
  expect(ticket).toMatchObject({ status: "in_progress", firstResponseAt: 2n });
});

test("closing what is resolved is no further resolution", () => {
  const { ticket } = foldTicket([opened, on(2, "resolved"), on(5, "closed")]) ?? {};
  expect(ticket).toMatchObject({ status: "closed", firstResolvedAt: 2n, lastResolvedAt: 2n });
});

test("a new priority or category replaces the old one, and what is left out stays", () => {
  const log = [on(1, "opened", { priority: "high", category: "bug" })];
  const ranked = (fields: Partial<TicketEvent>) => foldTicket([...log, on(2, "prioritized", fields)])?.ticket;
  expect(ranked({ priority: "low" })).toMatchObject({ priority: "low", category: "bug" });
  expect(ranked({ category: "billing" })).toMatchObject({ priority: "high", category: "billing" });
});
