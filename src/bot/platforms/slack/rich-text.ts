import type { RichTextElement } from "./block-kit.ts";

/** What stands between backticks becomes code; a backtick without a partner stays. */
export function richText(text: string): RichTextElement[] {
  const runs: RichTextElement[] = [];
  let end = 0;
  for (const match of text.matchAll(/`([^`]+)`/gu)) {
    if (match.index > end) runs.push({ type: "text", text: text.slice(end, match.index) });
    runs.push({ type: "text", text: match[1] ?? "", style: { code: true } });
    end = match.index + match[0].length;
  }
  if (end < text.length) runs.push({ type: "text", text: text.slice(end) });
  return runs;
}

export function bold(text: string): RichTextElement {
  return { type: "text", text, style: { bold: true } };
}
