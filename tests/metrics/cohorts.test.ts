import { expect, test } from "vitest";
import { createStoredWorld, type StoredWorld } from "./stored-world.ts";

/** 20 June 2026 in Berlin: a window of 10 days is 10-19 June. Seven days to activate. */
const NOW = "2026-06-20T08:00:00Z";

async function startedWorld(): Promise<StoredWorld> {
  const world = await createStoredWorld();
  await world.firstEventAt("2025-01-01T12:00:00Z");
  return world;
}

test("the activation rate counts only sign-ups whose days have passed by the end of the window", async () => {
  const world = await startedWorld();
  await world.person("in time", "2026-06-10T10:00:00Z", "2026-06-17T10:00:00Z");
  await world.person("too late", "2026-06-10T10:00:00Z");
  await world.person("never", "2026-06-11T10:00:00Z");
  await world.person("deadline on the last day", "2026-06-12T10:00:00Z", "2026-06-12T10:00:00Z");
  await world.person("deadline today", "2026-06-13T10:00:00Z", "2026-06-13T10:00:00Z");
  await world.person("before the window", "2026-06-09T10:00:00Z", "2026-06-10T10:00:00Z");
  const answer = await world.reader(NOW).series("activation_rate", 10);
  expect(answer.window.value).toBe(50);
  expect(answer.previous?.value).toBeNull();
  expect(answer.today.value).toBeNull();
  expect(answer.points.filter((point) => point.value !== null)).toEqual([
    { date: "2026-06-10", value: 50 },
    { date: "2026-06-11", value: 0 },
    { date: "2026-06-12", value: 100 },
  ]);
  expect((await world.reader(NOW).summary(10)).activation_rate).toBe(50);
});

test("a sign-up at local midnight whose days end exactly with the window is mature", async () => {
  const world = await startedWorld();
  await world.person("edge", "2026-06-12T22:00:00Z", "2026-06-13T00:00:00Z");
  await world.person("a microsecond more", "2026-06-12T22:00:00.000001Z");
  const answer = await world.reader(NOW).summary(10);
  expect(answer.activation_rate).toBe(100);
});

test("summaries and series agree on local days wherever the sign-ups lie", async () => {
  const world = await startedWorld();
  for (let hour = 0; hour < 14 * 24; hour += 5) {
    const at = `2026-06-${String(5 + Math.floor(hour / 24)).padStart(2, "0")}T${String(hour % 24).padStart(2, "0")}:30:00Z`;
    await world.person(`u${hour}`, at, hour % 3 === 0 ? at : undefined);
  }
  for (const days of [3, 8, 9, 10, 12]) {
    const reader = world.reader(NOW);
    const [summary, series] = [await reader.summary(days), await reader.series("activation_rate", days)];
    expect(summary.activation_rate, `${days} days`).toBe(series.window.value);
    expect(summary.previous?.activation_rate, `${days} days`).toBe(series.previous?.value);
  }
});

async function fourCustomers(): Promise<StoredWorld> {
  const world = await startedWorld();
  for (const account of ["u1", "u2", "u3", "t1"]) await world.stands({ account, day: "2026-05-01", pays: 12 });
  await world.value("customers_gained", "2026-05-01", 4);
  return world;
}

test.each([2, 3, 4])("of 4 customers, %i cancelling are a churn of as many quarters", async (lost) => {
  const world = await fourCustomers();
  for (const account of ["u1", "u2", "u3", "t1"].slice(0, lost)) {
    await world.stands({ account, day: "2026-06-15", pays: 0 });
  }
  await world.value("customers_lost", "2026-06-15", lost);
  const answer = await world.reader(NOW).summary(10);
  expect(answer.churn_rate).toBe(25 * lost);
  expect(answer.previous?.churn_rate).toBe(0);
});

test("an account counts once, only if it paid when the window began, and not for a pause", async () => {
  const world = await fourCustomers();
  await world.stands({ account: "u1", day: "2026-06-11", pays: 0 });
  await world.stands({ account: "u1", day: "2026-06-12", pays: 12 });
  await world.stands({ account: "u1", day: "2026-06-13", pays: 0 });
  await world.stands({ account: "u2", day: "2026-06-13", pays: 0, paused: 12 });
  await world.stands({ account: "u9", day: "2026-06-10", pays: 12 });
  await world.stands({ account: "u9", day: "2026-06-19", pays: 0 });
  expect((await world.reader(NOW).summary(10)).churn_rate).toBe(25);
});

test("an account that is paused and then cancelled within the window has churned, and so has one that was paused before it", async () => {
  const world = await fourCustomers();
  await world.stands({ account: "u1", day: "2026-06-11", pays: 0, paused: 12 });
  await world.stands({ account: "u1", day: "2026-06-14", pays: 0 });
  await world.stands({ account: "u2", day: "2026-06-08", pays: 0, paused: 12 });
  await world.stands({ account: "u2", day: "2026-06-14", pays: 0 });
  await world.value("customers_lost", "2026-06-08", 1);
  await world.value("would_pay_change", "2026-06-08", 1);
  expect((await world.reader(NOW).summary(10)).churn_rate).toBe(50);
});

test("churn is null when nobody paid as the window began", async () => {
  const world = await startedWorld();
  expect((await world.reader(NOW).summary(10)).churn_rate).toBeNull();
});
