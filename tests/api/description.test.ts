import { EVENT_TYPES } from "../../src/events/event-type.ts";
import { expect, it } from "vitest";
import { createRig, NO_DATABASE } from "./support.ts";

interface Described {
  readonly security?: unknown;
  readonly responses: Record<string, { readonly content?: Record<string, unknown> }>;
}

it("describes every route that there is, with its refusals as problems and the scope of its key", async () => {
  const { api } = createRig(NO_DATABASE);
  const document = (await (await api.request("/openapi.json")).json()) as {
    readonly openapi: string;
    readonly paths: Record<string, Record<string, Described>>;
  };
  expect(document.openapi).toBe("3.1.0");
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const served = api.routes
    .filter(({ path }) => path !== "/openapi.json")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  expect(described.toSorted()).toEqual(served.toSorted());

  const one = document.paths["/api/metrics/series/{metric}"]?.["get"];
  expect(one?.security).toEqual([{ key: ["read"] }]);
  expect(Object.keys(one?.responses ?? {})).toEqual(["200", "400", "401", "403", "404", "429", "503"]);
  expect(one?.responses["404"]?.content).toHaveProperty("application/problem+json");
  expect(JSON.stringify(document.paths["/api/metrics/summary"])).toContain("percent, 0-100");
});

it("tells the fields of each of the ten types of events", async () => {
  const { api } = createRig(NO_DATABASE);
  const { paths } = (await (await api.request("/openapi.json")).json()) as {
    readonly paths: Record<string, { post: { requestBody: { content: Record<string, { schema: unknown }> } } }>;
  };
  const sent = (path: string) => JSON.stringify(paths[path]?.post.requestBody.content["application/json"]?.schema);
  for (const type of EVENT_TYPES) expect(sent("/api/events")).toContain(`"enum":["${type}"]`);
  expect(sent("/api/events")).toContain('"duration_ms":{"type":"number","minimum":0');
  expect(sent("/api/track/nps")).toContain('"required":["user_id","score"]');
});
