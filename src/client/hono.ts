import { createAsking, type TrackRequestsOptions } from "./asking.ts";
import type { Client } from "./client.ts";
import type { AnyContext, HonoEnv, UntoldEnv } from "./hono-context.ts";
import { createMachineCheck, createPurposeCheck } from "./left-out.ts";
import { routeOf } from "./route-of.ts";
import { thrownInWords } from "./thrown-in-words.ts";

export type { Id, TrackRequestsOptions } from "./asking.ts";
export type { HonoEnv, RequestContext } from "./hono-context.ts";

/** Goes into `app.use` of any Hono 4, whichever copy of it. */
export type TrackingMiddleware = (context: AnyContext, next: () => Promise<void>) => Promise<void>;

/** The caller went away before there was an answer; counts as an error of the caller. */
const CALLER_LEFT = 499;

/** What `@hono/node-server` gives along. */
interface NodeBindings {
  readonly incoming?: { readonly headers: { readonly "user-agent"?: string | undefined } };
  readonly outgoing?: { readonly destroyed: boolean };
}

interface Answered {
  readonly status: number;
  readonly failed: boolean;
}

/**
 * Middleware for Hono that records each request after its handler: method, route pattern, status, duration, user and team. Never
 * the address itself, its query, headers or bodies. Put it before everything else:
 *
 * ```ts
 * app.use(trackRequests(client, { user: (c) => c.get("userId") }));
 * ```
 *
 * Answers and errors of the application stay what they are. A handler that throws counts as failed; a request whose caller went away
 * before the answer has status 499. When `user` or `team` throws, the request is recorded without a person or team; when `ignore`
 * throws, the usual rule holds.
 */
export function trackRequests<E extends HonoEnv = UntoldEnv>(
  client: Pick<Client, "recordRequest" | "notices">,
  options: TrackRequestsOptions<E> = {},
): TrackingMiddleware {
  const { notices } = client;
  const asking = createAsking(options, notices);
  const isMachine = createMachineCheck();
  const purposeOf = createPurposeCheck();

  function note(context: AnyContext, startedAtMs: number, { status, failed }: Answered): void {
    const durationMs = performance.now() - startedAtMs;
    if (context.req.matchedRoutes === undefined)
      notices.wrong("this version of Hono does not say which route matched; requests are recorded under /*");
    const { method } = context.req;
    const route = routeOf(context);
    const usual = isMachine(agentOf(context)) || purposeOf(method, route, () => context.req.path) !== "work";
    if (asking.isLeftOut(context, usual)) return;
    const [userId, teamId] = [asking.idOf("user", context), asking.idOf("team", context)];
    client.recordRequest({ method, route, status, durationMs, failed, userId, teamId });
  }

  function tryToNote(context: AnyContext, startedAtMs: number, thrown: boolean): void {
    try {
      note(context, startedAtMs, thrown ? FAILED : answerOf(context));
    } catch (fault) {
      notices.wrong(`a request was not recorded: ${thrownInWords(fault)}. The fault is Bellwether's; please report it`);
    }
  }

  notices.set("requests are recorded");
  return async (context, next) => {
    const startedAtMs = performance.now();
    try {
      await next();
    } catch (thrown) {
      tryToNote(context, startedAtMs, true);
      throw thrown;
    }
    tryToNote(context, startedAtMs, false);
  };
}

const FAILED: Answered = { status: 500, failed: true };

/** Hono has caught what a handler threw and made an answer of it; 4xx is then what the application meant to say. */
function answerOf(context: AnyContext): Answered {
  // Asking for the answer would make one.
  if (!context.finalized) return FAILED;
  const { status } = context.res;
  if (callerLeft(context)) return { status: CALLER_LEFT, failed: false };
  return { status, failed: context.error !== undefined && (status < 400 || status >= 500) };
}

function bindingsOf({ env }: AnyContext): NodeBindings {
  return typeof env === "object" && env !== null ? env : {};
}

function callerLeft(context: AnyContext): boolean {
  const { outgoing } = bindingsOf(context);
  return outgoing === undefined ? context.req.raw.signal.aborted : outgoing.destroyed;
}

/** Reading it from Hono would make a `Headers` of all of them. */
function agentOf(context: AnyContext): string {
  const { incoming } = bindingsOf(context);
  return (incoming === undefined ? context.req.header("user-agent") : incoming.headers["user-agent"]) ?? "";
}
