// What Hono does at best: one route, a constant answer.
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
app.get("/hello", (context) => context.text("Hello"));
const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => process.send?.(port));
process.on("SIGTERM", () => server.close());
process.on("disconnect", () => process.exit());
