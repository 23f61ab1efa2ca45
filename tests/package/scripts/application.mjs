// A stranger's application, copied into a folder of its own: its own Hono, and the installed package by its public names.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

const [clientName, trackerName, url, key, nowMs] = process.argv.slice(2);
const { createClient } = await import(clientName);
const { trackRequests } = await import(trackerName);

const lines = [];
const log = { info: (line) => lines.push(line), warn: (line) => lines.push(line) };
const now = nowMs === undefined ? {} : { nowMs: () => Number(nowMs) };
const client = createClient({ url, key, log, waitMs: 20, ...now });

const app = new Hono().basePath("/app");
app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.text("sorry", 500)));
app.use("*", trackRequests(client, { user: (c) => c.get("userId"), team: (c) => c.req.header("x-team") }));
app.use("*", async (c, next) => {
  const user = c.req.header("x-user");
  if (user !== undefined) c.set("userId", user);
  await next();
});
app.use("/admin/*", async (c, next) => {
  if (c.req.header("x-user") !== "admin") return c.text("who are you", 401);
  return next();
});
app.get("/admin/users/:id", (c) => c.text("user"));
app.get("/projects/:id", (c) => c.json({ id: c.req.param("id") }));
app.post("/projects/:id/files", (c) => c.body(null, 204));
app.all("/any/:thing", (c) => c.text("any"));
app.get("/throws", () => {
  throw new Error("a bug of the application");
});
app.get("/rejects", () => Promise.reject(new TypeError("another")));
app.get("/forbidden", () => {
  throw new HTTPException(403, { message: "no" });
});

const items = new Hono();
items.get("/items/:item", (c) => c.text("item"));
const shop = new Hono();
shop.use("*", (_, next) => next());
shop.route("/shelves/:shelf", items);
shop.onError((_, c) => c.text("the shop is closed", 503));
shop.get("/burns", () => {
  throw new Error("fire");
});
app.route("/shops/:shop", shop);
app.mount("/mounted", new Hono().get("/x/:y", (c) => c.text("mounted")).fetch);

const outer = new Hono();
outer.get("/told", async (c) => c.json({ settled: await client.flush(), ...client.stats(), lines }));
outer.route("/", app);

serve({ fetch: outer.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => console.log(`http://127.0.0.1:${port}`));
