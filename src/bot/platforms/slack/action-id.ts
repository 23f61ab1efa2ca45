/** What a button or a menu does: see `Button` and `Menu`; `share`: shows the answer to the channel. */
export type Purpose = "run" | "edit" | "share";

export const SHARE = "share";

/** `index` and `nth` tell it from others in the message; the command is the button's value. */
export function buttonActionId(replaces: boolean, index: number, nth: number): string {
  return `${replaces ? "edit" : "run"}:${index}:${nth}`;
}

/** The start that the commands of the menu have in common; the rest is the option's value. */
export function menuActionId(replaces: boolean, index: number, start: string): string {
  return `menu-${replaces ? "edit" : "run"}:${index}:${start}`;
}

/** What was pressed or chosen; null: it is none of ours. */
export function readAction(
  id: string,
  value: string,
  isMenu: boolean,
): { readonly purpose: Purpose; readonly command: string } | null {
  if (id === SHARE && !isMenu) return { purpose: "share", command: value };
  const pattern = isMenu ? /^menu-(run|edit):\d+:(.*)$/su : /^(run|edit):/u;
  const [, purpose, start = ""] = pattern.exec(id) ?? [];
  if (purpose !== "run" && purpose !== "edit") return null;
  return { purpose, command: start + value };
}
