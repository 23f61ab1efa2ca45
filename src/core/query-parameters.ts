import { nearestWord } from "./nearest-word.ts";
import { Problem } from "./problem.ts";
import { WINDOW_PARAMETERS } from "./window-reading.ts";
import { LONGEST_WINDOW } from "./window-wish.ts";

/** The parameters that say which days are meant and what they are set beside. */
export const WINDOW_QUERY: readonly string[] = [...WINDOW_PARAMETERS, "compare"];

const LONGEST_ECHO = 40;

/**
 * The parameters of an address, each once. Throws `unknown_parameter` for one that is not among `known`. For one that is
 * given twice it throws `invalid_days`, `invalid_window`, or what `codes` says of its name, else `repeated_parameter`.
 */
export function parametersOf(
  url: string,
  known: readonly string[],
  codes: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const question = url.indexOf("?");
  if (question === -1) return found;
  for (const [name, value] of new URLSearchParams(url.slice(question + 1).split("#", 1)[0])) {
    if (!known.includes(name)) throw unknown(name, known);
    if (found.has(name)) throw repeated(name, codes);
    found.set(name, value);
  }
  return found;
}

function unknown(name: string, known: readonly string[]): Problem {
  const isPlain = /^[\w.[\]-]+$/.test(name) && name.length <= LONGEST_ECHO;
  const near = nearestWord(name.slice(0, LONGEST_ECHO), known);
  const what = isPlain ? `There is no parameter \`${name}\` here.` : "There is no such parameter here.";
  const detail = near === null ? what : `${what} Did you mean \`${near}\`?`;
  const next =
    known.length === 0
      ? "This address takes no parameters."
      : `This address takes ${known.map((one) => `\`${one}\``).join(", ")}.`;
  return new Problem("unknown_parameter", 400, detail, { next });
}

function repeated(name: string, codes: Readonly<Record<string, string>>): Problem {
  if (name === "days") {
    const detail = `\`days\` must be a whole number from 1 to ${LONGEST_WINDOW}; it was given more than once.`;
    return new Problem("invalid_days", 400, detail);
  }
  const usual = WINDOW_QUERY.includes(name) ? "invalid_window" : "repeated_parameter";
  const code = Object.hasOwn(codes, name) ? (codes[name] ?? usual) : usual;
  return new Problem(code, 400, `\`${name}\` was given more than once.`, { next: "Write it once." });
}
