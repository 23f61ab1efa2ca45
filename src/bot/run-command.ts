import { Problem, sentenceOf } from "../core/problem.ts";
import type { Gate } from "./permission/gate.ts";
import { parseCommand, type Typing } from "./command-line.ts";
import type { Answer, Command, Invocation } from "./command.ts";
import { quotation } from "./quotation.ts";
import { splitWords, type TypedWord } from "./typed-words.ts";

/** What came of a command. When it was refused, `message` says what, why and what next, and `data` is `{ complaint }`. */
export interface Outcome extends Answer {
  readonly ok: boolean;
  /** Whether it may be offered to be shown to the channel: not what changes something. */
  readonly isShareable: boolean;
}

export interface CommandSet extends Omit<Invocation, "view" | "offers">, Typing {
  readonly commands: readonly Command[];
  readonly gate: Gate;
}

/** Runs what a person typed into one line. Rejects only for a bug: mistakes and problems are outcomes. */
export async function runText(text: string, set: CommandSet): Promise<Outcome> {
  const { words, unclosed } = splitWords(text);
  if (unclosed !== null) return refusal(`A quotation mark has no end: ${quotation(unclosed)}.`);
  return runTyped(words, set);
}

/** The same for a line that a shell has already split. */
export async function runWords(words: readonly string[], set: CommandSet): Promise<Outcome> {
  return runTyped(
    words.map((text) => ({ text, quoted: false })),
    set,
  );
}

/** The same for words that a platform told one by one. */
export async function runTyped(words: readonly TypedWord[], set: CommandSet): Promise<Outcome> {
  const { commands, gate, ...visit } = set;
  const parsed = parseCommand(words, commands, visit);
  if (!parsed.ok) return refusal(parsed.complaint);
  const { command, values } = parsed;
  const need = command.access(values);
  // A line cannot say on which message it was given.
  const isShareable =
    (need.action === "ask" || need.action === "none") &&
    need.changes !== true &&
    need.file === undefined &&
    visit.target === undefined;
  if (visit.audience === "everyone" && !isShareable) return refusal("This answer is for you alone.");
  try {
    const admission = await gate.admit(command.path.join(" "), need, visit);
    if (!admission.ok) return refusal(admission.complaint);
    const answer = await command.run(values, { ...visit, view: admission.view, offers: () => gate.offers(visit) });
    if (answer.file !== undefined && need.file === undefined)
      throw new TypeError(`${command.path.join(" ")} gives a file that its need does not name`);
    return { ok: true, isShareable, ...answer };
  } catch (error) {
    if (error instanceof Problem) return refusal(sentenceOf(error));
    throw error;
  }
}

function refusal(complaint: string): Outcome {
  return {
    ok: false,
    isShareable: false,
    message: { tone: "warning", blocks: [{ kind: "text", text: complaint }] },
    data: { complaint },
  };
}
