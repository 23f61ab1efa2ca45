// A small application, bare, with a middleware that does nothing, or with the tracking middleware of the build.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createClient } from "../../dist/client/client.js";
import { trackRequests } from "../../dist/client/hono.js";

const [how, url] = process.argv.slice(2);
const app = new Hono();
const client = createClient({ url, key: "k", log: null, room: 200_000 });
if (how === "empty") app.use(async (_, next) => next());
if (how === "tracked") app.use(trackRequests(client, { user: () => "user_1" }));
// As every handler that asks a database: its answer is a promise.
app.get("/hello/:name", async (context) => context.text("Hello"));
const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => process.send?.(port));
process.on("message", () => void client.flush(30_000).then(() => process.send?.(client.stats())));
process.on("SIGTERM", () => server.close());
process.on("disconnect", () => process.exit());
