const LONGEST_LINE = 200;
const LINES_LOOKED_AT = 20;

/** "TypeError: Cannot read properties of undefined (reading 'id') at user (app.ts:12:9)"; words with an @ are masked. */
export function thrownInWords(thrown: unknown): string {
  if (!(thrown instanceof Error))
    return typeof thrown === "string" ? printable(thrown) : `a value of type ${typeof thrown}`;
  const frame = (thrown.stack ?? "")
    .split("\n", LINES_LOOKED_AT)
    .map((line) => line.trim())
    .find((line) => line.startsWith("at "));
  const what = printable(`${thrown.name}: ${thrown.message}`);
  return frame === undefined ? what : `${what} ${frame.slice(0, LONGEST_LINE)}`;
}

function printable(text: string): string {
  const [line = ""] = text.slice(0, LONGEST_LINE).split(/[\r\n]/);
  return line
    .split(" ")
    .map((word) => (word.includes("@") ? "…" : word))
    .join(" ");
}
