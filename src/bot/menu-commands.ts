/**
 * What the commands of a menu have in common at their start, up to a space and at most `most` characters: a platform keeps
 * it once for the menu, and the rest with each option. Empty when they have nothing in common.
 */
export function commonStart(commands: readonly string[], most: number): string {
  const [first = "", ...others] = commands;
  let end = first.lastIndexOf(" ", most - 1) + 1;
  while (end > 0 && !others.every((command) => command.startsWith(first.slice(0, end))))
    end = first.lastIndexOf(" ", end - 2) + 1;
  return first.slice(0, end);
}
