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
  /** Mistakes in `words` are answered, not thrown. */
  run(words: readonly string[], parts: OperationParts): Promise<Result>;
}

export function refusal(complaint: string): Result {
  return { ok: false, text: complaint, data: { complaint } };
}

/** The message of `parseArgs` for an option that does not exist, in our words. */
export function typingMistake(thrown: unknown, operation: Operation): Result {
  const unknown = thrown instanceof Error ? /'([^']+)'/.exec(thrown.message)?.[1] : undefined;
  const what =
    unknown === undefined ? "That could not be read." : `\`${operation.name}\` could not read \`${unknown}\`.`;
  return refusal(
    `${what} It is typed like this:\n${operation.usage.map((usage) => `  npm run cli -- ${usage}`).join("\n")}`,
  );
}
