import { expect, test } from "vitest";
import { addLater, answer, dayOf, ticket, valueOn, valuesOn, worldOf } from "./told.ts";

const AT = "2026-06-10T09:00:00Z";

test("each person's latest answer counts", async () => {
  const world = await worldOf([answer("a", 10, "2026-06-08T09:00:00Z"), answer("a", 0, AT), answer("b", 9, AT)]);
  expect(await valuesOn(world, "nps", ["2026-06-08", "2026-06-10"])).toEqual([100, 0]);
  expect(await valuesOn(world, "nps_responses", ["2026-06-08", "2026-06-10"])).toEqual([1, 2]);
});

test("7 and 8 are passive, 9 promotes, 6 detracts", async () => {
  const world = await worldOf([0, 6, 7, 8, 9].map((score) => answer(`u${score}`, score, AT)));
  expect(await valueOn(world, "nps", "2026-06-10")).toBe(-20);
});

test("an answer counts for 30 days, its own included", async () => {
  const world = await worldOf([answer("a", 10, "2026-05-12T09:00:00Z")]);
  expect(await valuesOn(world, "nps", ["2026-06-10", "2026-06-11"])).toEqual([100, null]);
  expect(await valuesOn(world, "nps_responses", ["2026-06-10", "2026-06-11"])).toEqual([1, 0]);
});

test("an older answer that arrives late does not replace a newer one, and changes the days before it", async () => {
  const world = await worldOf([answer("a", 10, AT)]);
  await addLater(world, [answer("a", 0, "2026-06-05T09:00:00Z")]);
  expect(await valuesOn(world, "nps", ["2026-06-05", "2026-06-10"])).toEqual([-100, 100]);
});

test("of two answers at the same instant the one with the larger id counts", async () => {
  const world = await worldOf([answer("a", 10, AT, { id: "a" }), answer("a", 0, AT, { id: "Z" })]);
  expect(await valueOn(world, "nps", "2026-06-10")).toBe(100);
});

test("no answer that came after a window changes it", async () => {
  const world = await worldOf([answer("a", 10, "2026-06-05T09:00:00Z")]);
  const before = (await world.reader.summary(7)).previous;
  await addLater(world, [answer("a", 0, "2026-06-09T09:00:00Z")]);
  expect((await world.reader.summary(7)).previous).toEqual(before);
});

test("tickets are opened, resolved or closed once, and reopened", async () => {
  const world = await worldOf([
    ticket("t", "opened", "2026-06-01T09:00:00Z"),
    ticket("t", "resolved", "2026-06-02T09:00:00Z"),
    ticket("t", "closed", "2026-06-03T09:00:00Z"),
    ticket("t", "reopened", "2026-06-04T09:00:00Z"),
    ticket("t", "closed", "2026-06-05T09:00:00Z"),
    ticket("t", "resolved", "2026-06-06T09:00:00Z"),
  ]);
  const days = ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05", "2026-06-06"];
  expect(await valuesOn(world, "tickets_resolved", days)).toEqual([0, 1, 0, 0, 1, 0]);
  expect(await valuesOn(world, "open_tickets", days)).toEqual([1, 0, 0, 1, 0, 0]);
});

test("a ticket that was answered or assigned is in progress, and resolving it counts as resolving", async () => {
  const world = await worldOf([
    ticket("t", "opened", "2026-06-01T09:00:00Z"),
    ticket("t", "replied", "2026-06-01T10:00:00Z", { by: "agent" }),
    ticket("u", "opened", "2026-06-01T09:00:00Z"),
    ticket("u", "assigned", "2026-06-01T10:00:00Z"),
    ticket("u", "reopened", "2026-06-01T11:00:00Z"),
    ticket("t", "resolved", "2026-06-02T09:00:00Z"),
    ticket("u", "closed", "2026-06-02T09:00:00Z"),
  ]);
  expect(await valuesOn(world, "open_tickets", ["2026-06-01", "2026-06-02"])).toEqual([2, 0]);
  expect(await valueOn(world, "tickets_resolved", "2026-06-02")).toBe(2);
});

test("replies and priorities leave a resolved ticket resolved", async () => {
  const world = await worldOf([
    ticket("t", "opened", "2026-06-01T09:00:00Z"),
    ticket("t", "resolved", "2026-06-02T09:00:00Z"),
    ticket("t", "replied", "2026-06-03T09:00:00Z", { by: "agent" }),
    ticket("t", "assigned", "2026-06-03T10:00:00Z"),
    ticket("t", "prioritized", "2026-06-03T11:00:00Z", { priority: "urgent" }),
    ticket("t", "resolved", "2026-06-04T09:00:00Z"),
  ]);
  expect(await valuesOn(world, "open_tickets", ["2026-06-03", "2026-06-04"])).toEqual([0, 0]);
  expect(await valuesOn(world, "tickets_resolved", ["2026-06-02", "2026-06-04"])).toEqual([1, 0]);
});

test("a customer's reply within seven days of the resolution reopens the ticket, and counts as that", async () => {
  const world = await worldOf([
    ticket("soon", "opened", "2026-06-01T09:00:00Z", { user_id: "u" }),
    ticket("soon", "resolved", "2026-06-02T09:00:00Z"),
    ticket("soon", "replied", "2026-06-09T09:00:00Z", { by: "customer", user_id: "u" }),
    ticket("late", "opened", "2026-06-01T09:00:00Z"),
    ticket("late", "resolved", "2026-06-02T09:00:00Z"),
    ticket("late", "replied", "2026-06-09T09:00:01Z", { by: "customer" }),
    ticket("shut", "opened", "2026-06-01T09:00:00Z"),
    ticket("shut", "closed", "2026-06-02T09:00:00Z"),
    ticket("shut", "replied", "2026-06-03T09:00:00Z", { by: "customer" }),
  ]);
  expect(await valuesOn(world, "open_tickets", ["2026-06-01", "2026-06-02", "2026-06-09"])).toEqual([3, 0, 1]);
  expect((await world.overviews.supportOverview(14)).status).toEqual({
    open: 1,
    in_progress: 0,
    resolved: 1,
    closed: 1,
  });
  await addLater(world, [ticket("soon", "resolved", "2026-06-11T09:00:00Z")]);
  const { resolution_hours, full_resolution_hours } = await world.overviews.supportOverview(14);
  expect([resolution_hours.mean, full_resolution_hours.mean]).toEqual([24, (240 + 24 + 24) / 3]);
});

test("opened and reopened less resolved is the change in open tickets", async () => {
  const world = await worldOf([
    ticket("a", "opened", "2026-06-01T09:00:00Z"),
    ticket("a", "resolved", "2026-06-01T10:00:00Z"),
    ticket("a", "reopened", "2026-06-01T11:00:00Z"),
    ticket("b", "opened", "2026-06-01T09:00:00Z"),
    ticket("b", "closed", "2026-06-01T10:00:00Z"),
  ]);
  expect(await dayOf(world, "2026-06-01")).toMatchObject({ tickets_opened: 2, tickets_resolved: 2, open_tickets: 1 });
});

test("an event of a ticket that is not opened yet is accepted, and takes effect when its `opened` arrives", async () => {
  const world = await worldOf([
    ticket("t", "resolved", "2026-06-05T09:00:00Z"),
    ticket("never", "resolved", "2026-06-05T09:00:00Z"),
  ]);
  expect(await dayOf(world, "2026-06-05")).toMatchObject({ tickets_resolved: 0, open_tickets: 0 });
  await addLater(world, [ticket("t", "opened", "2026-06-04T09:00:00Z")]);
  expect(await valuesOn(world, "open_tickets", ["2026-06-04", "2026-06-05"])).toEqual([1, 0]);
  expect(await valueOn(world, "tickets_resolved", "2026-06-05")).toBe(1);
});

test("events of a ticket at the same instant apply in the order of their ids", async () => {
  const world = await worldOf([
    ticket("t", "opened", "2026-06-01T09:00:00Z"),
    ticket("t", "reopened", AT, { id: "b" }),
    ticket("t", "resolved", AT, { id: "Z" }),
    ticket("u", "opened", "2026-06-01T09:00:00Z"),
    ticket("u", "reopened", AT, { id: "A" }),
    ticket("u", "resolved", AT, { id: "Y" }),
  ]);
  expect(await valueOn(world, "open_tickets", "2026-06-10")).toBe(1);
});

test("the resolution time is from opening to the first resolution, over the tickets first resolved in the window", async () => {
  const world = await worldOf([
    ticket("a", "opened", "2026-06-09T09:00:00Z"),
    ticket("a", "resolved", "2026-06-09T12:00:00Z"),
    ticket("a", "reopened", "2026-06-10T09:00:00Z"),
    ticket("a", "resolved", "2026-06-12T09:00:00Z"),
    ticket("b", "opened", "2026-06-01T09:00:00Z"),
    ticket("b", "closed", "2026-06-09T10:30:00Z"),
    ticket("old", "opened", "2026-06-01T09:00:00Z"),
    ticket("old", "resolved", "2026-06-03T09:00:00Z"),
    ticket("old", "reopened", "2026-06-04T09:00:00Z"),
    ticket("old", "resolved", "2026-06-10T09:00:00Z"),
  ]);
  expect((await world.reader.summary(7)).avg_resolution_time_hours).toBeCloseTo((3 + 193.5) / 2, 6);
});

test("without a resolved ticket the resolution time is no data", async () => {
  const world = await worldOf([ticket("a", "opened", "2026-06-09T09:00:00Z")]);
  expect((await world.reader.summary(7)).avg_resolution_time_hours).toBe(null);
});

test("a ticket without an id is one of its own, and a retry makes no second", async () => {
  const world = await worldOf([]);
  const opening = { type: "ticket", action: "opened", id: "e1", occurred_at: "2026-06-09T09:00:00Z" };
  const [first] = await world.post([opening]);
  const [second] = await world.post([opening]);
  expect([first?.verdict, second?.verdict]).toEqual(["accepted", "duplicate"]);
  expect(second).toMatchObject({ ticketId: first !== undefined && "ticketId" in first ? first.ticketId : "none" });
  await world.settle();
  expect(await dayOf(world, "2026-06-09")).toMatchObject({ tickets_opened: 1, open_tickets: 1 });
});
