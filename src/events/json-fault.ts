const UNSTORABLE_TEXT = /[\0\p{Surrogate}]/u;

export type JsonFault = "too_deep" | "invalid_text" | "no_json";

export const DEEPEST = 20;

/** NUL and lone surrogates are text to JavaScript and to nobody else. */
export function isStorableText(text: string): boolean {
  return !UNSTORABLE_TEXT.test(text);
}

/** What keeps `value` from being stored as JSON; `null` when nothing does. An object of plain fields is one level. */
export function jsonFault(value: unknown, levelsLeft = DEEPEST): JsonFault | null {
  switch (typeof value) {
    case "string":
      return isStorableText(value) ? null : "invalid_text";
    case "number":
      return Number.isFinite(value) ? null : "no_json";
    case "boolean":
    case "undefined":
      return null;
    case "bigint":
    case "function":
    case "symbol":
      return "no_json";
    case "object":
      return value === null ? null : faultWithin(value, levelsLeft);
  }
}

function faultWithin(value: object, levelsLeft: number): JsonFault | null {
  if (levelsLeft === 0) return "too_deep";
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (!Array.isArray(value) && !Object.keys(value).every(isStorableText)) return "invalid_text";
  for (const member of members) {
    const fault = jsonFault(member, levelsLeft - 1);
    if (fault !== null) return fault;
  }
  return null;
}
