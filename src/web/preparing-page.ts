import { Hono } from "hono";
import { html } from "hono/html";
import { documentOf, sentence } from "./document.ts";
import { pageHeaders } from "./page-headers.ts";

const LOOKS_AGAIN_SECONDS = 2;

/**
 * Stands in for everything while the start is not complete and its numbers would be those of a part. `step` says what it is at. A
 * browser gets a page that loads itself again, a program a problem.
 */
export function createPreparingPage(step: () => string): Hono {
  const web = new Hono();
  web.use(pageHeaders());
  web.all("*", (context) => {
    context.header("Retry-After", String(LOOKS_AGAIN_SECONDS));
    if (context.req.header("accept")?.includes("text/html") === true) {
      const content = html`<main class="door">
        <div class="panel">
          <h1>${step()}</h1>
          <p class="quiet">${sentence("This page shows the numbers as soon as they are there.")}</p>
        </div>
      </main>`;
      return context.html(documentOf({ title: step(), demo: true, content, refreshSeconds: LOOKS_AGAIN_SECONDS }), 503);
    }
    const problem = {
      type: "about:blank",
      title: "Unavailable",
      status: 503,
      detail: `${step()}.`,
      code: "not_ready",
      next: "Try again in a moment; `/readyz` answers 200 once the numbers are there.",
    };
    return context.body(JSON.stringify(problem), 503, { "Content-Type": "application/problem+json" });
  });
  return web;
}
