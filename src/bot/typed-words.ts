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

/** Two hyphens, or the one dash that a phone or a chat makes of them, or two such dashes. */
export const DASHES = /^(?:[-‐‑]{2}|[‒–—―−])[-‐‑‒–—―−]?/u;

export interface NamedOption {
  readonly name: string;
  /** As it was typed, for a complaint. */
  readonly typed: string;
  readonly value: string | null;
}

/** `--days`, `--days=7`, `-days`, `days=7`; null for any other word. */
export function namedOption(text: string): NamedOption | null {
  const dashes = DASHES.exec(text)?.[0];
  const match =
    (dashes === undefined ? null : /^([^=]*)(?:=(.*))?$/su.exec(text.slice(dashes.length))) ??
    /^-([\p{L}][^=]*)(?:=(.*))?$/su.exec(text) ??
    /^([\p{L}][\p{L}\p{N}_-]*)=(.*)$/su.exec(text);
  if (match === null) return null;
  const typed = match[1] ?? "";
  return { name: typed.toLowerCase().replaceAll("_", "-"), typed, value: match[2] ?? null };
}

/** Zero-width spaces, word joiners, soft hyphens and marks of direction; joiners of emoji are none of them. */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u2060\u2066-\u2069\ufeff]/gu;

/** Without what chat clients and copied text put between letters and nobody sees; what stood in quotation marks stays. */
export function withoutInvisible(words: readonly TypedWord[]): TypedWord[] {
  return words.flatMap((word) => {
    const text = word.quoted ? word.text : word.text.replaceAll(INVISIBLE, "");
    return text === "" && word.text !== "" ? [] : [{ ...word, text }];
  });
}
