import { LIMITS } from "./limits.ts";

/**
 * What a button or a menu does: show its command's answer to who pressed it, to that person in the place of the message it
 * stands on, or to the whole channel.
 */
export type Purpose = "run" | "edit" | "share";

/** The button's identity, which holds all it needs: buttons work after a restart. Null when the command is too long. */
export function buttonId(purpose: Purpose, command: string): string | null {
  const id = `${purpose}:${command}`;
  return command !== "" && id.length <= LIMITS.customId ? id : null;
}

/** What was pressed; of a menu, `chosen` is the value of its option. */
export function readComponentId(
  id: string,
  chosen?: string,
): { readonly purpose: Purpose; readonly command: string } | null {
  const [, purpose, command = ""] = /^(run|edit|share):(.+)$/su.exec(id) ?? [];
  if (chosen !== undefined || (purpose !== "run" && purpose !== "edit" && purpose !== "share")) return null;
  return { purpose, command };
}
