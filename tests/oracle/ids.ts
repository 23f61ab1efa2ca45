const PLACEHOLDERS = [
  "undefined",
  "null",
  "none",
  "nan",
  "[object object]",
  "anonymous",
  "00000000-0000-0000-0000-000000000000",
  "",
];

const AROUND = /^[\s\u200B-\u200D\u2060\uFEFF]+|[\s\u200B-\u200D\u2060\uFEFF]+$/g;

const E_MAIL = /[^\s@]+@[^\s@]+\.[^\s@]+/;

/** The id without white space and zero-width characters around it, in NFC. One with an e-mail address is known whatever its case. */
export function normalised(id: string): string {
  const trimmed = id.replace(AROUND, "").normalize("NFC");
  return E_MAIL.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}

export const isPlaceholder = (id: string): boolean => PLACEHOLDERS.includes(normalised(id).toLowerCase());

export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a, "utf8"), Buffer.from(b, "utf8"));
