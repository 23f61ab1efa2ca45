import { describeError } from "../core/log.ts";
import { Problem } from "../core/problem.ts";

/** What a route answers, before it becomes a `Response`. */
export interface Reply {
  readonly status: number;
  /** Null for an answer without a body. */
  readonly text: string | null;
  /** Sent instead of `text`, as it is read. */
  readonly stream?: ReadableStream<Uint8Array>;
  readonly headers: Readonly<Record<string, string>>;
  /** What must be logged of the failure behind the answer. */
  readonly failure?: Record<string, unknown>;
}

/** No page may frame, sniff, cache or load anything from an answer of the API. */
const SAFE_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

const JSON_HEADERS = { ...SAFE_HEADERS, "content-type": "application/json" } as const;
const PROBLEM_HEADERS = { ...SAFE_HEADERS, "content-type": "application/problem+json" } as const;

/** When the sender may try again and the problem does not say. */
const DEFAULT_RETRY_SECONDS = 2;

export function json(status: number, value: unknown): Reply {
  return { status, text: JSON.stringify(value), headers: JSON_HEADERS };
}

export function plainText(type: string, text: string): Reply {
  return { status: 200, text, headers: { ...SAFE_HEADERS, "content-type": type } };
}

export function empty(status: number, headers: Readonly<Record<string, string>>): Reply {
  return { status, text: null, headers: { ...SAFE_HEADERS, ...headers } };
}

/** A file to keep; `body` is null for HEAD. */
export function attachment(
  body: ReadableStream<Uint8Array> | null,
  file: { readonly type: string; readonly fileName: string },
): Reply {
  const headers = {
    ...SAFE_HEADERS,
    "content-type": file.type,
    "content-disposition": `attachment; filename="${file.fileName}"`,
  };
  return { status: 200, text: null, headers, ...(body === null ? {} : { stream: body }) };
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Key needed",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  408: "Too slow",
  409: "Conflict",
  413: "Too large",
  429: "Too many requests",
  431: "Headers too large",
  503: "Unavailable",
};

/** RFC 9457. What is no `Problem` is answered neutrally and described for the log. */
export function problemReply(thrown: unknown, requestId: string): Reply {
  if (!(thrown instanceof Problem)) return failureReply(thrown, requestId);
  const { code, status, detail, next } = thrown;
  const body = {
    type: "about:blank",
    title: TITLES[status] ?? "Problem",
    status,
    detail,
    code,
    next,
    request_id: requestId,
  };
  const retryAfter = thrown.retryAfterSeconds ?? (status === 503 ? DEFAULT_RETRY_SECONDS : undefined);
  return {
    status,
    text: JSON.stringify(body),
    headers: {
      ...PROBLEM_HEADERS,
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
      ...(status === 401 ? { "www-authenticate": challenge(code) } : {}),
    },
    ...(status >= 500
      ? { failure: { problem: code, ...(thrown.cause === undefined ? {} : describeError(thrown.cause)) } }
      : {}),
  };
}

function failureReply(thrown: unknown, requestId: string): Reply {
  const body = {
    type: "about:blank",
    title: "Internal error",
    status: 500,
    detail: "Something went wrong on our side.",
    code: "internal_error",
    next: "Try again; if it stays, give the request id to whoever runs this Bellwether.",
    request_id: requestId,
  };
  return { status: 500, text: JSON.stringify(body), headers: PROBLEM_HEADERS, failure: describeError(thrown) };
}

function challenge(code: string): string {
  return code === "missing_key" ? 'Bearer realm="bellwether"' : 'Bearer realm="bellwether", error="invalid_token"';
}
