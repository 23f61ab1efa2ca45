/** What PostgreSQL cannot keep (NUL, half a surrogate pair) becomes U+FFFD; text of more than `longest` UTF-16 units is cut and says so by "…". */
export function storable(text: string, longest: number): string {
  const kept = text.replaceAll(/[\0\p{Cs}]/gu, "\u{FFFD}");
  if (kept.length <= longest) return kept;
  return `${kept.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
