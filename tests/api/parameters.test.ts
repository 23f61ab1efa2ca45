import { expect, it } from "vitest";
import type { Pages } from "../../src/api/api.ts";
import { demoPages } from "../web/pages.ts";
import { ADMIN_KEY, bearer, createRig, NO_DATABASE } from "./support.ts";

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly next: string;
}

const rig = () => createRig(NO_DATABASE, { pages: demoPages() as Pages });

async function ask(path: string, method = "GET") {
  const { api } = rig();
  const response = await api.request(path, { method, headers: bearer(ADMIN_KEY) });
  return { status: response.status, text: await response.text() };
}

async function refusal(path: string, method = "GET") {
  const { status, text } = await ask(path, method);
  const { code, detail, next } = JSON.parse(text) as Problem;
  return { status, code, detail, next };
}

it("every operation of the description refuses a parameter that it does not have, by name", async () => {
  const document = JSON.parse((await ask("/openapi.json")).text) as {
    paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      path,
      method: method.toUpperCase(),
      parameters,
    })),
  );
  expect(operations.length).toBeGreaterThan(20);
  for (const { path, method, parameters } of [
    ...operations,
    { path: "/openapi.json", method: "GET", parameters: [] },
  ]) {
    const address = path.replace("{metric}", "mrr").replace("{id}", "T1");
    const takesFrom = parameters.some(({ name }) => name === "from");
    expect({ address, ...(await refusal(`${address}?form=1`, method)) }).toMatchObject({
      address,
      status: 400,
      code: "unknown_parameter",
      detail: `There is no parameter \`form\` here.${takesFrom ? " Did you mean `from`?" : ""}`,
    });
  }
});

it("every page and each of its files refuses a parameter that it does not have", async () => {
  for (const path of ["/", "/metrics", "/metrics/icon.svg", "/metrics/inter-400.woff2", "/metrics/inter-600.woff2"]) {
    const { status, text } = await ask(`${path}?form=1`);
    expect({ path, status }).toEqual({ path, status: 400 });
    expect(text).toContain("<code>form</code>");
  }
  expect((await ask("/metrics?form=1")).text).toContain("Did you mean <code>from</code>?");
  expect((await ask("/metrics")).status).toBe(200);
});

it("HEAD is refused as GET is", async () => {
  expect((await ask("/api/metrics/summary?form=1", "HEAD")).status).toBe(400);
});

it("a key is asked for first, so that nobody learns what there is without one", async () => {
  const { api } = rig();
  expect((await api.request("/api/metrics/summary?form=1")).status).toBe(401);
});

it("names without a meaning and hostile names are not repeated", async () => {
  for (const name of ["%00", "<script>", "a".repeat(2_000), "%F0%9F%98%80", "a b"]) {
    expect(await refusal(`/api/metrics/summary?${name}=1`)).toMatchObject({
      code: "unknown_parameter",
      detail: "There is no such parameter here.",
    });
  }
  for (const name of ["__proto__", "constructor", "toString"])
    expect((await refusal(`/api/metrics/summary?${name}=1`)).code).toBe("unknown_parameter");
});

it.each([
  ["/api/metrics/summary?days=7&days=30", "invalid_days"],
  ["/api/metrics/summary?month=2026-10&month=2026-10", "invalid_window"],
  ["/api/metrics/summary?compare=year&compare=none", "invalid_window"],
  ["/api/metrics/series/mrr?by=plan&by=plan", "unknown_group"],
  ["/api/tickets?status=open&status=closed", "invalid_query"],
  ["/api/metrics/summary?days=7&month=2026-10", "invalid_window"],
  ["/api/metrics/daily?from=2026-10-01", "invalid_window"],
  ["/api/metrics/revenue-breakdown?quarter=Q3", "invalid_window"],
  ["/api/metrics/support-overview?compare=before", "invalid_window"],
  ["/api/analytics/export/usage?year=26", "invalid_window"],
  ["/api/metrics/explain/mrr?month=2026-10&date=2026-10-05", "invalid_window"],
  ["/api/metrics/series/mrr?step=month", "invalid_step"],
  ["/api/metrics/series/churn_rate?step=week", "invalid_step"],
])("%s is refused as %s", async (path, code) => {
  expect(await refusal(path)).toMatchObject({ status: 400, code });
});
