import { expect, test } from "vitest";
import { createTestDatabase } from "../support/database.ts";

test("a test has a migrated database of its own", async () => {
  const database = await createTestDatabase();
  const rows = await database.read.run((sql) => sql`select method, route from features order by feature_no`);
  expect(rows).toEqual([
    { method: "", route: "*" },
    { method: "", route: "other" },
  ]);
});
