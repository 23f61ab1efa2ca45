const LONGEST = 40;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** What somebody typed, set apart in our own sentence: at most 40 characters, nothing in it that could end the quotation. */
export function quotation(typed: string): string {
  const visible = visibleText(typed);
  return visible === "" ? "nothing" : `\`${cutTo(LONGEST, visible)}\``;
}

/** What somebody called something, inside our own sentence: at most so many characters, whichever way it is written. */
export function shortName(name: string, longest: number): string {
  const text = cutTo(longest, visibleText(name));
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

function visibleText(typed: string): string {
  return typed
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u202a-\u202e\u2066-\u2069]/gu, "�")
    .replaceAll("`", "'")
    .trim();
}

function cutTo(longest: number, text: string): string {
  const characters = Array.from(graphemes.segment(text.slice(0, longest * 16)), ({ segment }) => segment);
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : text;
}

/** "`a`", "`a` and `b`", "`a`, `b` and `c`": code words as a list in a sentence. */
export function wordList(words: readonly string[], conjunction: "and" | "or"): string {
  const quoted = words.map((word) => `\`${word}\``);
  const last = quoted.at(-1) ?? "";
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}
