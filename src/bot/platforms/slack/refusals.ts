import { webApi } from "@slack/bolt";
import type { PostOutcome } from "../../platform.ts";
import { SENTENCES, WHYS } from "./refusal-codes.ts";

const { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } = webApi;

export type Failure = Exclude<PostOutcome, { outcome: "sent" }>;

/** What Slack answers when it knows the token no longer: nothing works before somebody mends it. */
const TOKEN_REFUSALS = new Set([
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "user_removed_from_team",
  "team_disabled",
]);

const NEXT_STEPS: Readonly<Record<string, string>> = {
  channel_not_found:
    "The channel is gone, or private and Bellwether is not in it. Invite Bellwether, or correct DIGEST_CHANNELS.",
  not_in_channel: "Bellwether is not in the channel. Write `/invite @Bellwether` there.",
  is_archived: "The channel is archived. Unarchive it, or correct DIGEST_CHANNELS.",
  restricted_action:
    "The workspace lets only some people post in that channel. Ask an admin of the workspace to let apps post there.",
  restricted_action_read_only_channel:
    "The channel is read-only. Ask an admin of the workspace to let Bellwether post there.",
  restricted_action_non_threadable_channel: "The channel takes no posts. Choose another in DIGEST_CHANNELS.",
};

/** Slack says of these that a part may have been done. */
const PERHAPS_DONE = new Set([
  "fatal_error",
  "internal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);

/** Nothing left the machine. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** What a failed call means for a message: a definite no, or not to be told. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof WebAPIPlatformError) return platformRefusal(thrown.data);
  if (thrown instanceof WebAPIRateLimitedError)
    return refused("Slack asks to wait.", { retryAfterMs: thrown.retryAfter * 1000 });
  if (thrown instanceof WebAPIHTTPError)
    return thrown.statusCode < 500
      ? refused(`Slack answered ${thrown.statusCode}.`)
      : { outcome: "uncertain", reason: `Slack answered ${thrown.statusCode}.` };
  if (thrown instanceof WebAPIRequestError) {
    const code = networkCode(thrown.original);
    return code !== null && NEVER_SENT.has(code)
      ? refused(`Slack cannot be reached (${code}).`)
      : { outcome: "uncertain", reason: `The connection to Slack broke (${code ?? "no answer"}).` };
  }
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return { outcome: "uncertain", reason: `The call to Slack failed (${name}).` };
}

/** The `error` of an `ok: false` answer; null for every other failure. */
export function refusalCode(thrown: unknown): string | null {
  return thrown instanceof WebAPIPlatformError ? thrown.data.error : null;
}

/** Slack knows the token no longer. */
export function isTokenRefusal(thrown: unknown): boolean {
  return TOKEN_REFUSALS.has(refusalCode(thrown) ?? "");
}

/** Which scopes a refused call would have needed; empty when Slack does not say. */
export function neededScopes(thrown: unknown): string[] {
  if (!(thrown instanceof WebAPIPlatformError)) return [];
  const { needed } = thrown.data as { readonly needed?: unknown };
  if (typeof needed === "string" && needed !== "") return needed.split(",");
  return thrown.data.response_metadata?.acceptedScopes ?? [];
}

function platformRefusal(data: webApi.WebAPIPlatformError["data"]): Failure {
  const code = data.error;
  if (PERHAPS_DONE.has(code)) return { outcome: "uncertain", reason: `Slack answered ${code}.` };
  if (code === "ratelimited" || code === "rate_limited" || code === "message_limit_exceeded")
    return refused("Slack asks to wait.");
  if (TOKEN_REFUSALS.has(code)) return { ...refused(tokenSentence(code), { lasting: true }), everywhere: true };
  if (code === "missing_scope") {
    const scopes = neededScopes(new WebAPIPlatformError(data));
    return refused(scopeSentence(scopes), { lasting: true });
  }
  const step = NEXT_STEPS[code] ?? SENTENCES[code];
  const why = WHYS[code] === undefined ? {} : { why: WHYS[code] };
  return step === undefined
    ? refused(`Slack refused the message (${code}).`)
    : { ...refused(step, { lasting: true }), ...why };
}

export function tokenSentence(code: string): string {
  return `Slack does not accept SLACK_BOT_TOKEN (${code}). Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions of the app.`;
}

export function scopeSentence(scopes: readonly string[]): string {
  const missing = scopes.length === 0 ? "a scope" : scopes.map((scope) => `\`${scope}\``).join(", ");
  return `The Slack app lacks ${missing}. Paste slack-manifest.json into App Manifest and install the app again.`;
}

function refused(
  reason: string,
  { retryAfterMs = null, lasting = false }: { readonly retryAfterMs?: number | null; readonly lasting?: boolean } = {},
): Extract<Failure, { outcome: "refused" }> {
  return { outcome: "refused", reason, retryAfterMs, lasting };
}

function networkCode(error: unknown): string | null {
  for (let one = error, depth = 0; one instanceof Error && depth < 4; one = one.cause, depth += 1) {
    const { code } = one as { readonly code?: unknown };
    if (typeof code === "string") return code;
    if (one instanceof AggregateError && one.errors[0] instanceof Error) return networkCode(one.errors[0]);
  }
  return null;
}
