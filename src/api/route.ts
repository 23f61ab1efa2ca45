import { z, type RouteConfig } from "@hono/zod-openapi";
import type { Caller } from "../access/access.ts";
import type { Scope } from "../access/scope.ts";
import type { HttpContext } from "./endpoint.ts";
import type { Reply } from "./reply.ts";

/** Scope, description and handler of one method of one path; the key is checked before `handle` runs. */
export interface Route {
  readonly about: RouteConfig;
  /** Null: open to everybody. */
  readonly scope: Scope | null;
  readonly handle: (context: HttpContext, caller: Caller | null) => Reply | Promise<Reply>;
}

type Handle<C> = (context: HttpContext, caller: C) => Reply | Promise<Reply>;

interface Description {
  readonly method: "get" | "post";
  /** With parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly request?: NonNullable<RouteConfig["request"]>;
  readonly answer: z.ZodType;
  readonly answerMeans: string;
  /** Answers that are no problems, by their status, besides 200. */
  readonly otherAnswers?: Readonly<Record<number, { readonly means: string; readonly schema: z.ZodType }>>;
  /** Refusals besides those that every route of the kind has. */
  readonly refusals?: Readonly<Record<number, string>>;
}

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().meta({ description: "one sentence for people" }),
    code: z.string().meta({ description: "stable; programs may rely on it" }),
    next: z.string().optional().meta({ description: "what to do" }),
    request_id: z.string(),
  })
  .openapi("Problem");

const KEY_REFUSALS = {
  401: "missing_key, invalid_key",
  403: "insufficient_scope",
  429: "rate_limited",
  503: "database_unavailable, storage_full, shutting_down, busy",
};

export function openRoute(description: Description, handle: Handle<null>): Route {
  return { about: describe(description, {}), scope: null, handle: (context) => handle(context, null) };
}

export function guardedRoute(scope: Scope, description: Description, handle: Handle<Caller>): Route {
  return {
    about: { ...describe(description, KEY_REFUSALS), security: [{ key: [scope] }] },
    scope,
    handle(context, caller) {
      if (caller === null) throw new TypeError("a guarded route was reached without a caller");
      return handle(context, caller);
    },
  };
}

/** What is not JSON alone: each answer by its media type. */
export function mediaRoute(
  scope: Scope,
  description: Omit<Description, "answer" | "method"> & { readonly answers: Readonly<Record<string, z.ZodType>> },
  handle: Handle<Caller>,
): Route {
  const { answers, ...rest } = description;
  const route = guardedRoute(scope, { ...rest, method: "get", answer: z.unknown() }, handle);
  const content = Object.fromEntries(Object.entries(answers).map(([type, schema]) => [type, { schema }]));
  const whole = { description: description.answerMeans, content };
  return { ...route, about: { ...route.about, responses: { ...route.about.responses, 200: whole } } };
}

function describe(description: Description, common: Readonly<Record<number, string>>): RouteConfig {
  const { method, path, summary, request, answer, answerMeans, otherAnswers = {}, refusals } = description;
  const badRequest = ["unknown_parameter", ...(refusals?.[400] === undefined ? [] : [refusals[400]])].join(", ");
  const refused = Object.entries({ ...common, ...refusals, 400: badRequest }).map(([status, means]) => [
    status,
    { description: means, content: { "application/problem+json": { schema: problem } } },
  ]);
  const others = Object.entries(otherAnswers).map(([status, { means, schema }]) => [
    status,
    { description: means, content: { "application/json": { schema } } },
  ]);
  return {
    method,
    path,
    summary,
    ...(request === undefined ? {} : { request }),
    responses: {
      200: { description: answerMeans, content: { "application/json": { schema: answer } } },
      ...Object.fromEntries(others),
      ...Object.fromEntries(refused),
    },
  };
}

/** A JSON body in a description. */
export function jsonBody(schema: z.ZodType) {
  return { required: true, content: { "application/json": { schema } } };
}
