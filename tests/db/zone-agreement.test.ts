import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { firstDiffering, firstZoneDisagreement } from "../../src/db/zone-agreement.ts";
import { createTestDatabase } from "../support/database.ts";

const now = Temporal.Instant.from("2020-06-01T00:00:00Z");

test.each(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])(
  "Node and PostgreSQL agree on the clocks of %s",
  async (zone) => {
    expect(await firstZoneDisagreement(await createTestDatabase(), zone, now)).toBeNull();
  },
);

test("the first date on which they disagree is told", () => {
  const told = [
    { date: "2026-10-24", local: "2026-10-24T02:00:00" },
    { date: "2026-10-26", local: "2026-10-26T02:00:00" },
    { date: "2026-10-27", local: "2026-10-27T02:00:00" },
  ];
  expect(firstDiffering(told, "Europe/Berlin")).toBe("2026-10-26");
});
