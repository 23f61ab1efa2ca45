import { randomUUID } from "node:crypto";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { html } from "hono/html";
import type { Access } from "../access/access.ts";
import { describeError, type Log } from "../core/log.ts";
import { Problem } from "../core/problem.ts";
import { localDay, Temporal, type Clock } from "../core/time.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Reader } from "../metrics/read/reader.ts";
import { serveAssets } from "./assets.ts";
import { dashboard, periods } from "./dashboard.ts";
import { readDays } from "./days.ts";
import { complaintBox, documentOf, type Markup } from "./document.ts";
import { emptyPage } from "./empty-page.ts";
import { pageHeaders } from "./page-headers.ts";
import { isOpenSession, sealSession, SESSION_COOKIE, SESSION_DAYS } from "./session.ts";
import { signInPage } from "./sign-in-page.ts";

export interface WebParts {
  readonly reader: Reader;
  readonly access: Pick<Access, "admit" | "sessionSecret">;
  readonly clock: Clock;
  readonly workspace: Workspace;
  readonly log: Log;
  /** Open to everybody who reaches it, and marked as made-up. */
  readonly demo: boolean;
  /** Where people reach the page, without a slash at the end; with https, cookies are sent over https only. */
  readonly publicUrl: () => string;
  /** Network address of the sender, for the limit on wrong keys. */
  readonly addressOf: (context: Context) => string;
}

const EMPTY_PAGE_LOOKS_AGAIN_SECONDS = 10;
const MOST_FORM_BYTES = 4096;

/** The pages for people: the dashboard at `/metrics`, behind a read key unless it is a demo. */
export function createWeb(parts: WebParts): Hono {
  const { log, demo } = parts;
  const web = new Hono();
  web.use(pageHeaders());
  serveAssets(web);
  web.get("/", (context) => context.redirect("/metrics"));
  web.get("/metrics", (context) => showMetrics(parts, context));
  web.post("/metrics/sign-in", bodyLimit({ maxSize: MOST_FORM_BYTES, onError: tooLarge }), (context) =>
    signIn(parts, context),
  );
  web.post("/metrics/sign-out", (context) => {
    deleteCookie(context, SESSION_COOKIE, cookieOptions(parts));
    return context.redirect("/metrics", 303);
  });
  web.notFound((context) => {
    const content = html`<main>
      ${complaintBox("There is nothing at this address.")}
      <p><a href="/metrics">To the numbers</a></p>
    </main>`;
    return context.html(documentOf({ title: "Not found", demo, content }), 404);
  });
  web.onError((thrown, context) => problemPage(thrown, context, log, demo));
  return web;
}

async function showMetrics(parts: WebParts, context: Context): Promise<Response> {
  const { reader, clock, workspace, demo, publicUrl } = parts;
  if (!demo && !(await mayRead(parts, context))) return signInAnswer(context);
  const asked = readDays(context.req.queries("days"));
  if (!asked.ok) {
    const content = html`<main>${complaintBox(asked.complaint)}${periods(null)}</main>`;
    return context.html(documentOf({ title: "Metrics", demo, content }), 400);
  }
  const signOut = demo || getCookie(context, SESSION_COOKIE) === undefined ? "" : signOutForm();
  const firstDay = await reader.firstDay();
  if (firstDay === null) {
    const content = emptyPage(publicUrl(), signOut);
    return context.html(
      documentOf({ title: "No events yet", demo, content, refreshSeconds: EMPTY_PAGE_LOOKS_AGAIN_SECONDS }),
    );
  }
  const [summary, daily] = await Promise.all([reader.summary(asked.days), reader.daily(asked.days)]);
  const now = clock.now();
  const hasCompleteDay = Temporal.PlainDate.compare(firstDay, localDay(now, workspace.timeZone)) < 0;
  const content = dashboard({ summary, daily, now, hasCompleteDay, signOut });
  return context.html(documentOf({ title: "Metrics", demo, content }));
}

/** By bearer key or session. Throws the `Problem` of a bearer key that is refused. */
async function mayRead({ access, clock, addressOf }: WebParts, context: Context): Promise<boolean> {
  const bearer = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) {
    await access.admit({ key: bearer, scope: "read", address: addressOf(context) });
    return true;
  }
  const cookie = getCookie(context, SESSION_COOKIE);
  return cookie !== undefined && isOpenSession(access, cookie, clock.now());
}

/**
 * A strict cookie is not sent when a link elsewhere leads here. The page then loads itself once more, now from this site, and
 * comes with the cookie if there is one.
 */
function signInAnswer(context: Context): Response | Promise<Response> {
  const cameFromElsewhere = context.req.header("sec-fetch-site") === "cross-site";
  context.header("WWW-Authenticate", 'Bearer realm="bellwether"');
  const content = signInPage({});
  const refresh = cameFromElsewhere ? { refreshSeconds: 0 } : {};
  return context.html(documentOf({ title: "Sign in", demo: false, content, ...refresh }), 401);
}

async function signIn(parts: WebParts, context: Context): Promise<Response> {
  const { access, clock, addressOf } = parts;
  const site = context.req.header("sec-fetch-site") ?? "none";
  if (site !== "same-origin" && site !== "none") {
    return refuse(
      context,
      new Problem("cross_site", 403, "This form was sent from another site.", { next: "Sign in here." }),
    );
  }
  const key = new URLSearchParams(await context.req.text()).get("key")?.trim() ?? "";
  if (key === "") return refuse(context, new Problem("missing_key", 401, "Enter a key."));
  try {
    const caller = await access.admit({ key, scope: "read", address: addressOf(context) });
    const session = await sealSession(access, caller.keyId, clock.now());
    if (session === null) return refuse(context, new Problem("invalid_key", 401, "The key was revoked."));
    setCookie(context, SESSION_COOKIE, session, { ...cookieOptions(parts), maxAge: SESSION_DAYS * 86_400 });
    return context.redirect("/metrics", 303);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.status < 500) return refuse(context, thrown);
    throw thrown;
  }
}

function refuse(context: Context, { status, detail, next, retryAfterSeconds }: Problem): Response | Promise<Response> {
  if (retryAfterSeconds !== undefined) context.header("Retry-After", String(retryAfterSeconds));
  const content = signInPage({ complaint: { detail, next } });
  return context.html(documentOf({ title: "Sign in", demo: false, content }), status as ContentfulStatusCode);
}

function tooLarge(context: Context): Response | Promise<Response> {
  return refuse(context, new Problem("too_large", 413, "That is too long for a key."));
}

function cookieOptions({ publicUrl }: WebParts) {
  return { path: "/metrics", httpOnly: true, sameSite: "Strict", secure: publicUrl().startsWith("https:") } as const;
}

function signOutForm(): Markup {
  return html`<form method="post" action="/metrics/sign-out">
    <button class="plain" type="submit">Sign out</button>
  </form>`;
}

function problemPage(thrown: unknown, context: Context, log: Log, demo: boolean): Response | Promise<Response> {
  const problem = thrown instanceof Problem ? thrown : unexpected(thrown, log);
  const { status, detail, next, retryAfterSeconds } = problem;
  if (status === 401) context.header("WWW-Authenticate", 'Bearer realm="bellwether"');
  if (status === 503 || retryAfterSeconds !== undefined) context.header("Retry-After", String(retryAfterSeconds ?? 2));
  const content = html`<main>
    ${complaintBox(detail, next)}
    <p><a href="/metrics">Try again</a></p>
  </main>`;
  return context.html(documentOf({ title: "Metrics", demo, content }), status as ContentfulStatusCode);
}

function unexpected(thrown: unknown, log: Log): Problem {
  const reference = randomUUID().slice(0, 8);
  log.error({ ...describeError(thrown), reference }, "page failed");
  return new Problem("internal_error", 500, `Something went wrong on our side; it is in the log under ${reference}.`);
}
