import { createHash } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { STYLE } from "./style.ts";

/** Nothing from elsewhere, no scripts at all, and only our own style. Answers are private and never cached. */
export function pageHeaders(): MiddlewareHandler {
  const styleHash = createHash("sha256").update(STYLE).digest("base64");
  const secure = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [`'sha256-${styleHash}'`],
      fontSrc: ["'self'"],
      imgSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    // With "no-referrer" browsers send `Origin: null` with our own forms.
    referrerPolicy: "same-origin",
    strictTransportSecurity: false,
    xFrameOptions: "DENY",
  });
  return async (context, next) => {
    await secure(context, next);
    if (!context.res.headers.has("Cache-Control")) context.res.headers.set("Cache-Control", "no-store");
  };
}
