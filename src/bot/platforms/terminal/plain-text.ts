import { stripVTControlCharacters } from "node:util";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

const CONTROL = /[\p{Cc}\p{Cs}]/gu;
/** They turn the order of what follows on the line. Joiners stay: emoji and scripts need them. */
const DIRECTION_CONTROL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const INVISIBLE = /[\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb]/gu;
/** A stack of marks higher than this only climbs into other lines. The longest emoji sequences have 10 code points. */
const MOST_CODE_POINTS = 12;

/** Text from anywhere as one harmless line: no escape sequences, control characters, line breaks or towers of marks. */
export function plainText(text: string): string {
  const line = stripVTControlCharacters(text.replaceAll(/[\s\u0085]+/gu, " "))
    .replaceAll(CONTROL, "\ufffd")
    .replaceAll(DIRECTION_CONTROL, "")
    .replaceAll(INVISIBLE, "");
  if (!/\p{M}/u.test(line)) return line;
  return Array.from(graphemes.segment(line), ({ segment }) =>
    Array.from(segment).slice(0, MOST_CODE_POINTS).join(""),
  ).join("");
}
