const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const words = new Intl.Segmenter("en", { granularity: "word" });

const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;
const EMOJI =
  /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|^[#*0-9]\ufe0f?\u20e3|^\p{Regional_Indicator}{2}/u;

/** East Asian Wide and Fullwidth (Unicode Standard Annex 11), which terminals draw two columns wide. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18df2],
  [0x1aff0, 0x1b2fb],
  [0x20000, 0x3fffd],
];

/** Columns that the text takes in a terminal. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (EMOJI.test(grapheme)) return 2;
  let width = 0;
  for (const character of grapheme) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** As much of the beginning as fits into `columns`. */
function head(text: string, columns: number): string {
  let width = 0;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns) return kept;
    kept += segment;
  }
  return kept;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - displayWidth(text))) + text;
}

/** Lines of at most `columns` (from 2), broken where the language breaks, within a word only when it is too long for a line. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of breakable(text, columns)) {
    if (displayWidth(line + piece.trimEnd()) <= columns) {
      line += piece;
      continue;
    }
    if (line.trimEnd() !== "") lines.push(line.trimEnd());
    line = piece.trimStart();
    while (displayWidth(line.trimEnd()) > columns) {
      const part = head(line, columns);
      lines.push(part);
      line = line.slice(part.length);
    }
  }
  if (line.trimEnd() !== "" || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** What a line does not end before: a unit, a sign between two numbers, a month after its day. */
const BREAK =
  /(?=\S)(?<=[^\d±→▲▼] +)|(?=\S)(?<=\d +)(?!%|[±→]|(?:min|ms|s|h|d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b)/u;
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/**
 * Pieces between which a line may end: after spaces, and between words of scripts that are written without them. Code in
 * backticks stays whole, and so does a number with its unit.
 */
function breakable(text: string, columns: number): string[] {
  return text
    .split(/(`[^`]*`\S*\s*)/u)
    .flatMap((part) => (part.startsWith("`") && displayWidth(part.trimEnd()) <= columns ? [part] : part.split(BREAK)))
    .flatMap((piece) => {
      if (!WITHOUT_SPACES.test(piece)) return [piece];
      return Array.from(words.segment(piece), ({ segment }) => segment);
    });
}
