import { plainText } from "../terminal/plain-text.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const CODE = /(`[^`]+`)/u;
const MARKUP = /[\\*_~|<>[\]()`]/g;
const AT_LINE_START = /^([-+#]|\d+(?=[.)]\s))/;
const ZERO_WIDTH_SPACE = "\u200b";

/** Text from anywhere as one line in which nothing is markup, a mention or a link, except our own code in backticks. */
export function markdown(text: string): string {
  return plainText(text)
    .trim()
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? withoutMentions(part) : escaped(part)))
    .join("")
    .replace(AT_LINE_START, (mark) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`));
}

function escaped(text: string): string {
  return withoutMentions(text.replaceAll(MARKUP, "\\$&").replaceAll("://", "\\://"));
}

function withoutMentions(text: string): string {
  return text.replaceAll(/@(?=everyone|here)/gi, `@${ZERO_WIDTH_SPACE}`);
}

/** For places where Discord reads no markup: footers, labels of buttons, descriptions of pictures. */
export function unmarked(text: string): string {
  return withoutMentions(plainText(text).replaceAll("`", "'")).trim();
}

/** The inside of a code block: as it is, but nothing in it ends the block. */
export function codeText(text: string): string {
  return withoutMentions(plainText(text)).replaceAll(/`(?=`)/g, `\`${ZERO_WIDTH_SPACE}`);
}

/** `render(text)` when it has at most `most` characters, else as much of the beginning as fits, and how much is missing. */
export function cut(text: string, most: number, render: (text: string) => string = markdown): string {
  const whole = render(text);
  if (whole.length <= most) return whole;
  const characters = Array.from(graphemes.segment(plainText(text).trim()), ({ segment }) => segment);
  // Halving: whatever the text, a dozen renderings of at most `most` characters each.
  let longest = "…";
  let [fits, tooMany] = [0, Math.min(characters.length, most + 1)];
  while (tooMany - fits > 1) {
    const kept = (fits + tooMany) >> 1;
    const shown = `${render(characters.slice(0, kept).join("").trimEnd())}${missing(characters.length - kept)}`;
    if (shown.length <= most) [fits, longest] = [kept, shown];
    else tooMany = kept;
  }
  return longest;
}

function missing(count: number): string {
  return `… (${count} more ${count === 1 ? "character" : "characters"})`;
}
