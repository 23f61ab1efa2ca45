import {
  ButtonStyle,
  ComponentType,
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIStringSelectComponent,
} from "discord.js";
import { commonStart } from "../../menu-commands.ts";
import type { Block, Button, Choice, Menu } from "../../message.ts";
import { buttonId, menuId } from "./component-id.ts";
import { LIMITS } from "./limits.ts";
import { cut, unmarked } from "./markdown.ts";

export type Row = APIActionRowComponent<APIButtonComponent | APIStringSelectComponent>;

interface Rows {
  readonly rows: Row[];
  /** What Discord has no room for: it is told as something to type. */
  readonly left: Choice[];
}

/** Menus come first, each in a row of its own, then the buttons, Share as the last. */
export function componentRows(blocks: readonly Block[], share: string | undefined): Rows {
  const buttons = blocks.flatMap((block) => (block.kind === "buttons" ? block.buttons : []));
  const menus = blocks.flatMap((block) => (block.kind === "menu" && block.options.length > 0 ? [block] : []));
  const shareId = share === undefined ? null : buttonId("share", share);
  const room = LIMITS.rows - (buttons.length > 0 || shareId !== null ? 1 : 0);
  const ofMenus = menus.slice(0, room).map(menuRow);
  const ofButtons = buttonRows(buttons, shareId, LIMITS.rows - ofMenus.flatMap(({ rows }) => rows).length);
  const unshown = menus.slice(room).flatMap(({ options }) => options);
  return {
    rows: [...ofMenus, ofButtons].flatMap(({ rows }) => rows),
    left: [...ofMenus.flatMap(({ left }) => left), ...unshown, ...ofButtons.left],
  };
}

function menuRow({ label, options, replaces }: Menu, index: number): Rows {
  const purpose = replaces === true ? "edit" : "run";
  const start = commonStart(
    options.map(({ command }) => command),
    LIMITS.customId - menuId(purpose, index, "").length,
  );
  const shown: Choice[] = [];
  const left: Choice[] = [];
  for (const option of options) {
    const isNew = shown.every(({ command }) => command !== option.command);
    const isShown = shown.length < LIMITS.choices && option.command.length - start.length <= LIMITS.choiceName;
    if (isShown && isNew && option.command !== "") shown.push(option);
    else if (isNew) left.push(option);
  }
  const select: APIStringSelectComponent = {
    type: ComponentType.StringSelect,
    custom_id: menuId(purpose, index, start),
    placeholder: cut(label, LIMITS.menuLabel, unmarked) || "Choose",
    options: shown.map((option) => ({
      label: cut(option.label, LIMITS.choiceName, unmarked) || "Show",
      value: option.command.slice(start.length),
    })),
  };
  return { rows: shown.length === 0 ? [] : [{ type: ComponentType.ActionRow, components: [select] }], left };
}

function buttonRows(buttons: readonly Button[], shareId: string | null, most: number): Rows {
  const room = most * LIMITS.buttonsInRow - (shareId === null ? 0 : 1);
  const made: { id: string; label: string }[] = [];
  const left: Button[] = [];
  for (const button of buttons) {
    const id = buttonId(button.replaces === true ? "edit" : "run", button.command);
    if (id === null || made.length === room || made.some((other) => other.id === id)) left.push(button);
    else made.push({ id, label: cut(button.label, LIMITS.buttonLabel, unmarked) || "Show" });
  }
  if (shareId !== null) made.push({ id: shareId, label: "Share" });
  const rows = Array.from({ length: Math.ceil(made.length / LIMITS.buttonsInRow) }, (_, row): Row => {
    const inRow = made.slice(row * LIMITS.buttonsInRow, (row + 1) * LIMITS.buttonsInRow);
    return {
      type: ComponentType.ActionRow,
      components: inRow.map(({ id, label }) => ({
        type: ComponentType.Button,
        style: ButtonStyle.Secondary,
        label,
        custom_id: id,
      })),
    };
  });
  return { rows, left };
}
