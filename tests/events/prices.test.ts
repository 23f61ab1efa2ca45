import { expect, test } from "vitest";
import { canonicalFields, payloadHash } from "../../src/events/event-key.ts";
import { FIELD_ORDERS } from "../../src/events/schema/events.ts";
import { createTestDatabase } from "../support/database.ts";
import { API, intakeOn, rowsOf } from "./support.ts";

const revenue = { type: "revenue", event: "subscription_started", user_id: "ada" };

async function storedOf(
  fields: Record<string, unknown>,
  columns: string,
): Promise<Record<string, unknown> | undefined> {
  const db = await createTestDatabase();
  const [verdict] = await intakeOn(db).accept([{ ...revenue, ...fields }], API);
  expect(verdict).toMatchObject({ verdict: "accepted" });
  return (await rowsOf(db, `select ${columns} from revenue_events`))[0];
}

test.each([
  ["monthly", "month"],
  ["annual", "year"],
  ["annually", "year"],
  ["yearly", "year"],
  [{ unit: "month", count: 1 }, "month"],
  [{ unit: "month", count: 3 }, "quarter"],
  [{ unit: "month", count: 6 }, "half_year"],
  [{ unit: "month", count: 12 }, "year"],
  [{ unit: "year", count: 1 }, "year"],
  [{ unit: "week", count: 2 }, "two_weeks"],
  [{ unit: "day", count: 1 }, "day"],
  [{ unit: "year", count: 2 }, "2 year"],
  [{ unit: "day", count: 30 }, "30 day"],
])("a billing period of %j is kept as `%s`", async (billing_period, kept) => {
  expect(await storedOf({ billing_period }, "billing_period")).toEqual({ billing_period: kept });
});

test("a price of one unit is kept to its last digit, however it is written", async () => {
  const columns = "amount::text, quantity::text";
  expect(await storedOf({ unit_amount: 5e-7, quantity: "1234567.25" }, columns)).toEqual({
    amount: "0.0000005",
    quantity: "1234567.25",
  });
  expect(await storedOf({ unit_amount: "0.00000125", currency: "USD", quantity: 0.5 }, columns)).toEqual({
    amount: "0.00000125",
    quantity: "0.5",
  });
});

test("the price of one unit is told from an amount by its scale", async () => {
  const columns = "amount::text, scale(amount) > 3 as of_one_unit";
  expect(await storedOf({ unit_amount: 2 }, columns)).toEqual({ amount: "2.000000", of_one_unit: true });
  expect(await storedOf({ amount: "0.0350000" }, columns)).toEqual({ amount: "0.035", of_one_unit: false });
  expect(await storedOf({ amount: 29.9 }, columns)).toEqual({ amount: "29.9", of_one_unit: false });
});

test("a discount that is null is told from one that is left out", async () => {
  const columns = "discount_removed, discount_percent::text, discount_amount::text";
  expect(await storedOf({}, columns)).toMatchObject({ discount_removed: false });
  expect(await storedOf({ discount: null }, columns)).toMatchObject({ discount_removed: true, discount_percent: null });
  expect(await storedOf({ discount: { percent: 12.5 } }, columns)).toMatchObject({ discount_percent: "12.5" });
});

test("`cancelled` is `canceled`, and a payment and a payment that is overdue are kept", async () => {
  expect(await storedOf({ event: "cancelled" }, "event")).toEqual({ event: "canceled" });
  expect(await storedOf({ event: "payment", amount: "29.90" }, "event")).toEqual({ event: "payment" });
  expect(await storedOf({ event: "past_due" }, "event")).toEqual({ event: "past_due" });
});

const columns = "to_json(occurred_at) #>> '{}' as at, to_json(effective_at) #>> '{}' as effective";

test("what took effect before it was recorded happened when it took effect", async () => {
  const effective_at = "2026-11-01T00:00:00Z";
  const both = { at: "2026-11-01T00:00:00+00:00", effective: "2026-11-01T00:00:00+00:00" };
  expect(await storedOf({ occurred_at: "2026-11-10T00:00:00Z", effective_at }, columns)).toEqual(both);
  expect(await storedOf({ effective_at }, columns)).toEqual(both);
});

test("what takes effect later is recorded now", async () => {
  expect(await storedOf({ effective_at: "2026-12-24T00:00:00Z" }, columns)).toEqual({
    at: "2026-11-20T12:00:00+00:00",
    effective: "2026-12-24T00:00:00+00:00",
  });
});

test("an event that was sent before there were further fields has the payload that it had", () => {
  const event = {
    type: "revenue",
    id: "r1",
    event: "canceled",
    user_id: "u1",
    amount: "29.90",
    effective_at: "2026-12-01T00:00:00Z",
    billing_period: "yearly",
    quantity: 3,
    occurred_at: "2026-11-20T09:30:00Z",
  };
  expect(payloadHash(canonicalFields(event, FIELD_ORDERS.revenue))).toBe(-5_834_422_039_784_109_680n);
  const check = { type: "health_check", id: "h1", service: "api", status: "down", response_time_ms: 3.25 };
  expect(payloadHash(canonicalFields(check, FIELD_ORDERS.health_check))).toBe(-9_009_324_544_582_689_061n);
});
