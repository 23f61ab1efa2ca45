import type { Person } from "../../conversation.ts";
import { LIMITS } from "./limits.ts";

/** The message that a form was opened on, in the channel where it is sent. */
interface FormTarget {
  readonly id: string;
  readonly author: Person;
}

/** What a form has to know when it is sent. */
export interface FormState {
  /** The interaction that opened it: a form is sent once. */
  readonly openedBy: string;
  readonly target: FormTarget | null;
  /** See `ShownForm.line`. */
  readonly line: string;
}

/** The form's identity, which holds all it needs: forms work after a restart. Null when that is too long. */
export function formId({ openedBy, target, line }: FormState): string | null {
  const on = target === null ? "" : `${shortened(target.id)}.${shortened(target.author.id)}${botMark(target.author)}`;
  const id = `form:${shortened(openedBy)}:${on}:${line}`;
  return id.length <= LIMITS.customId ? id : null;
}

export function readFormId(id: string): FormState | null {
  const match = /^form:([0-9a-z]+):(?:([0-9a-z]+)\.([0-9a-z]+)(!?))?:(.+)$/su.exec(id);
  if (match === null) return null;
  const [, opened = "", message, author, mark, line = ""] = match;
  const target =
    message === undefined || author === undefined
      ? null
      : { id: restored(message), author: { id: restored(author), isBot: mark === "!" } };
  return { openedBy: restored(opened), target, line };
}

function botMark({ isBot }: Person): string {
  return isBot ? "!" : "";
}

/** A snowflake in two thirds of its length. */
function shortened(snowflake: string): string {
  return BigInt(snowflake).toString(36);
}

function restored(short: string): string {
  return Array.from(short)
    .reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n)
    .toString();
}
