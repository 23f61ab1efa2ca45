import { readFileSync } from "node:fs";
import { judgeChart } from "./chart-judge.ts";
import { list, onlyFields, text, textObject, type Judge, type Thing } from "./judging.ts";

/** Says what is wrong with blocks, as Slack's `invalid_blocks` does. Knows the blocks that a bot posts, and refuses others. */

const limits = JSON.parse(readFileSync(new URL("../../data/slack/limits.json", import.meta.url), "utf8")) as {
  readonly text: { readonly min_length: number; readonly max_length: number };
  readonly action_id: { readonly max_length: number };
  readonly block_id: { readonly max_length: number };
  readonly button: { readonly text: { max_length: number }; readonly value: { max_length: number } };
  readonly actions: { readonly elements: { max_items: number } };
  readonly context: { readonly elements: { max_items: number } };
  readonly header: { readonly text: { max_length: number } };
  readonly image: { readonly alt_text: { max_length: number }; readonly image_url: { max_length: number } };
  readonly option: { readonly text: { max_length: number }; readonly value: { max_length: number } };
  readonly select: { readonly options: { max_items: number }; readonly placeholder: { max_length: number } };
  readonly section: {
    readonly text: { max_length: number };
    readonly fields: { max_items: number; item_max_length: number };
  };
};

/** Of Slack's documentation; the file of limits omits both. */
const MOST_BLOCKS = 50;
const MOST_TEXT = 13_200;

/** Every fault, with where it is. Empty: Slack takes them. */
export function judgeBlocks(blocks: unknown, isFile: (id: string) => boolean, takesCharts = true): string[] {
  if (!Array.isArray(blocks)) return ["blocks must be an array"];
  const none = { faults: [], actionIds: new Set<string>(), blockIds: new Set<string>(), charts: 0, textLength: 0 };
  const judge: Judge = { ...none, isFile, takesCharts };
  if (blocks.length > MOST_BLOCKS) judge.faults.push(`no more than ${MOST_BLOCKS} items allowed [/blocks]`);
  for (const [index, block] of blocks.entries()) judgeBlock(block as Thing, `/blocks/${index}`, judge);
  if (judge.textLength > MOST_TEXT) judge.faults.push("msg_blocks_too_long");
  return judge.faults;
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  header: ["text"],
  section: ["text", "fields", "accessory", "expand"],
  context: ["elements"],
  divider: [],
  image: ["image_url", "slack_file", "alt_text", "title"],
  actions: ["elements"],
  rich_text: ["elements"],
  data_visualization: ["title", "chart"],
};

function judgeBlock(block: Thing, at: string, judge: Judge): void {
  const type = String(block["type"]);
  const fields = FIELDS[type];
  if (fields === undefined) return void judge.faults.push(`unsupported type: ${type} [${at}/type]`);
  onlyFields(block, ["type", "block_id", ...fields], at, judge);
  const blockId = block["block_id"];
  if (blockId !== undefined) {
    text(blockId, 1, limits.block_id.max_length, `${at}/block_id`, judge);
    if (judge.blockIds.has(String(blockId))) judge.faults.push(`block_id is used twice [${at}]`);
    judge.blockIds.add(String(blockId));
  }
  if (type === "header") textObject(block["text"], ["plain_text"], limits.header.text.max_length, `${at}/text`, judge);
  if (type === "section") judgeSection(block, at, judge);
  if (type === "context")
    for (const [element, where] of list(
      block["elements"],
      1,
      limits.context.elements.max_items,
      `${at}/elements`,
      judge,
    ))
      if (element["type"] === "image") judgeImage(element, where, judge);
      else textObject(element, ["plain_text", "mrkdwn"], limits.text.max_length, where, judge);
  if (type === "image") judgeImage(block, at, judge);
  if (type === "data_visualization") judgeChart(block, at, judge);
  if (type === "actions")
    for (const [element, where] of list(
      block["elements"],
      1,
      limits.actions.elements.max_items,
      `${at}/elements`,
      judge,
    ))
      judgeAction(element, where, judge);
  if (type === "rich_text")
    for (const [part, where] of list(block["elements"], 1, 1_000, `${at}/elements`, judge))
      judgeRichText(part, where, judge);
}

function judgeSection(block: Thing, at: string, judge: Judge): void {
  if (block["text"] === undefined && block["fields"] === undefined)
    judge.faults.push(`text or fields is missing [${at}]`);
  if (block["text"] !== undefined)
    textObject(block["text"], ["plain_text", "mrkdwn"], limits.section.text.max_length, `${at}/text`, judge);
  if (block["fields"] !== undefined)
    for (const [field, where] of list(block["fields"], 1, limits.section.fields.max_items, `${at}/fields`, judge))
      textObject(field, ["plain_text", "mrkdwn"], limits.section.fields.item_max_length, where, judge);
}

function judgeImage(image: Thing, at: string, judge: Judge): void {
  text(image["alt_text"], 1, limits.image.alt_text.max_length, `${at}/alt_text`, judge);
  const file = image["slack_file"] as Thing | undefined;
  if ((file === undefined) === (image["image_url"] === undefined))
    judge.faults.push(`one of image_url and slack_file is needed [${at}]`);
  if (file !== undefined && !judge.isFile(String(file["id"])))
    judge.faults.push(`invalid slack file [${at}/slack_file]`);
  if (image["image_url"] !== undefined)
    text(image["image_url"], 1, limits.image.image_url.max_length, `${at}/image_url`, judge);
}

function judgeAction(element: Thing, at: string, judge: Judge): void {
  if (element["type"] === "static_select") judgeSelect(element, at, judge);
  else judgeButton(element, at, judge);
  const id = element["action_id"];
  if (id === undefined) return;
  text(id, 1, limits.action_id.max_length, `${at}/action_id`, judge);
  if (judge.actionIds.has(String(id))) judge.faults.push(`action_id is used twice [${at}]`);
  judge.actionIds.add(String(id));
}

function judgeButton(button: Thing, at: string, judge: Judge): void {
  if (button["type"] !== "button") judge.faults.push(`unsupported type [${at}/type]`);
  onlyFields(
    button,
    ["type", "text", "action_id", "value", "url", "style", "confirm", "accessibility_label"],
    at,
    judge,
  );
  textObject(button["text"], ["plain_text"], limits.button.text.max_length, `${at}/text`, judge);
  if (button["value"] !== undefined) text(button["value"], 0, limits.button.value.max_length, `${at}/value`, judge);
}

export function judgeSelect(element: Thing, at: string, judge: Judge): void {
  onlyFields(element, ["type", "action_id", "options", "initial_option", "placeholder"], at, judge);
  const options = list(element["options"], 1, limits.select.options.max_items, `${at}/options`, judge);
  for (const [option, where] of options) {
    textObject(option["text"], ["plain_text"], limits.option.text.max_length, `${where}/text`, judge);
    text(option["value"], 1, limits.option.value.max_length, `${where}/value`, judge);
  }
  if (element["placeholder"] !== undefined)
    textObject(
      element["placeholder"],
      ["plain_text"],
      limits.select.placeholder.max_length,
      `${at}/placeholder`,
      judge,
    );
  const values = options.map(([option]) => option["value"]);
  if (new Set(values).size < values.length) judge.faults.push(`a value is used twice [${at}/options]`);
  const initial = element["initial_option"];
  if (initial !== undefined && !options.some(([option]) => JSON.stringify(option) === JSON.stringify(initial)))
    judge.faults.push(`initial_option is none of the options [${at}]`);
}

const RICH_PARTS = new Set(["rich_text_section", "rich_text_preformatted", "rich_text_quote"]);
const RICH_ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  text: ["text", "style"],
  user: ["user_id", "style"],
  link: ["url", "text", "style", "unsafe"],
  emoji: ["name", "unicode"],
};

function judgeRichText(part: Thing, at: string, judge: Judge): void {
  if (!RICH_PARTS.has(String(part["type"]))) judge.faults.push(`unsupported type [${at}/type]`);
  onlyFields(part, ["type", "elements", "border"], at, judge);
  for (const [element, where] of list(part["elements"], 0, 5_000, `${at}/elements`, judge)) {
    const fields = RICH_ELEMENTS[String(element["type"])];
    if (fields === undefined) judge.faults.push(`unsupported type [${where}/type]`);
    else onlyFields(element, ["type", ...fields], where, judge);
    if (element["type"] === "text") text(element["text"], 1, MOST_TEXT, `${where}/text`, judge);
    if (element["type"] === "user" && !/^[UW][A-Z0-9]+$/.test(String(element["user_id"])))
      judge.faults.push(`invalid user_id [${where}]`);
  }
}
