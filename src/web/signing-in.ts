import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { html } from "hono/html";
import type { Access } from "../access/access.ts";
import { Problem } from "../core/problem.ts";
import { documentOf, type Markup } from "./document.ts";
import { isFromOwnSite } from "./own-site.ts";
import { clearSessionCookie, sessionToken, setSessionCookie } from "./session-cookie.ts";
import { signInPage } from "./sign-in-page.ts";

export interface SigningInParts {
  readonly access: Pick<Access, "admit" | "sessions">;
  /** Where people reach the page, without a slash at the end; with https, cookies are sent over https only. */
  readonly publicUrl: () => string;
  /** Network address of the sender, for the limit on wrong keys. */
  readonly addressOf: (context: Context) => string;
}

const MOST_FORM_BYTES = 4096;

/** The two forms of the door. Both are taken from our own pages only. */
export function serveSigningIn(web: Hono, parts: SigningInParts): void {
  const limit = bodyLimit({ maxSize: MOST_FORM_BYTES, onError: tooLarge });
  web.post("/metrics/sign-in", limit, (context) => signIn(parts, context));
  web.post("/metrics/sign-out", limit, (context) => signOut(parts, context));
}

/** By bearer key or session. Throws the `Problem` of a bearer key that is refused. */
export async function mayRead(parts: SigningInParts, context: Context): Promise<boolean> {
  const { access, addressOf, publicUrl } = parts;
  const bearer = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) {
    await access.admit({ key: bearer, scope: "read", address: addressOf(context) });
    return true;
  }
  const token = sessionToken(context, publicUrl());
  return token !== undefined && (await access.sessions.open(token)) !== null;
}

/**
 * A strict cookie is not sent when a link elsewhere leads here. The page then loads itself once more, now from this site, and
 * comes with the cookie if there is one.
 */
export function signInAnswer(context: Context): Response | Promise<Response> {
  const cameFromElsewhere = context.req.header("sec-fetch-site") === "cross-site";
  context.header("WWW-Authenticate", 'Bearer realm="bellwether"');
  const content = signInPage({});
  const refresh = cameFromElsewhere ? { refreshSeconds: 0 } : {};
  return context.html(documentOf({ title: "Sign in", demo: false, content, ...refresh }), 401);
}

export function signOutForm(): Markup {
  return html`<form method="post" action="/metrics/sign-out">
    <button class="plain" type="submit">Sign out</button>
  </form>`;
}

async function signIn(parts: SigningInParts, context: Context): Promise<Response> {
  const { access, addressOf, publicUrl } = parts;
  if (!isFromOwnSite(context, publicUrl())) return refuse(context, crossSite("Sign in here."));
  const key = new URLSearchParams(await context.req.text()).get("key")?.trim() ?? "";
  if (key === "") return refuse(context, new Problem("missing_key", 401, "Enter a key."));
  try {
    const caller = await access.admit({ key, scope: "read", address: addressOf(context) });
    const session = await access.sessions.begin(caller.keyId);
    if (session === null) return refuse(context, new Problem("invalid_key", 401, "The key was revoked."));
    await endSession(parts, context);
    setSessionCookie(context, publicUrl(), session);
    return context.redirect("/metrics", 303);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.status < 500) return refuse(context, thrown);
    throw thrown;
  }
}

async function signOut(parts: SigningInParts, context: Context): Promise<Response> {
  const publicUrl = parts.publicUrl();
  if (!isFromOwnSite(context, publicUrl)) return refuse(context, crossSite("Sign out on the page itself."));
  await endSession(parts, context);
  clearSessionCookie(context, publicUrl);
  return context.redirect("/metrics", 303);
}

async function endSession({ access, publicUrl }: SigningInParts, context: Context): Promise<void> {
  const token = sessionToken(context, publicUrl());
  if (token !== undefined) await access.sessions.end(token);
}

function crossSite(next: string): Problem {
  return new Problem("cross_site", 403, "This form was sent from another site.", {
    next: `${next} If this is the right page, set PUBLIC_URL to its address.`,
  });
}

function refuse(context: Context, { status, detail, next, retryAfterSeconds }: Problem): Response | Promise<Response> {
  if (retryAfterSeconds !== undefined) context.header("Retry-After", String(retryAfterSeconds));
  const content = signInPage({ complaint: { detail, next } });
  return context.html(documentOf({ title: "Sign in", demo: false, content }), status as ContentfulStatusCode);
}

function tooLarge(context: Context): Response | Promise<Response> {
  return refuse(context, new Problem("too_large", 413, "That is too long for a key."));
}
