const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const NUMBER = /^\d+$/;
const HASH = /^(?=.*\d)[0-9a-f]{16,}$/i;
const ULID = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i;
const E_MAIL = /^[^@]+(@|%40)[^@]+\.[^@]+$/i;
const TOKEN = /^(?=.*[A-Za-z])\w{20,}$/;
const BRACED = /^(?:\{(\w+)\}|\[(\w+)\]|<(?:\w+:)?(\w+)>)$/;
const LONGEST_ROUTE = 300;
const LONGEST_SEGMENT = 200;
const DIGITS_OF_A_TOKEN = 3;
const REMEMBERED = 5_000;
const LONGEST_REMEMBERED = 500;

function isToken(segment: string): boolean {
  return TOKEN.test(segment) && segment.replaceAll(/\D/g, "").length >= DIGITS_OF_A_TOKEN;
}

function pattern(segment: string): string {
  if (segment === "" || segment.startsWith(":")) return segment;
  if (segment.length > LONGEST_SEGMENT) return ":id";
  if (NUMBER.test(segment) || UUID.test(segment) || E_MAIL.test(segment)) return ":id";
  if (segment.length >= 16 && (HASH.test(segment) || ULID.test(segment) || isToken(segment))) return ":id";
  const braced = BRACED.exec(segment);
  return braced === null ? segment : `:${braced[1] ?? braced[2] ?? braced[3]}`;
}

/** Never cuts a character in two. */
function cut(route: string): string {
  return route.length <= LONGEST_ROUTE ? route : route.slice(0, LONGEST_ROUTE).replace(/[\uD800-\uDBFF]$/, "");
}

/**
 * The pattern behind a path, or a pattern in its usual spelling: numbers, UUIDs, hashes, tokens and
 * e-mail addresses become `:id`; origin, query string, fragment and trailing slash are dropped.
 */
export function routePattern(path: string): string {
  const [bare = ""] = path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").split(/[?#]/, 1);
  const segments = bare.split("/").filter((segment) => segment !== "");
  const route = `/${segments.map(pattern).join("/")}`;
  return cut(route);
}

/** As `routePattern`, for `POST /exports` and for names that are no paths, which stay as they are. */
export function endpointPattern(endpoint: string): string {
  const match = /^([A-Z]{1,20}) +(\S.*)$/s.exec(endpoint);
  if (match?.[1] !== undefined && match[2] !== undefined) return `${match[1]} ${routePattern(match[2])}`;
  return endpoint.includes("/") ? routePattern(endpoint) : cut(pattern(endpoint.split(/[?#]/, 1)[0] ?? ""));
}

/** `routePattern` with a memory of the paths seen lately: most are sent again and again. */
export function createRoutePatterns(): (path: string) => string {
  let seen = new Map<string, string>();
  return (path) => {
    const known = seen.get(path);
    if (known !== undefined) return known;
    if (path.length > LONGEST_REMEMBERED) return routePattern(path);
    if (seen.size >= REMEMBERED) seen = new Map();
    const route = routePattern(path);
    seen.set(path, route);
    return route;
  };
}
