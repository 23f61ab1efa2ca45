import { CALLED } from "../core/called.ts";
import { nearestWord } from "../core/nearest-word.ts";
import type { Config } from "../config.ts";
import type { Foundation } from "../foundation.ts";
import type { Rooms } from "../rooms.ts";

export interface OperationParts {
  readonly config: Config;
  readonly foundation: Foundation;
  readonly rooms: Rooms;
  readonly write: (text: string) => void;
  /** Progress goes here, apart from what is printed as the result. */
  readonly progress: { readonly write: (text: string) => void; readonly isTerminal: boolean };
}

/** The same facts for people and for programs. */
export interface Result {
  readonly ok: boolean;
  readonly text: string;
  readonly data: unknown;
}

/** Something done to an installation, in the terminal only. */
export interface Operation {
  readonly name: string;
  /** How it is typed, one form a line. */
  readonly usage: readonly string[];
  readonly about: string;
  /** Whether it has a use where there is no database yet, which is then made; not, unless it says so. */
  startsNew?(words: readonly string[]): boolean;
  /** Mistakes in `words` are answered, not thrown. */
  run(words: readonly string[], parts: OperationParts): Promise<Result>;
}

/** What every command of the terminal takes. */
export const EVERYWHERE = ["--json", "--demo", "--out", "--help", "--version"];

export function refusal(complaint: string): Result {
  return { ok: false, text: complaint, data: { complaint } };
}

/** Options in the text of a usage: `--scope`. */
const optionsIn = (forms: readonly string[]) => forms.flatMap((form) => form.match(/--[a-z-]+/g) ?? []);

/** The word after the name, of a usage that has one: "create" of "keys create --scope …". */
const verbIn = (form: string) => /^[a-z-]+ ([a-z-]+)( |$)/.exec(form)?.[1] ?? null;

/** A verb or an option that no usage names, before anything is opened for it; null when there is none. */
export function mistakeIn(operation: Operation, words: readonly string[]): Result | null {
  const { name, usage } = operation;
  const verbs = usage.map(verbIn).filter((verb) => verb !== null);
  const [verb = ""] = words;
  if (verbs.length > 0 && !verbs.includes(verb)) {
    const near = verb === "" ? null : nearestWord(verb, verbs);
    const what =
      verb === "" ? `\`${name}\` needs one more word.` : `There is no command \`${name} ${verb.slice(0, 40)}\`.`;
    return misused(`${what}${near === null ? "" : ` Did you mean \`${CALLED.cli}${name} ${near}\`?`}`, usage);
  }
  const options = optionsIn(usage.filter((form) => verbs.length === 0 || verbIn(form) === verb));
  const typed = words.filter((word) => word.startsWith("--") && word !== "--").map((word) => word.split("=")[0] ?? "");
  const unknown = typed.find((word) => !options.includes(word));
  return unknown === undefined ? null : unknownOption(operation, unknown, options);
}

function unknownOption({ name, usage }: Operation, typed: string, options: readonly string[]): Result {
  const near = nearestWord(typed, [...options, ...EVERYWHERE]);
  const guess = near === null || near === typed ? "" : ` Did you mean \`${near}\`?`;
  return misused(`\`${name}\` does not take \`${typed.slice(0, 40)}\`.${guess}`, usage);
}

function misused(what: string, usage: readonly string[]): Result {
  return refusal(`${what} Usage:\n${usage.map((form) => `  ${CALLED.cli}${form}`).join("\n")}`);
}

/** What was typed cannot be read: says what, which option was probably meant, and how it is typed. */
export function typingMistake(thrown: unknown, operation: Operation): Result {
  const unknown = thrown instanceof Error ? /'([^']+)'/.exec(thrown.message)?.[1] : undefined;
  if (unknown?.startsWith("--") === true) return unknownOption(operation, unknown, optionsIn(operation.usage));
  return misused(
    unknown === undefined ? "Invalid arguments." : `\`${operation.name}\` does not take \`${unknown}\`.`,
    operation.usage,
  );
}
