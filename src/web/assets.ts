import { readFileSync } from "node:fs";
import type { Hono } from "hono";
import { fontFile, type Weight } from "../charts/font-files.ts";

const A_WEEK = "public, max-age=604800";

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2456d6"/><path d="M6 22l6-7 5 4 9-11" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/** Icon and font of the page: the only files it loads, open to all. */
export function serveAssets(web: Hono): void {
  web.get("/metrics/icon.svg", (context) =>
    context.body(ICON, 200, { "Content-Type": "image/svg+xml", "Cache-Control": A_WEEK }),
  );
  for (const weight of [400, 600] as const satisfies readonly Weight[]) {
    const font = new Uint8Array(readFileSync(fontFile("latin", weight)));
    web.get(`/metrics/inter-${weight}.woff2`, (context) =>
      context.body(font, 200, { "Content-Type": "font/woff2", "Cache-Control": A_WEEK }),
    );
  }
}
