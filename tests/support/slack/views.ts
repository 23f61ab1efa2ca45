import { judgeSelect } from "./block-kit-judge.ts";
import { list, onlyFields, text, textObject, type Judge, type Thing } from "./judging.ts";
import { readFileSync } from "node:fs";

const limits = JSON.parse(readFileSync(new URL("../../data/slack/limits.json", import.meta.url), "utf8")) as {
  readonly view: {
    readonly blocks: { readonly max_items: number };
    readonly private_metadata: { readonly max_length: number };
    readonly callback_id: { readonly max_length: number };
    readonly title: { readonly max_length: number };
  };
  readonly input: { readonly label: { readonly max_length: number }; readonly hint: { readonly max_length: number } };
  readonly action_id: { readonly max_length: number };
  readonly block_id: { readonly max_length: number };
  readonly plain_text_input: { readonly max_length: { readonly max: number } };
};

interface Element extends Thing {
  readonly type: string;
  readonly action_id: string;
}

interface Input extends Thing {
  readonly block_id: string;
  readonly optional?: boolean;
  readonly element: Element;
}

/** A form that a person has before them. */
export interface OpenedView extends Thing {
  readonly id: string;
  readonly title: { readonly text: string };
  readonly blocks: readonly Input[];
}

export type Views = ReturnType<typeof createViews>;

/** The forms that the bot opened. A trigger lives 3 s and opens one. */
export function createViews(complain: (complaints: readonly string[]) => void) {
  const triggers = new Map<string, "fresh" | "used" | "expired">();
  const opened: OpenedView[] = [];
  const waiting: ((view: OpenedView) => void)[] = [];
  let read = 0;
  return {
    opened,
    issueTrigger(): string {
      const id = `${triggers.size + 1}.1.abc`;
      triggers.set(id, "fresh");
      return id;
    },
    /** As if 3 s had gone by, for those issued so far. */
    expireTriggers() {
      for (const id of triggers.keys()) triggers.set(id, "expired");
    },
    /** The next form that has not been asked for yet. */
    next: () =>
      new Promise<OpenedView>((resolve) => {
        const ready = opened[read];
        read += 1;
        if (ready === undefined) waiting.push(resolve);
        else resolve(ready);
      }),
    open(trigger: string, view: unknown): object {
      const state = triggers.get(trigger);
      if (state === undefined) return { ok: false, error: "invalid_trigger_id" };
      if (state !== "fresh")
        return { ok: false, error: state === "used" ? "exchanged_trigger_id" : "expired_trigger_id" };
      const faults = judgeView(view as Thing);
      complain(faults);
      if (faults.length > 0) return { ok: false, error: "invalid_arguments", response_metadata: { messages: faults } };
      triggers.set(trigger, "used");
      const made = { ...(view as OpenedView), id: `V${opened.length + 1}`, hash: "1.a", team_id: "T000000001" };
      opened.push(made);
      waiting.shift()?.(made);
      return { ok: true, view: made };
    },
  };
}

/** Every fault, with where it is. Knows what the bot's forms are made of, and refuses all else. */
export function judgeView(view: Thing): string[] {
  const judge: Judge = {
    faults: [],
    actionIds: new Set(),
    blockIds: new Set(),
    isFile: () => false,
    takesCharts: false,
    charts: 0,
    textLength: 0,
  };
  onlyFields(
    view,
    ["type", "callback_id", "title", "submit", "close", "private_metadata", "blocks", "clear_on_close"],
    "/view",
    judge,
  );
  if (view["type"] !== "modal") judge.faults.push("unsupported type [/view/type]");
  for (const part of ["title", "submit", "close"])
    textObject(view[part], ["plain_text"], limits.view.title.max_length, `/view/${part}`, judge);
  text(view["private_metadata"], 0, limits.view.private_metadata.max_length, "/view/private_metadata", judge);
  text(view["callback_id"], 1, limits.view.callback_id.max_length, "/view/callback_id", judge);
  for (const [block, at] of list(view["blocks"], 1, limits.view.blocks.max_items, "/view/blocks", judge))
    judgeInput(block, at, judge);
  return judge.faults;
}

function judgeInput(block: Thing, at: string, judge: Judge): void {
  if (block["type"] !== "input") return void judge.faults.push(`unsupported type [${at}/type]`);
  onlyFields(block, ["type", "block_id", "label", "hint", "optional", "element"], at, judge);
  text(block["block_id"], 1, limits.block_id.max_length, `${at}/block_id`, judge);
  if (judge.blockIds.has(String(block["block_id"]))) judge.faults.push(`block_id is used twice [${at}]`);
  judge.blockIds.add(String(block["block_id"]));
  textObject(block["label"], ["plain_text"], limits.input.label.max_length, `${at}/label`, judge);
  if (block["hint"] !== undefined)
    textObject(block["hint"], ["plain_text"], limits.input.hint.max_length, `${at}/hint`, judge);
  judgeElement(block["element"] as Thing, `${at}/element`, judge);
}

function judgeElement(element: Thing, at: string, judge: Judge): void {
  text(element["action_id"], 1, limits.action_id.max_length, `${at}/action_id`, judge);
  switch (element["type"]) {
    case "plain_text_input":
      return judgeTextInput(element, at, judge);
    case "number_input":
      onlyFields(
        element,
        ["type", "action_id", "is_decimal_allowed", "initial_value", "min_value", "max_value"],
        at,
        judge,
      );
      for (const field of ["initial_value", "min_value", "max_value"])
        if (element[field] !== undefined && !/^-?\d+$/.test(String(element[field])))
          judge.faults.push(`must be a number [${at}/${field}]`);
      return;
    case "static_select":
      return judgeSelect(element, at, judge);
    default:
      judge.faults.push(`unsupported type [${at}/type]`);
  }
}

function judgeTextInput(element: Thing, at: string, judge: Judge): void {
  onlyFields(element, ["type", "action_id", "multiline", "initial_value", "max_length", "min_length"], at, judge);
  const most = Number(element["max_length"] ?? limits.plain_text_input.max_length.max);
  if (most < 1 || most > limits.plain_text_input.max_length.max) judge.faults.push(`out of range [${at}/max_length]`);
  if (element["initial_value"] !== undefined) text(element["initial_value"], 1, most, `${at}/initial_value`, judge);
}

/** What each field holds when the form opens. */
export function heldIn({ blocks }: OpenedView): Record<string, string> {
  return Object.fromEntries(blocks.map(({ block_id: name, element }) => [name, startOf(element)]));
}

function startOf(element: Element): string {
  const option = element["initial_option"] as { readonly value: string } | undefined;
  return String(element["initial_value"] ?? option?.value ?? "");
}

/** The form as Slack sends it, filled in; throws where its window would not let it be sent. */
export function submissionOf(view: OpenedView, written: Readonly<Record<string, string>>): object {
  const names = view.blocks.map(({ block_id: name }) => name);
  const unknown = Object.keys(written).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`the form does not ask for ${unknown.join()}`);
  const values = view.blocks.map(({ block_id: name, optional = false, element }) => {
    const value = written[name] ?? startOf(element);
    if (!optional && value === "") throw new Error(`${name} must be filled in`);
    return [name, { [element.action_id]: stateOf(name, element, value) }];
  });
  return { ...view, state: { values: Object.fromEntries(values) as unknown } };
}

function stateOf(name: string, element: Element, value: string): object {
  const { type } = element;
  const said = value === "" ? null : value;
  if (type === "static_select") {
    const options = element["options"] as readonly { readonly value: string }[];
    const selected = options.find((option) => option.value === value);
    if (selected === undefined && said !== null) throw new Error(`${name} cannot be ${value}`);
    return { type, selected_option: selected ?? null };
  }
  const isNumber = type === "number_input";
  const [low, high] = [Number(element["min_value"]), Number(element["max_value"])];
  if (isNumber && said !== null && !(Number(value) >= low && Number(value) <= high))
    throw new Error(`${name} cannot be ${value}`);
  if (value.length > Number(element["max_length"] ?? 3_000)) throw new Error(`${name} is too long`);
  return { type, value: said };
}
