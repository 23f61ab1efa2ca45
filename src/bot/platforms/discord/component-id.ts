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

/** The same of a menu; each option has the rest of its command as its value. `index` tells it from others in the message. */
export function menuId(purpose: Purpose, index: number, start: string): string {
  return `menu-${purpose}:${index}:${start}`;
}

/** What was pressed; of a menu, `chosen` is the value of its option. */
export function readComponentId(
  id: string,
  chosen?: string,
): { readonly purpose: Purpose; readonly command: string } | null {
  const pattern = chosen === undefined ? /^(run|edit|share):(.+)$/su : /^menu-(run|edit):\d+:(.*)$/su;
  const [, purpose, command = ""] = pattern.exec(id) ?? [];
  if (purpose !== "run" && purpose !== "edit" && purpose !== "share") return null;
  return { purpose, command: command + (chosen ?? "") };
}
