import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { SESSION_DAYS, type NewSession } from "../access/sessions.ts";

const PLAIN_NAME = "bellwether_session";
/** Browsers take this name only over https, for the whole host and from the host itself: no neighbour can set it. */
const HOST_NAME = "__Host-bellwether_session";

export function sessionToken(context: Context, publicUrl: string): string | undefined {
  return getCookie(context, nameFor(publicUrl));
}

export function setSessionCookie(context: Context, publicUrl: string, { token }: NewSession): void {
  setCookie(context, nameFor(publicUrl), token, { ...optionsFor(publicUrl), maxAge: SESSION_DAYS * 86_400 });
}

export function clearSessionCookie(context: Context, publicUrl: string): void {
  deleteCookie(context, nameFor(publicUrl), optionsFor(publicUrl));
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith("https:");
}

function nameFor(publicUrl: string): string {
  return isSecure(publicUrl) ? HOST_NAME : PLAIN_NAME;
}

function optionsFor(publicUrl: string) {
  const secure = isSecure(publicUrl);
  return { path: secure ? "/" : "/metrics", httpOnly: true, sameSite: "Strict", secure } as const;
}
