import { isSeparators, isWordSegment } from "./word-segment.ts";

const LONGEST_ROUTE = 300;
/** Of a longer path only the beginning is looked at. */
const LONGEST_PATH = 4_000;
/** A longer segment is an id, whatever it is made of. */
const LONGEST_SEGMENT = 100;
const LONGEST_NAME = 40;
const REMEMBERED = 5_000;
const LONGEST_REMEMBERED = 500;
const ID = ":id";

/**
 * The pattern behind a path, or a pattern in its usual spelling: what is not made of words becomes `:id` (numbers, UUIDs,
 * hashes, tokens, dates, telephone numbers, e-mail addresses); origin, query string, fragment, path parameters (`;jsessionid=`) and
 * trailing slash are dropped. The work is linear in the length of the path, and bounded.
 */
export function routePattern(path: string): string {
  const bare = withoutOrigin(path.slice(0, LONGEST_PATH));
  let route = "";
  for (let from = 0; from < bare.length && route.length <= LONGEST_ROUTE;) {
    const slash = bare.indexOf("/", from);
    const until = slash < 0 ? bare.length : slash;
    const segment = pattern(withoutParameters(bare.slice(from, until)));
    if (segment !== "") route += `/${segment}`;
    from = until + 1;
  }
  return route === "" ? "/" : cut(route);
}

/** As `routePattern`, for `POST /exports` and for names that are no paths, which stay as they are. */
export function endpointPattern(endpoint: string): string {
  const text = endpoint.slice(0, LONGEST_PATH);
  const space = text.indexOf(" ");
  const method = text.slice(0, Math.max(space, 0));
  const rest = text.slice(space + 1).trimStart();
  if (METHOD.test(method) && rest !== "") return `${method} ${routePattern(rest)}`;
  return text.includes("/") ? routePattern(text) : cut(namePattern(withoutQuery(text)));
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

const METHOD = /^[A-Z]{1,20}$/;

function withoutOrigin(path: string): string {
  const bare = withoutQuery(path);
  const scheme = bare.indexOf("://");
  const isAddress = scheme > 0 && !bare.slice(0, scheme).includes("/");
  const origin = isAddress ? scheme + 3 : bare.startsWith("//") ? 2 : 0;
  if (origin === 0) return bare;
  const slash = bare.indexOf("/", origin);
  return slash < 0 ? "" : bare.slice(slash);
}

function withoutQuery(path: string): string {
  const ends = [path.indexOf("?"), path.indexOf("#")].filter((at) => at >= 0);
  return path.slice(0, Math.min(path.length, ...ends));
}

/** `;jsessionid=…` and the like say who asks, not what is asked for; in a route pattern `;` stands for nothing. */
function withoutParameters(segment: string): string {
  const ends = [segment.indexOf(";"), segment.indexOf("%3B"), segment.indexOf("%3b")].filter((at) => at >= 0);
  return segment.slice(0, Math.min(segment.length, ...ends));
}

/** A name that is no path, `checkout.pay`: a space or a colon between words is part of it. */
function namePattern(name: string): string {
  return name.length <= LONGEST_SEGMENT && isWordSegment(name.replaceAll(":", " ")) ? name : pattern(name);
}

function pattern(segment: string): string {
  if (segment === "" || segment === "*" || segment === "**") return segment;
  if (segment.length > LONGEST_SEGMENT || isKeyed(segment)) return ID;
  const equals = segment.indexOf("=");
  if (equals > 0) return isWordSegment(decoded(segment.slice(0, equals))) ? `${segment.slice(0, equals)}=${ID}` : ID;
  if (segment.includes(":", 1) && !segment.startsWith("<") && !segment.startsWith("{")) return mixed(segment);
  return placeholder(segment) ?? wordOrId(segment);
}

/** A home folder (`~kim`), or a key in parentheses as OData writes it (`Users('kim')`): both name somebody or something. */
function isKeyed(segment: string): boolean {
  if (segment.startsWith("~") || segment.startsWith("%7E") || segment.startsWith("%7e")) return true;
  const open = Math.max(segment.indexOf("("), segment.indexOf("%28"));
  return open > 0 && (segment.includes("'", open) || segment.includes("%27", open));
}

/** Placeholders beside words, `:year-:month` and `messages:send`; anything else with a colon is an id. */
function mixed(segment: string): string {
  const [before = "", ...pieces] = segment.split(":");
  const isKnown = before === "" || isWordSegment(decoded(before));
  return isKnown && pieces.every(isNameAndWords) ? segment : ID;
}

const NAME_AND_REST = /^([A-Za-z_]\w*)(.*)$/s;

function isNameAndWords(piece: string): boolean {
  const [, name = "", rest = ""] = NAME_AND_REST.exec(piece) ?? [];
  return isName(name) && (rest === "" || isSeparators(rest) || isWordSegment(rest));
}

function wordOrId(text: string): string {
  return isWordSegment(decoded(text)) ? text : ID;
}

/** Bytes in percent notation are letters too: `%C3%BCber`. What cannot be read stays as it is, and is no word. */
function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The notations of routers for a variable segment, as `:name`: `:name{[0-9]+}`, `{name}`, `[...name]`, `<int:name>`. Null when it is none. */
function placeholder(segment: string): string | null {
  const first = segment.charAt(0);
  if (first === ":") return named(segment.slice(1), ["{", "(", "?", "*", "+", "."]);
  const closing = BRACKETS[first];
  if (closing === undefined || !segment.endsWith(closing)) return null;
  const inside = segment.slice(1, -1);
  if (first === "[" && inside.startsWith("[") && inside.endsWith("]")) return placeholder(inside);
  if (first === "<") return named(inside.slice(inside.lastIndexOf(":") + 1), []);
  return named(inside.startsWith("...") ? inside.slice(3) : inside.startsWith("*") ? inside.slice(1) : inside, [":"]);
}

const BRACKETS: Readonly<Record<string, string>> = { "{": "}", "[": "]", "<": ">" };
const NAME = /^[A-Za-z_]\w*$/;

function named(text: string, ends: readonly string[]): string {
  const end = Math.min(text.length, ...ends.map((mark) => text.indexOf(mark)).filter((at) => at >= 0));
  const name = text.slice(0, end);
  return isName(name) ? `:${name}` : ID;
}

function isName(name: string): boolean {
  return name.length <= LONGEST_NAME && NAME.test(name) && isWordSegment(name);
}

/** Never cuts a character in two. */
function cut(route: string): string {
  if (route.length <= LONGEST_ROUTE) return route;
  const last = route.charCodeAt(LONGEST_ROUTE - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return route.slice(0, isHalf ? LONGEST_ROUTE - 1 : LONGEST_ROUTE);
}
