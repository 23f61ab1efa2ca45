import type { Block, Message } from "../../../src/bot/message.ts";

/** The words of a message, one line a paragraph, fact, row, picture or button. */
export function wordsOf({ title, blocks }: Message): string[] {
  return [...(title === undefined ? [] : [title]), ...blocks.flatMap(wordsOfBlock)];
}

function wordsOfBlock(block: Block): string[] {
  switch (block.kind) {
    case "text":
    case "note":
    case "code":
      return [block.text];
    case "facts":
      return block.facts.map(
        ({ label, value, detail }) => `${label} | ${value}${detail === undefined ? "" : ` | ${detail}`}`,
      );
    case "table":
      return [block.columns.map(({ label }) => label).join(" | "), ...block.rows.map((row) => row.join(" | "))];
    case "chart":
      return [`[${block.chart.title}]`];
    case "buttons":
      return block.buttons.map(({ label, command }) => `[${label}: ${command}]`);
    case "menu":
      return block.options.map(({ label, command }) => `[${block.label}: ${label}: ${command}]`);
  }
}
