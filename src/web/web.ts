import { randomUUID } from "node:crypto";
import { Hono, type Context, type MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { html } from "hono/html";
import { describeError, type Log } from "../core/log.ts";
import { Problem } from "../core/problem.ts";
import { localDay, Temporal, type Clock } from "../core/time.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Reader } from "../metrics/read/reader.ts";
import { serveAssets } from "./assets.ts";
import { parametersOf } from "../core/query-parameters.ts";
import { dashboard } from "./dashboard.ts";
import { complaintBox, documentOf } from "./document.ts";
import { createDrawing, type Drawing } from "./drawing.ts";
import { emptyPage } from "./empty-page.ts";
import { pageHeaders } from "./page-headers.ts";
import { pageAsked } from "./page-query.ts";
import { sessionToken } from "./session-cookie.ts";
import { mayRead, serveSigningIn, signInAnswer, signOutForm, type SigningInParts } from "./signing-in.ts";
import { windowChoice } from "./window-choice.ts";

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
  for (const path of ["/", "/metrics/*"]) web.use(path, takesNoParameters());
  serveAssets(web);
  web.get("/", (context) => context.redirect("/metrics"));
  const drawing = createDrawing();
  web.get("/metrics", (context) => showMetrics(parts, drawing, context));
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

async function showMetrics(parts: WebParts, drawing: Drawing, context: Context): Promise<Response> {
  const { reader, clock, workspace, demo, publicUrl } = parts;
  if (!demo && !(await mayRead(parts, context))) return signInAnswer(context);
  const now = clock.now();
  const today = localDay(now, workspace.timeZone);
  try {
    const asked = pageAsked(context.req.url);
    const signOut = demo || sessionToken(context, publicUrl()) === undefined ? "" : signOutForm();
    const firstDay = await reader.firstDay();
    if (firstDay === null) {
      const content = emptyPage(publicUrl(), signOut);
      const refreshSeconds = EMPTY_PAGE_LOOKS_AGAIN_SECONDS;
      return await context.html(documentOf({ title: "No events yet", demo, content, refreshSeconds }));
    }
    const { window, compare } = asked;
    const hasCompleteDay = Temporal.PlainDate.compare(firstDay, today) < 0;
    return await drawing.draw(
      () => Promise.all([reader.summary(window, compare), reader.daily(window)]),
      ([summary, daily]) => {
        const content = dashboard({ asked, summary, daily, now, hasCompleteDay, signOut });
        return context.html(documentOf({ title: "Metrics", demo, content }));
      },
    );
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.status !== 400) throw thrown;
    const { detail, next } = thrown;
    const content = html`<main>${complaintBox(detail, next)}${windowChoice(null, today)}</main>`;
    return context.html(documentOf({ title: "Metrics", demo, content }), 400);
  }
}

/** Of all pages only the dashboard does, and looks at them itself. */
function takesNoParameters(): MiddlewareHandler {
  return async ({ req }, next) => {
    if (req.path !== "/metrics") parametersOf(req.url, []);
    await next();
  };
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
