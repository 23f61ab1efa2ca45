import { expect, test } from "vitest";
import type { Reader } from "../../src/metrics/read/reader.ts";
import { madeUpReader } from "./made-up-numbers.ts";
import { demoPages } from "./pages.ts";

/** A reader whose answers wait until they are let go. */
function patientReader(): Partial<Reader> & { readonly letGo: () => void } {
  const known = madeUpReader();
  let letGo = (): void => {};
  const open = new Promise<void>((resolve) => (letGo = resolve));
  return { daily: (...asked) => open.then(() => known.daily(...asked)), letGo: () => letGo() };
}

test("of many who ask for the page at once the last are told to come again, and all others get it", async () => {
  const reader = patientReader();
  const web = demoPages(reader);
  const asked = Array.from({ length: 25 }, async () => await web.request("/metrics?days=30"));
  const refused = await Promise.race(asked);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "3"]);
  reader.letGo();
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(20);
  expect((await web.request("/metrics?days=30")).status).toBe(200);
});

test("between two pages that are drawn others are let in", async () => {
  const web = demoPages();
  let betweenThem = 0;
  let done = false;
  const count = () => {
    betweenThem += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(Array.from({ length: 10 }, async () => await web.request("/metrics?days=7")));
  done = true;
  expect(betweenThem).toBeGreaterThanOrEqual(10);
});
