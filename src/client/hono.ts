import type { Context, Env, MiddlewareHandler } from "hono";
import type { Client } from "./client.ts";
import { createMachineCheck, createPurposeCheck } from "./left-out.ts";
import { routeOf } from "./route-of.ts";

/** An opaque id; absent, `null` and empty mean that nobody is known. */
export type Id = string | number | null | undefined;

/** What Hono takes when it is told nothing: `c.get` then takes any name. `trackRequests<MyEnv>(…)` is strict. */
type UntoldEnv = Context extends Context<infer E> ? E : never;

export interface TrackRequestsOptions<E extends Env = UntoldEnv> {
  /** Whose request it was. Asked after the handler, so what a sign-in middleware has set is there. */
  readonly user?: ((context: Context<E>) => Id) | undefined;
  /** The team or company that the person belongs to. Asked after the handler. */
  readonly team?: ((context: Context<E>) => Id) | undefined;
  /**
   * Whether a request is left out. `usual` says what happens without this option: health probes, static files and bots are left out.
   * `(c, usual) => usual || c.req.path.startsWith("/internal/")` leaves out more, `() => false` nothing.
   */
  readonly ignore?: ((context: Context<E>, usual: boolean) => boolean) | undefined;
}

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
 * before the answer has status 499.
 */
export function trackRequests<E extends Env = UntoldEnv>(
  client: Pick<Client, "recordRequest" | "notices">,
  options: TrackRequestsOptions<E> = {},
): MiddlewareHandler<E> {
  const { user, team, ignore } = options;
  const isMachine = createMachineCheck();
  const purposeOf = createPurposeCheck();

  function note(context: Context<E>, startedAtMs: number, answered: Answered): void {
    const durationMs = performance.now() - startedAtMs;
    const { method } = context.req;
    const route = routeOf(context);
    const usual = isMachine(agentOf(context)) || purposeOf(method, route, () => context.req.path) !== "work";
    if (ignore === undefined ? usual : ignore(context, usual)) return;
    const userId = user === undefined ? undefined : idText(user(context));
    const teamId = team === undefined ? undefined : idText(team(context));
    const { status, failed } = answered;
    client.recordRequest({ method, route, status, durationMs, failed, userId, teamId });
  }

  function tryToNote(context: Context<E>, startedAtMs: number, thrown: boolean): void {
    try {
      note(context, startedAtMs, thrown ? FAILED : answerOf(context));
    } catch {
      client.notices.wrong("a request was not recorded: user, team or ignore threw");
    }
  }

  client.notices.set("requests are recorded");
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
function answerOf<E extends Env>(context: Context<E>): Answered {
  // Asking for the answer would make one.
  if (!context.finalized) return FAILED;
  const { status } = context.res;
  if (callerLeft(context)) return { status: CALLER_LEFT, failed: false };
  return { status, failed: context.error !== undefined && (status < 400 || status >= 500) };
}

function bindingsOf<E extends Env>(context: Context<E>): NodeBindings {
  const env: unknown = context.env;
  return typeof env === "object" && env !== null ? env : {};
}

function callerLeft<E extends Env>(context: Context<E>): boolean {
  const { outgoing } = bindingsOf(context);
  return outgoing === undefined ? context.req.raw.signal.aborted : outgoing.destroyed;
}

/** Reading it from Hono would make a `Headers` of all of them. */
function agentOf<E extends Env>(context: Context<E>): string {
  const { incoming } = bindingsOf(context);
  return (incoming === undefined ? context.req.header("user-agent") : incoming.headers["user-agent"]) ?? "";
}

function idText(id: Id): string | undefined {
  return id === null || id === undefined || id === "" ? undefined : String(id);
}
