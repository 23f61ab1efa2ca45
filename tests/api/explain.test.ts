import { afterAll, beforeAll, expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { explanation as schema } from "../../src/metrics/explained.ts";
import { catalogueRows, metricNames } from "../../src/metrics/catalogue.ts";
import { createExplainedWorld } from "../metrics/explained-world.ts";
import type { World } from "../support/world.ts";
import { ADMIN_KEY, bearer, createRig, NO_DATABASE, type Rig } from "./support.ts";

let world: World;
let rig: Rig;
beforeAll(async () => {
  world = await createExplainedWorld();
  rig = createRig(world.db, {
    reader: world.reader,
    clock: { now: () => Temporal.Instant.from(world.now()) },
    workspace: world.workspace,
  });
});
afterAll(() => world.close());

async function get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await rig.api.request(path, { headers: bearer(ADMIN_KEY) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("every metric is explained over HTTP as it is in chat", async () => {
  for (const metric of metricNames) {
    const { status, body } = await get(`/api/metrics/explain/${metric}?days=7`);
    expect(status).toBe(200);
    expect(schema.strict().parse(body)).toEqual(await world.reader.explain(metric, { days: 7, names: true }));
  }
});

test("the window may end on any day that has begun", async () => {
  const { body } = await get("/api/metrics/explain/api_calls?days=1&date=2026-06-03");
  expect([body["value"], body["partial"]]).toEqual([15, false]);
  expect((await get("/api/metrics/explain/api_calls?days=1&date=2026-06-20")).body["partial"]).toBe(true);
});

test.for([
  ["/api/metrics/explain/mmr", 404, "unknown_metric", "There is no metric `mmr`. Did you mean `mrr`?"],
  [
    "/api/metrics/explain/mrr?days=0",
    400,
    "invalid_days",
    "`days` must be a whole number from 1 to 366; you wrote `0`.",
  ],
  ["/api/metrics/explain/mrr?date=2026-06-21", 400, "invalid_date", "`date` must not be after today, 2026-06-20."],
  ["/api/metrics/explain/mrr?date=soon", 400, "invalid_date", "`date` must be one day such as 2026-06-20."],
] as const)("%s is refused with %i %s", async ([path, status, code, detail]) => {
  expect(await get(path)).toEqual({ status, body: expect.objectContaining({ code, detail }) });
});

test("a key is needed", async () => {
  expect((await createRig(NO_DATABASE).api.request("/api/metrics/explain/mrr")).status).toBe(401);
});

test("the catalogue carries each metric's formula and where it comes from", async () => {
  expect((await get("/api/metrics")).body).toEqual({ metrics: catalogueRows() });
  for (const { formula, source } of catalogueRows()) expect([formula, source]).not.toContain("");
});
