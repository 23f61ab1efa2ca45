import { z, type RouteConfig } from "@hono/zod-openapi";
import { parametersOf } from "../core/query-parameters.ts";
import type { HttpContext } from "./endpoint.ts";

/** What is answered when one of these is given twice. */
const REPEATED: Readonly<Record<string, string>> = {
  date: "invalid_date",
  by: "unknown_group",
  aggregate: "invalid_aggregate",
  step: "invalid_step",
  format: "invalid_format",
  status: "invalid_query",
  limit: "invalid_query",
  after: "invalid_query",
};

/** Throws `unknown_parameter`, or the refusal of a parameter that is given twice, for the query of a request. */
export type QueryCheck = (context: HttpContext) => void;

/** Of a route that takes what its description says. */
export function queryCheckOf({ request }: Pick<RouteConfig, "request">): QueryCheck {
  const query = request?.query;
  const known = query instanceof z.ZodObject ? Object.keys(query.shape) : [];
  return ({ req }) => void parametersOf(req.url, known, REPEATED);
}
