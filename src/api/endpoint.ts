import { randomBytes } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Access, Caller } from "../access/access.ts";
import type { Scope } from "../access/scope.ts";
import type { Log } from "../core/log.ts";
import { addressOf } from "./address.ts";
import { problemReply, type Reply } from "./reply.ts";

/** The node bindings are absent when the app is called without a server. */
export interface Http {
  Bindings: Partial<HttpBindings>;
}
export type HttpContext = Context<Http>;

type Open = (context: HttpContext, requestId: string) => Reply | Promise<Reply>;
type Guarded = (context: HttpContext, caller: Caller) => Reply | Promise<Reply>;
type HonoHandler = (context: HttpContext) => Promise<Response>;

export interface Endpoints {
  /** For everybody. `route` is the pattern that the log shows. */
  open(route: string, handle: Open): HonoHandler;
  /** For those whose key has `scope`. */
  guarded(route: string, scope: Scope, handle: Guarded): HonoHandler;
}

export interface EndpointParts {
  readonly access: Access;
  readonly log: Log;
  readonly trustProxy: boolean;
  /** Origins whose pages may send events, and the paths to which they may: they see the answers of these alone. */
  readonly cors: { readonly origins: readonly string[]; readonly paths: ReadonlySet<string> };
}

/**
 * Everything that surrounds a route, as one function around its handler and not as a chain of middleware: Hono calls a route
 * with a single handler directly, and the intake is hot.
 */
export function createEndpoints({ access, log, trustProxy, cors }: EndpointParts): Endpoints {
  const nextRequestId = createRequestIds();
  const allowed = new Set(cors.origins);

  const open: Endpoints["open"] = (route, handle) => async (context) => {
    const startedAtMs = performance.now();
    const requestId = nextRequestId();
    let reply: Reply;
    try {
      reply = await handle(context, requestId);
    } catch (thrown) {
      reply = problemReply(thrown, requestId);
    }
    writeLog(log, { requestId, method: context.req.method, route, reply, startedAtMs });
    // In the other order V8 looks the property up anew for every answer.
    const headers = { "x-request-id": requestId, ...reply.headers };
    return new Response(reply.stream ?? reply.text, {
      status: reply.status,
      headers: allowed.size === 0 ? headers : { ...headers, ...corsHeaders(context, allowed, cors.paths) },
    });
  };

  return {
    open,
    guarded: (route, scope, handle) =>
      open(route, async (context) => {
        const caller = await access.admit({
          key: bearerOf(context),
          scope,
          address: addressOf(context, trustProxy),
        });
        return handle(context, caller);
      }),
  };
}

/** Unique among processes and restarts; the cheap part counts. */
function createRequestIds(): () => string {
  const start = randomBytes(6).toString("hex");
  let count = 0;
  return () => `${start}-${(count++).toString(36)}`;
}

function bearerOf(context: HttpContext): string | null {
  const header = context.req.header("authorization");
  if (header === undefined) return null;
  return /^bearer +(\S+)$/i.exec(header)?.[1] ?? null;
}

function corsHeaders(
  context: HttpContext,
  allowed: ReadonlySet<string>,
  paths: ReadonlySet<string>,
): Record<string, string> {
  const origin = context.req.header("origin");
  if (origin === undefined || !allowed.has(origin) || !paths.has(context.req.path)) return { vary: "Origin" };
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "Retry-After, X-Request-Id",
    "cross-origin-resource-policy": "cross-origin",
  };
}

interface Exchange {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly reply: Reply;
  readonly startedAtMs: number;
}

/** Successes are `debug`: a line for each event would fill the disk of a busy product. Never a query string, id or key. */
function writeLog(log: Log, { requestId, method, route, reply, startedAtMs }: Exchange): void {
  const level = reply.failure !== undefined ? "error" : reply.status >= 400 ? "info" : "debug";
  const durationMs = Math.round((performance.now() - startedAtMs) * 10) / 10;
  const line = { requestId, method, route, status: reply.status, durationMs };
  log[level](reply.failure === undefined ? line : { ...line, failure: reply.failure }, "request");
}
