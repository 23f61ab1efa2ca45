import type { Context } from "hono";

/**
 * Whether a form was sent by one of our own pages. `Origin` must be the address under which the page was asked for, or
 * `PUBLIC_URL`'s; a browser that says itself that the form came from elsewhere is believed. Only a program sends neither, and no
 * browser adds a cookie to what a program sends.
 */
export function isFromOwnSite(context: Context, publicUrl: string): boolean {
  const site = context.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const origin = context.req.header("origin");
  if (origin === undefined) return true;
  if (origin === "null") return site === "same-origin";
  if (!URL.canParse(origin)) return false;
  const { host, protocol, origin: asked } = new URL(origin);
  const isWeb = protocol === "http:" || protocol === "https:";
  return asked === new URL(publicUrl).origin || (isWeb && host === context.req.header("host"));
}
