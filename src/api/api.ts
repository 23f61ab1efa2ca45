import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Access, Caller } from "../access/access.ts";
import type { Log } from "../core/log.ts";
import { Problem } from "../core/problem.ts";
import type { Clock } from "../core/time.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Intake } from "../events/verdict.ts";
import type { CountingIntake } from "../events/verdict-counts.ts";
import type { Voider } from "../events/void.ts";
import type { Overviews } from "../metrics/read/overviews.ts";
import type { Exporter } from "../metrics/export/exporter.ts";
import type { Reader } from "../metrics/read/reader.ts";
import type { Roller } from "../metrics/rollup/roller.ts";
import { createBodies, type BodyLimits } from "./body.ts";
import type { DataQuality } from "../metrics/quality/data-quality.ts";
import { calculateRoute } from "./calculate-route.ts";
import { dataQualityRoute } from "./data-quality-route.ts";
import { createEndpoints, type Endpoints, type Http, type HttpContext } from "./endpoint.ts";
import { createExposition } from "./exposition.ts";
import { exportRoutes } from "./export-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { intakeRoutes } from "./intake-routes.ts";
import { metricsRoutes } from "./metrics-routes.ts";
import type { Desk } from "../tickets/desk.ts";
import { ticketRoutes } from "./ticket-routes.ts";
import { overviewRoutes } from "./overview-routes.ts";
import { prometheusRoute } from "./prometheus-route.ts";
import { queryCheckOf } from "./parameters.ts";
import type { Readiness } from "./readiness.ts";
import { empty, json, problemReply, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { voidRoute } from "./void-route.ts";

/** Another app that answers every path which is not the API's. */
export interface Pages {
  fetch(request: Request, env?: object): Response | Promise<Response>;
}

export interface ApiParts {
  readonly intake: Intake;
  /** How many events got which verdict. */
  readonly verdicts: Pick<CountingIntake, "counts">;
  readonly voider: Voider;
  readonly reader: Reader;
  readonly overviews: Overviews;
  readonly exporter: Exporter;
  readonly quality: Pick<DataQuality, "list">;
  readonly roller: Pick<Roller, "recompute" | "backlog">;
  readonly desk: Pick<Desk, "find" | "list" | "conversation">;
  readonly clock: Clock;
  readonly workspace: Pick<Workspace, "timeZone">;
  readonly access: Access;
  readonly readiness: Readiness;
  readonly log: Log;
  /** The version of the program, for the description of the API. */
  readonly version: string;
  readonly trustProxy: boolean;
  readonly corsOrigins: readonly string[];
  readonly pages?: Pages;
  readonly bodyLimits?: Partial<BodyLimits>;
}

export type Api = OpenAPIHono<Http>;

export function createApi(parts: ApiParts): Api {
  const { intake, voider, overviews, exporter, readiness, access, log, trustProxy, corsOrigins, version, pages } =
    parts;
  const bodies = createBodies(parts.bodyLimits);
  const app = new OpenAPIHono<Http>();
  const routes = [
    ...healthRoutes(readiness),
    ...intakeRoutes(intake, bodies),
    voidRoute(voider, bodies),
    ...metricsRoutes(parts),
    ...overviewRoutes(overviews),
    ...exportRoutes(exporter),
    dataQualityRoute(parts.quality),
    calculateRoute(parts),
    ...ticketRoutes(parts.desk),
    prometheusRoute(createExposition(parts)),
  ];
  const ingestPaths = routes.filter(({ scope }) => scope === "ingest").map(({ about }) => about.path);
  const cors = { origins: corsOrigins, paths: new Set(ingestPaths) };
  const endpoints = createEndpoints({ access, log, trustProxy, cors });
  routes.forEach((route) => register(app, endpoints, route));
  serveDescription(app, endpoints, version);

  const methods = methodsByPath(app);
  const answerUnmatched = endpoints.open("unmatched", (context, requestId) => unmatched(context, requestId, methods));
  app.notFound((context: Context<Http>) =>
    pages === undefined || !isForPages(context, methods)
      ? answerUnmatched(context)
      : pages.fetch(context.req.raw, context.env),
  );
  app.onError((thrown, context: Context<Http>) => endpoints.open("error", () => Promise.reject(thrown))(context));
  return app;
}

function register(app: Api, endpoints: Endpoints, { about, scope, handle }: Route): void {
  app.openAPIRegistry.registerPath(about);
  const path = about.path.replaceAll(/\{(\w+)\}/g, ":$1");
  const checkQuery = queryCheckOf(about);
  const checked = (context: HttpContext, caller: Caller | null) => {
    checkQuery(context);
    return handle(context, caller);
  };
  const handler =
    scope === null
      ? endpoints.open(path, (context) => checked(context, null))
      : endpoints.guarded(path, scope, checked);
  app.on(about.method.toUpperCase(), path, handler);
}

function serveDescription(app: Api, endpoints: Endpoints, version: string): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "key", { type: "http", scheme: "bearer" });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Bellwether", version, description: "Events in, numbers out." },
  });
  const checkQuery = queryCheckOf({});
  app.get(
    "/openapi.json",
    endpoints.open("/openapi.json", (context) => {
      checkQuery(context);
      return json(200, document);
    }),
  );
}

interface MethodsOfPath {
  readonly allow: string;
  matches(path: string): boolean;
}

/** Which methods each path has, for 405 and for OPTIONS. */
function methodsByPath(app: Api): MethodsOfPath[] {
  const paths = new Map<string, string[]>();
  for (const { method, path } of app.routes) paths.set(path, [...(paths.get(path) ?? []), method]);
  return [...paths].map(([path, methods]) => {
    const pattern = new RegExp(`^${path.replaceAll(/[.]/g, "\\.").replaceAll(/:[a-z]+/g, "[^/]+")}$`);
    const withHead = methods.includes("GET") ? ["HEAD"] : [];
    return { allow: [...methods, ...withHead, "OPTIONS"].join(", "), matches: (asked) => pattern.test(asked) };
  });
}

/** The page's own addresses; of the addresses that nobody has, those that a browser asks for. */
function isForPages({ req }: HttpContext, methods: readonly MethodsOfPath[]): boolean {
  if (req.path.startsWith("/api/") || methods.some((known) => known.matches(req.path))) return false;
  return /^\/(metrics(\/.*)?)?$/.test(req.path) || req.header("accept")?.includes("text/html") === true;
}

function unmatched(context: HttpContext, requestId: string, methods: readonly MethodsOfPath[]): Reply {
  const known = methods.find((path) => path.matches(context.req.path));
  if (known === undefined) {
    throw new Problem("not_found", 404, "There is nothing at this address.", {
      next: "/openapi.json lists what there is.",
    });
  }
  if (context.req.method === "OPTIONS") return empty(204, optionsHeaders(known.allow));
  const refusal = problemReply(new Problem("method_not_allowed", 405, `This address takes ${known.allow}.`), requestId);
  return { ...refusal, headers: { ...refusal.headers, allow: known.allow } };
}

/** For a browser's preflight; the origin itself is judged where every answer gets its headers. */
function optionsHeaders(allow: string): Record<string, string> {
  return {
    allow,
    "access-control-allow-methods": allow,
    "access-control-allow-headers": "Authorization, Content-Type, Content-Encoding",
    "access-control-max-age": "600",
  };
}
