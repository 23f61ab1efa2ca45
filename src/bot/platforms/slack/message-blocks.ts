import { altText } from "../../../charts/alt-text.ts";
import type { Chart } from "../../../charts/chart.ts";
import { commonStart } from "../../menu-commands.ts";
import type { Block, Button, Fact, Menu, Message } from "../../message.ts";
import { plainText } from "../terminal/plain-text.ts";
import { sparkline } from "../terminal/sparkline.ts";
import { buttonActionId, menuActionId } from "./action-id.ts";
import { paragraph, plain, preformatted } from "./block-kit.ts";
import type { ButtonElement, RichTextElement, SelectElement, SlackBlock, SlackMessage } from "./block-kit.ts";
import { chartBlock } from "./chart-block.ts";
import { cutShort, cutText } from "./cut-text.ts";
import { fallbackText } from "./fallback-text.ts";
import { LIMITS } from "./limits.ts";
import { bold, richText } from "./rich-text.ts";
import { tableBlocks } from "./table-blocks.ts";

const TREND_DAYS = 12;
const LONGEST_FACT = 300;

/** The file id of each chart that was uploaded. A chart without one is told in words. */
export type Pictures = ReadonlyMap<Chart, string>;

/** Charts that Slack draws itself, in the place of pictures. */
export const NATIVE = "native";

/** `action_id` of a button is `run:…`; its value is the command. */
export function slackMessage(message: Message, pictures: Pictures | typeof NATIVE): SlackMessage {
  const blocks: SlackBlock[] = message.title === undefined ? [] : headerBlocks(message.title);
  for (const [index, block] of message.blocks.entries()) {
    const room = LIMITS.allText - textLength(blocks);
    if (room < 200 || blocks.length > LIMITS.blocks - 3) {
      blocks.push(note(`… ${message.blocks.length - index} more parts`));
      break;
    }
    blocks.push(...blocksOf(block, { index, pictures, room, most: Math.min(room, LIMITS.richText) }));
  }
  return { text: fallbackText(message), blocks: blocks.length === 0 ? [note("Nothing to say.")] : blocks };
}

interface Place {
  readonly index: number;
  readonly pictures: Pictures | typeof NATIVE;
  /** What the message may still hold, and what of that one text may. */
  readonly room: number;
  readonly most: number;
}

function headerBlocks(title: string): SlackBlock[] {
  const text = plainText(title).trim();
  return text === "" ? [] : [{ type: "header", text: plain(cutShort(text, LIMITS.headerText)) }];
}

function note(text: string): SlackBlock {
  return { type: "context", elements: [plain(text)] };
}

function blocksOf(block: Block, { index, pictures, room, most }: Place): SlackBlock[] {
  switch (block.kind) {
    case "text":
      return textBlocks(block.text, most);
    case "code": {
      const text = plainText(block.text);
      return text.trim() === "" ? [] : [preformatted(cutText(text, most))];
    }
    case "note": {
      // Small print is plain: what sets code apart elsewhere would be seen as it is.
      const text = plainText(block.text).replaceAll("`", "");
      return text.trim() === "" ? [] : [note(cutText(text, Math.min(most, LIMITS.contextText)))];
    }
    case "facts":
      return factBlocks(block.facts, most);
    case "table":
      return tableBlocks(block.columns, block.rows, most);
    case "chart":
      return chartBlocks(block.chart, pictures, most);
    case "buttons":
      return buttonBlocks(block.buttons, index, most);
    case "menu":
      return menuBlocks(block, index, room);
  }
}

function textBlocks(text: string, most: number): SlackBlock[] {
  const shown = cutText(plainText(text), most);
  return shown.trim() === "" ? [] : [paragraph(richText(shown))];
}

function chartBlocks(chart: Chart, pictures: Place["pictures"], most: number): SlackBlock[] {
  const words = plainText(altText(chart));
  if (pictures === NATIVE) {
    const drawn = chartBlock(chart);
    return drawn === null ? textBlocks(words, most) : [drawn];
  }
  const file = pictures.get(chart);
  if (file === undefined) return textBlocks(words, most);
  return [{ type: "image", slack_file: { id: file }, alt_text: cutText(words, LIMITS.imageAltText) }];
}

function factBlocks(facts: readonly Fact[], most: number): SlackBlock[] {
  const lines = facts.map(factLine);
  let used = 20;
  const end = lines.findIndex((line) => (used += lengthOf(line) + 1) > most);
  const kept = end === -1 ? lines : lines.slice(0, end);
  const elements = kept.flatMap((line, index) => (index === 0 ? line : [BREAK, ...line]));
  const more: RichTextElement[] = end === -1 ? [] : [{ type: "text", text: `\n… ${lines.length - end} more` }];
  return lines.length === 0 ? [] : [paragraph([...elements, ...more])];
}

const BREAK: RichTextElement = { type: "text", text: "\n" };

function factLine({ label, value, detail, trend }: Fact): RichTextElement[] {
  const [name, number, beside] = [label, value, detail ?? ""].map((text) => cutText(plainText(text), LONGEST_FACT));
  const drawn = sparkline(trend ?? [], TREND_DAYS).trim();
  return [
    { type: "text", text: `${name ?? ""}  ` },
    ...(number === undefined || number === "" ? [] : [bold(number)]),
    ...(beside === undefined || beside === "" ? [] : [{ type: "text", text: "  " } as const, ...richText(beside)]),
    ...(drawn === "" ? [] : [{ type: "text", text: `  ${drawn}` } as const]),
  ];
}

function lengthOf(elements: readonly RichTextElement[]): number {
  return elements.reduce((sum, element) => sum + (element.type === "text" ? element.text.length : 0), 0);
}

function buttonBlocks(buttons: readonly Button[], index: number, most: number): SlackBlock[] {
  let used = 0;
  const elements = buttons
    .filter(({ command }) => command.length <= LIMITS.buttonValue)
    .slice(0, LIMITS.actionElements - 1)
    .map(({ label, command, replaces }, nth) => button(buttonActionId(replaces === true, index, nth), label, command))
    .filter(({ text, value }) => (used += text.text.length + value.length) <= most);
  const missing = buttons.length - elements.length;
  const more = missing === 0 ? [] : [note(`… ${missing} more buttons`)];
  return elements.length === 0 ? more : [{ type: "actions", elements }, ...more];
}

function menuBlocks({ label, options, replaces: isReplaced }: Menu, index: number, most: number): SlackBlock[] {
  const replaces = isReplaced === true;
  const unlike = options.filter(({ command }, at) => options.findIndex((one) => one.command === command) === at);
  const start = commonStart(
    unlike.map(({ command }) => command),
    LIMITS.actionId - menuActionId(replaces, index, "").length,
  );
  let used = 0;
  const shown = unlike
    .filter(({ command }) => command !== "" && command.length - start.length <= LIMITS.optionValue)
    .slice(0, LIMITS.options)
    .map((option) => ({
      text: plain(cutShort(plainText(option.label).trim() || plainText(option.command), LIMITS.optionText)),
      value: option.command.slice(start.length),
    }))
    .filter(({ text, value }) => (used += text.text.length + value.length) <= most);
  const left = unlike.length - shown.length;
  const more = left === 0 ? [] : [note(`… ${left} more to choose from`)];
  const placeholder = plain(cutShort(plainText(label).trim() || "Choose", LIMITS.menuLabel));
  const action_id = menuActionId(replaces, index, start);
  const select = { type: "static_select", action_id, placeholder, options: shown } as const;
  return shown.length === 0 ? more : [{ type: "actions", elements: [select] }, ...more];
}

export function button(actionId: string, label: string, value: string): ButtonElement {
  const text = plainText(label).trim();
  return {
    type: "button",
    text: plain(cutShort(text === "" ? value.slice(0, 40) : text, LIMITS.buttonText)),
    action_id: actionId,
    value,
  };
}

function textLength(blocks: readonly SlackBlock[]): number {
  return blocks.reduce((sum, block) => sum + lengthOfBlock(block), 0);
}

function lengthOfBlock(block: SlackBlock): number {
  switch (block.type) {
    case "header":
      return block.text.text.length;
    case "rich_text":
      return block.elements.reduce((sum, { elements }) => sum + lengthOf(elements), 0);
    case "context":
      return block.elements.reduce((sum, { text }) => sum + text.length, 0);
    case "image":
      return block.alt_text.length;
    case "data_visualization":
      return JSON.stringify(block).length;
    case "actions":
      return block.elements.flatMap(textsOf).reduce((sum, { text, value }) => sum + text.text.length + value.length, 0);
  }
}

function textsOf(element: ButtonElement | SelectElement) {
  return element.type === "button" ? [element] : element.options;
}
