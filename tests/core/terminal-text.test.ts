import { expect, test } from "vitest";
import { terminalJson, terminalText, withinLine } from "../../src/core/terminal-text.ts";

const HOSTILE = "a\u001b[2J\u0007\u009b31m\u202eb\u007f\r\u2066c";

test("a terminal is told nothing that it would obey, and lines stay lines", () => {
  expect(terminalText(`${HOSTILE}\nd\te`)).toBe("a�[2J��31m�b���c\nd\te");
  expect(terminalText("Größe 👩‍👩‍👧 日本 مرحبا")).toBe("Größe 👩‍👩‍👧 日本 مرحبا");
});

test("JSON for a terminal is the same value in harmless characters", () => {
  const told = terminalJson({ [HOSTILE]: [HOSTILE] }) ?? "";
  expect(told).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  expect(JSON.parse(told)).toEqual({ [HOSTILE]: [HOSTILE] });
  expect(terminalJson(undefined)).toBeUndefined();
});

test("a name with line breaks begins no line of its own", () => {
  expect(withinLine(" a\n\nunpriced × 9\u2028b ")).toBe("a unpriced × 9 b");
});
