/** One word of what a person typed. */
export interface TypedWord {
  readonly text: string;
  /** Stood in quotation marks: a value, whatever it looks like. */
  readonly quoted: boolean;
  /** With its quotation marks and the white space before it; absent: the text itself, after a space. */
  readonly written?: string;
}

/** Quotation marks as keyboards and phones write them. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”", "„": "“", "‘": "’", "«": "»" };
const WORD = /\S/u;

/**
 * Splits at white space. Quotation marks at the start of a word, or right after its `=`, hold several words together.
 * `unclosed` is the rest of the text from a mark that has no end.
 */
export function splitWords(text: string): { readonly words: TypedWord[]; readonly unclosed: string | null } {
  const words: TypedWord[] = [];
  let [position, end] = [0, 0];
  while (position < text.length) {
    if (!WORD.test(text.charAt(position))) {
      position += 1;
      continue;
    }
    const word = wordAt(text, position);
    if (word === null) return { words, unclosed: text.slice(position) };
    words.push({ text: word.text, quoted: word.quoted, written: text.slice(end, word.end) });
    [position, end] = [word.end, word.end];
  }
  return { words, unclosed: null };
}

function wordAt(text: string, start: number): (TypedWord & { readonly end: number }) | null {
  let end = start;
  let content = "";
  while (end < text.length && WORD.test(text.charAt(end))) {
    const closing = CLOSING[text.charAt(end)];
    if (closing !== undefined && (end === start || text.charAt(end - 1) === "=")) {
      const close = text.indexOf(closing, end + 1);
      if (close === -1) return null;
      content += text.slice(end + 1, close);
      if (end === start) return { text: content, quoted: true, end: close + 1 };
      end = close + 1;
    } else {
      content += text.charAt(end);
      end += 1;
    }
  }
  return { text: content, quoted: false, end };
}
