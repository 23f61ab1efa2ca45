// A customer's application: it uses what it would install, by its public names.
import { serve } from "@hono/node-server";
import { createClient } from "bellwether/client";
import { trackRequests } from "bellwether/hono";
import { Hono } from "hono";

const [url, key] = process.argv.slice(2);
const client = createClient({ url, key, log: null, waitMs: 20 });
const app = new Hono();
app.onError((_, c) => c.text("Internal Server Error", 500));
app.use(trackRequests(client, { user: (c) => c.req.header("x-user") }));
app.post("/people/:id", (c) => {
  const userId = c.req.param("id");
  client.record({ type: "signup", userId });
  client.trackUserActivation({ userId, milestone: "profile_completed" });
  return c.json({ userId }, 201);
});
app.get("/projects/:id", (c) => c.json({ id: c.req.param("id") }));
app.get("/broken", () => {
  throw new Error("a bug of the application");
});
app.post("/history", async (c) => {
  for (const event of await c.req.json()) client.record(event);
  return c.body(null, 204);
});
app.get("/told", async (c) => c.json({ settled: await client.flush(), ...client.stats() }));

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => console.log(`http://127.0.0.1:${port}`));
