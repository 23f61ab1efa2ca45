import { expect, it } from "vitest";
import { createRig, NO_DATABASE } from "./support.ts";

const pages = { fetch: () => new Response("a page", { headers: { "content-type": "text/html" } }) };

it.each(["/api", "//api/events", "/API/events", "/api%2Fevents", "/healthz/", "/openapi.json/x", "/nothing"])(
  "%s has nothing for programs, and says so as a problem",
  async (path) => {
    const { api } = createRig(NO_DATABASE, { pages });
    const answer = await api.request(`http://localhost${path}`, { headers: { accept: "*/*" } });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(await answer.json()).toMatchObject({ code: "not_found" });
  },
);

it.each(["/", "/metrics", "/metrics/sign-in", "/metrics/none"])(
  "%s is left to the pages, whoever asks",
  async (path) => {
    const { api } = createRig(NO_DATABASE, { pages });
    expect(await (await api.request(path)).text()).toBe("a page");
  },
);

it("leaves to the pages what a browser asks for in vain, but never an address of the API", async () => {
  const { api } = createRig(NO_DATABASE, { pages });
  const ask = (path: string) => api.request(path, { headers: { accept: "text/html,*/*;q=0.8" } });
  expect(await (await ask("/nothing")).text()).toBe("a page");
  expect((await ask("/api/nothing")).headers.get("content-type")).toBe("application/problem+json");
  for (const path of ["/healthz", "/metrics/prometheus"]) {
    const refused = await api.request(path, { method: "PUT", headers: { accept: "text/html" } });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  }
});
