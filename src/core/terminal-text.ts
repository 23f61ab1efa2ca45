/** What a terminal obeys instead of showing it: control characters, halves of surrogate pairs, and marks that turn the direction of a line. */
const OBEYED = /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const OBEYED_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text that a terminal shows and does not obey, whoever wrote parts of it. Lines stay lines. */
export function terminalText(text: string): string {
  return text.replaceAll(OBEYED, "\ufffd");
}

/** A name that somebody outside chose, within a line of ours: it cannot begin a line of its own. */
export function withinLine(name: string): string {
  return name.replaceAll(/\s+/gu, " ").trim();
}

/** Indented JSON of the same value, in which a terminal finds nothing to obey. */
export function terminalJson(value: unknown): string | undefined {
  return JSON.stringify(value, null, 2)?.replaceAll(
    OBEYED_IN_JSON,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
