import { LIMITS } from "./limits.ts";

/** What a button does: show its command's answer to who pressed it, or to the whole channel. */
export type ButtonPurpose = "run" | "share";

/** The button's identity, which holds all it needs: buttons work after a restart. Null when the command is too long. */
export function buttonId(purpose: ButtonPurpose, command: string): string | null {
  const id = `${purpose}:${command}`;
  return command !== "" && id.length <= LIMITS.customId ? id : null;
}

export function readButtonId(id: string): { readonly purpose: ButtonPurpose; readonly command: string } | null {
  const match = /^(run|share):(.+)$/su.exec(id);
  return match === null ? null : { purpose: match[1] === "share" ? "share" : "run", command: match[2] ?? "" };
}
