import type { AnyContext } from "./hono-context.ts";

/** What a request is called whose address nobody answers for: its own address is never sent. */
const NOBODYS = "/*";
const EVERY_METHOD = "ALL";

/**
 * The pattern of the handler that answered. When a middleware answered (a sign-in check, a limit), that of the handler it stands
 * before. Hono calls a middleware and `app.all` the same, so what is for every method counts as a handler only when its
 * path has no `*`.
 */
export function routeOf({ req }: AnyContext): string {
  const routes = req.matchedRoutes ?? [];
  const reached = req.routeIndex;
  const last = routes[reached];
  if (last === undefined) return NOBODYS;
  if (last.method !== EVERY_METHOD) return last.path;
  for (let at = reached + 1; at < routes.length; at += 1) {
    const route = routes[at];
    if (route !== undefined && route.method !== EVERY_METHOD) return route.path;
  }
  return last.path;
}
