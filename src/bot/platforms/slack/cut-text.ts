const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const ROOM_FOR_WORDS = 40;

/** At most `most` code units, never half a character; says how many characters are missing. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = headOf(text, Math.max(most - ROOM_FOR_WORDS, 1));
  return `${kept}… (${countOf(text.slice(kept.length))} more characters)`;
}

/** The same where there is no room for words: ends in an ellipsis. */
export function cutShort(text: string, most: number): string {
  return text.length <= most ? text : `${headOf(text, most - 1)}…`;
}

function headOf(text: string, most: number): string {
  let end = 0;
  for (const { segment, index } of graphemes.segment(text.slice(0, most + 64))) {
    if (index + segment.length > most) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

function countOf(text: string): string {
  return Array.from(text).length.toLocaleString("en-US");
}
