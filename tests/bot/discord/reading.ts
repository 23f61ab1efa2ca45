import type { StoredMessage } from "../../support/discord/message-store.ts";

interface EmbedParts {
  readonly title?: string;
  readonly description?: string;
  readonly footer?: { readonly text: string };
}

interface Component {
  readonly label?: string;
  readonly placeholder?: string;
  readonly options?: readonly { readonly label: string }[];
}

/** What a person reads: the marks of Discord's markdown are gone. */
export function textOf(message: StoredMessage): string {
  const embeds = (message.embeds as readonly EmbedParts[]).flatMap(({ title, description, footer }) => [
    rendered(title ?? ""),
    rendered(description ?? ""),
    footer?.text ?? "",
  ]);
  const pictures = message.attachments.map((attachment) => String(attachment["description"] ?? ""));
  const buttons = message.components.flatMap((row) =>
    (row["components"] as Component[]).flatMap(({ label, placeholder, options = [] }) => [
      label ?? placeholder ?? "",
      ...options.map((option) => option.label),
    ]),
  );
  return [rendered(message.content), ...embeds, ...pictures, ...buttons]
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .replaceAll("\u200b", "");
}

function rendered(markdown: string): string {
  return markdown
    .replaceAll(/^-# /gm, "")
    .replaceAll(/```\n([\s\S]*?)\n```/g, "$1")
    .replaceAll("**", "")
    .replaceAll(/\\([\p{P}\p{S}])/gu, "$1");
}
