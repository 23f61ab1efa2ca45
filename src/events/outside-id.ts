import { createHmac } from "node:crypto";

/** White space, and characters that nobody sees: zero-width ones, joiners, marks of direction. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}]/u;
const ALL_IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
const AT_SIGNS = ["@", "%40", "＠", "﹫"];
const BEFORE_AT = /[\p{L}\p{N}\p{M}._%+\-"'!#$&*=?^`{|}~]/u;
const AFTER_AT = /[\p{L}\p{N}[]/u;

/** What programs write when they have no id. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  "",
  "undefined",
  "null",
  "none",
  "nan",
  "[object object]",
  "anonymous",
  "00000000-0000-0000-0000-000000000000",
]);

const LAST_PLAIN = 0x7e;

/** Most ids: visible ASCII, which needs no normalising. */
function isPlain(id: string): boolean {
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    if (code <= 0x20 || code > LAST_PLAIN) return false;
  }
  return true;
}

/** Without unseen characters around it, and in Unicode's composed form (NFC): ids that look the same are the same. */
export function tidyId(id: string): string {
  if (isPlain(id)) return id;
  let from = 0;
  let to = id.length;
  while (from < to && UNSEEN.test(id.charAt(from))) from += 1;
  while (to > from && UNSEEN.test(id.charAt(to - 1))) to -= 1;
  return id.slice(from, to).normalize("NFC");
}

/** `id` is tidy. */
export function isPlaceholder(id: string): boolean {
  return id.length <= 36 && PLACEHOLDERS.has(id.toLowerCase());
}

/** Whether an e-mail address stands anywhere in it, also one without a dot, as in `kim@localhost`, or in a link (`%40`). */
export function holdsEmailAddress(id: string): boolean {
  if (!AT_SIGNS.some((sign) => id.includes(sign))) return false;
  const seen = isPlain(id) ? id : id.replaceAll(ALL_IGNORABLE, "");
  return AT_SIGNS.some((sign) => {
    for (let at = seen.indexOf(sign); at >= 0; at = seen.indexOf(sign, at + 1)) {
      if (BEFORE_AT.test(lastBefore(seen, at)) && AFTER_AT.test(firstFrom(seen, at + sign.length))) return true;
    }
    return false;
  });
}

/** The whole character that ends before `at`. */
function lastBefore(text: string, at: number): string {
  const unit = text.charAt(at - 1);
  return /[\uDC00-\uDFFF]/.test(unit) ? text.slice(Math.max(at - 2, 0), at) : unit;
}

function firstFrom(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** A keyed hash in place of an id that holds an e-mail address: the same whatever its case and the space around it. */
export function hiddenId(id: string, secret: string): string {
  return `email_${createHmac("sha256", secret).update(tidyId(id).toLowerCase()).digest("base64url")}`;
}

/** The id under which a person or team is kept: tidy, and hidden when it holds an e-mail address. */
export function keptId(id: string, secret: string): string {
  const tidy = tidyId(id);
  return holdsEmailAddress(tidy) ? hiddenId(tidy, secret) : tidy;
}

/** How earlier versions kept an id that is kept otherwise now: as it was sent, or as a keyed hash of that. */
export function formerIds(sent: string, secret: string): string[] {
  if (!holdsEmailAddress(sent)) return [sent];
  return [sent, `email_${createHmac("sha256", secret).update(sent).digest("base64url")}`];
}
