import type { Block, Message } from "../../message.ts";
import { altText } from "../../../charts/alt-text.ts";
import { plainText } from "../terminal/plain-text.ts";
import { cutText } from "./cut-text.ts";
import { LIMITS } from "./limits.ts";

/** `& < >` are all that Slack reads in text sent with `parse: "none"`: links, mentions, channels and dates begin with `<`. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What notifications and screen readers say: the message in words, one part a line. */
export function fallbackText(message: Message): string {
  const parts = [message.title ?? "", ...message.blocks.map(wordsOf)].map(plainText).filter((part) => part !== "");
  const text = parts.length === 0 ? "Nothing to say." : parts.join("\n");
  // Escaping makes a character five times as long at most; the cut is made before it, so that it splits no entity.
  const escaped = escapeText(cutText(text, LIMITS.fallbackText));
  return escaped.length <= LIMITS.fallbackText ? escaped : escapeText(cutText(text, LIMITS.fallbackText / 5));
}

function wordsOf(block: Block): string {
  switch (block.kind) {
    case "text":
    case "code":
    case "note":
      return block.text;
    case "facts":
      return block.facts
        .map(({ label, value, detail }) => `${label} ${value}${detail ? `, ${detail}` : ""}`)
        .join("; ");
    case "table":
      return block.rows.length === 0 ? "" : `A table of ${block.rows.length} rows.`;
    case "chart":
      return altText(block.chart);
    case "buttons":
    case "menu":
      return "";
  }
}
