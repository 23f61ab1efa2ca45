import { html, raw } from "hono/html";
import { STYLE } from "./style.ts";

/** Markup that is safe to send: text put into `html` templates is escaped there. */
export type Markup = ReturnType<typeof html>;

export interface DocumentParts {
  readonly title: string;
  readonly demo: boolean;
  readonly content: Markup;
  /** Seconds after which the page loads itself again; absent when it does not. */
  readonly refreshSeconds?: number;
}

export function documentOf({ title, demo, content, refreshSeconds }: DocumentParts): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${refreshSeconds === undefined ? "" : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        <title>${title} · Bellwether</title>
        <link rel="icon" type="image/svg+xml" href="/metrics/icon.svg" />
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        ${demo ? html`<p class="banner">Demo: every number on this page comes from sample data.</p>` : ""}
        <div class="sheet">${content}</div>
      </body>
    </html>`;
}

/** A sentence whose `words in backticks` are set as code. */
export function sentence(text: string): Markup {
  const parts = text.split("`");
  const last = parts.length - 1;
  return html`${parts.map((part, index) => (index % 2 === 1 && index < last ? html`<code>${part}</code>` : part))}`;
}

/** What went wrong and what to do, as a box at the top of a page. */
export function complaintBox(detail: string, next?: string): Markup {
  const text = next === undefined ? detail : `${detail} ${next}`;
  return html`<div class="complaint" role="alert"><p>${sentence(text)}</p></div>`;
}
