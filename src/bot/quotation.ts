const LONGEST = 40;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What somebody typed, set apart in our own sentence: at most 40 characters, nothing in it that could end the quotation. */
export function quotation(typed: string): string {
  const visible = typed
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u202a-\u202e\u2066-\u2069]/gu, "�")
    .replaceAll("`", "'")
    .trim();
  if (visible === "") return "nothing";
  const characters = Array.from(graphemes.segment(visible.slice(0, LONGEST * 16)), ({ segment }) => segment);
  return characters.length > LONGEST ? `\`${characters.slice(0, LONGEST).join("")}…\`` : `\`${visible}\``;
}

/** "`a`", "`a` and `b`", "`a`, `b` and `c`": code words as a list in a sentence. */
export function wordList(words: readonly string[], conjunction: "and" | "or"): string {
  const quoted = words.map((word) => `\`${word}\``);
  const last = quoted.at(-1) ?? "";
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}
