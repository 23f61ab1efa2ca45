import { randomUUID } from "node:crypto";
import { Hono, type Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { html } from "hono/html";
import { describeError, type Log } from "../core/log.ts";
import { Problem } from "../core/problem.ts";
import { localDay, Temporal, type Clock } from "../core/time.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Reader } from "../metrics/read/reader.ts";
import { serveAssets } from "./assets.ts";
import { dashboard, periods } from "./dashboard.ts";
import { readDays } from "./days.ts";
import { complaintBox, documentOf } from "./document.ts";
import { emptyPage } from "./empty-page.ts";
import { pageHeaders } from "./page-headers.ts";
import { sessionToken } from "./session-cookie.ts";
import { mayRead, serveSigningIn, signInAnswer, signOutForm, type SigningInParts } from "./signing-in.ts";

export interface WebParts extends SigningInParts {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly workspace: Workspace;
  readonly log: Log;
  /** Open to everybody who reaches it, and marked as made-up. */
  readonly demo: boolean;
}

const EMPTY_PAGE_LOOKS_AGAIN_SECONDS = 10;

/** The pages for people: the dashboard at `/metrics`, behind a read key unless it is a demo. */
export function createWeb(parts: WebParts): Hono {
  const { log, demo } = parts;
  const web = new Hono();
  web.use(pageHeaders());
  serveAssets(web);
  web.get("/", (context) => context.redirect("/metrics"));
  web.get("/metrics", (context) => showMetrics(parts, context));
  serveSigningIn(web, parts);
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
  const signOut = demo || sessionToken(context, publicUrl()) === undefined ? "" : signOutForm();
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
