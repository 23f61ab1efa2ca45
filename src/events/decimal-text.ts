const DECIMAL = /^\d{1,15}(?:\.\d{1,30})?$/;
const WITH_EXPONENT = /^(\d)(?:\.(\d{1,20}))?e-(\d{1,2})$/;

/**
 * A decimal number that is not negative, as text without an exponent: 0.0000005 for the JSON number that JavaScript
 * writes as 5e-7. `null` when it is none, or has more than 15 digits before the point or 30 after it.
 */
export function decimalText(sent: string | number): string | null {
  const text = typeof sent === "number" ? withoutExponent(String(sent)) : sent;
  return DECIMAL.test(text) ? text : null;
}

function withoutExponent(text: string): string {
  const match = WITH_EXPONENT.exec(text);
  return match === null ? text : `0.${"0".repeat(Number(match[3]) - 1)}${match[1]}${match[2] ?? ""}`;
}

/** How many decimals a decimal text has, zeros at the end left aside. */
export function decimalsOf(decimal: string): number {
  const point = decimal.indexOf(".");
  if (point < 0) return 0;
  let end = decimal.length;
  while (decimal[end - 1] === "0") end -= 1;
  return end - point - 1;
}
