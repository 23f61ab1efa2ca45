import type { APIMessage } from "discord.js";

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/<@[!&]?(\d+)>/g, "@$1"],
  [/<#(\d+)>/g, "#$1"],
  [/<a?(:\w+:)\d+>/g, "$1"],
  [/<\/([^:<>]+):\d+>/g, "/$1"],
  [/<t:(-?\d+)(?::[a-zA-Z])?>/g, "$1"],
  [/<(https?:\/\/[^<>\s]+)>/g, "$1"],
];

/** What a message says, without what would become a mention, a link or an emoji of a server when it is shown again. */
export function plainWords({ content, embeds }: Pick<APIMessage, "content" | "embeds">): string {
  const said = [content, ...embeds.flatMap(({ title, description }) => [title ?? "", description ?? ""])];
  return REPLACEMENTS.reduce(
    (text, [pattern, words]) => text.replaceAll(pattern, words),
    said.filter((part) => part !== "").join("\n"),
  );
}
