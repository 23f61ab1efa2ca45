import type { Message } from "../../../src/bot/message.ts";

/** What a message says, a line a text, fact or note. */
export function textLines({ title, blocks }: Message): string[] {
  return [
    title ?? "",
    ...blocks.flatMap((block) => {
      switch (block.kind) {
        case "text":
        case "note":
          return [block.text];
        case "facts":
          return block.facts.map(({ label, value, detail }) => [label, value, detail ?? ""].join(" "));
        case "code":
        case "table":
        case "chart":
        case "buttons":
        case "menu":
          return [];
      }
    }),
  ];
}
