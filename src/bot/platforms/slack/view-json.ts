import type { types } from "@slack/bolt";
import type { Command } from "../../command.ts";
import { fieldsOf, heldBy, type FieldOption, type ShownField, type ShownForm } from "../../form.ts";
import { plain } from "./block-kit.ts";
import { LIMITS } from "./limits.ts";

export const FORM = "form";
const VALUE = "value";

/** A form as Slack takes it; `metadata` comes back with what is sent. */
export function viewJson({ title, send, fields }: ShownForm, metadata: string): types.ModalView {
  return {
    type: "modal",
    callback_id: FORM,
    title: plain(title),
    submit: plain(send),
    close: plain("Cancel"),
    private_metadata: metadata,
    blocks: fields.map(inputBlock),
  };
}

/** What Slack would refuse of a command's form, whatever is written in it. */
export function viewFaults(command: Command): string[] {
  if (command.form === undefined) return [];
  const { title, send = "" } = command.form;
  const fields = fieldsOf(command);
  const faults = [
    tooLong("title", title, LIMITS.viewTitle),
    tooLong("button", send, LIMITS.viewSubmit),
    fields.length < 1 || fields.length > LIMITS.viewBlocks ? `it has ${fields.length} fields` : null,
    ...fields.flatMap(({ name, label, hint = "", option }) => [
      tooLong(`label of ${name}`, label, LIMITS.inputLabel),
      tooLong(`hint of ${name}`, hint, LIMITS.inputHint),
      ...choicesOf(option).map((choice) => tooLong(`choice of ${name}`, choice, LIMITS.optionText)),
      choicesOf(option).length > LIMITS.options ? `${name} has too many choices` : null,
    ]),
  ];
  return faults.filter((fault) => fault !== null);
}

function tooLong(what: string, text: string, most: number): string | null {
  return text.length > most ? `${what} has ${text.length} characters, ${most} are taken` : null;
}

function choicesOf(option: FieldOption): readonly string[] {
  return option.kind === "choice" ? option.choices : [];
}

function inputBlock(field: ShownField): types.InputBlock {
  const { name, label, hint, isRequired } = field;
  return {
    type: "input",
    block_id: name,
    optional: !isRequired,
    label: plain(label),
    ...(hint === undefined ? {} : { hint: plain(hint) }),
    element: elementOf(field),
  };
}

function elementOf(field: ShownField): types.InputBlock["element"] {
  const { option, value } = field;
  switch (option.kind) {
    case "choice": {
      const optionOf = (choice: string) => ({ text: plain(choice), value: choice });
      const chosen = option.choices.includes(value) ? { initial_option: optionOf(value) } : {};
      return { type: "static_select", action_id: VALUE, options: option.choices.map(optionOf), ...chosen };
    }
    case "integer":
      return {
        type: "number_input",
        action_id: VALUE,
        is_decimal_allowed: false,
        min_value: String(option.min),
        max_value: String(option.max),
        ...(value === "" ? {} : { initial_value: value }),
      };
    case "text": {
      const most = Math.min(option.longest, LIMITS.inputText);
      const held = heldBy(field, most);
      return {
        type: "plain_text_input",
        action_id: VALUE,
        multiline: field.isLong === true,
        max_length: most,
        ...(held === "" ? {} : { initial_value: held }),
      };
    }
  }
}

interface StateValue {
  readonly value?: string | null;
  readonly selected_option?: { readonly value: string } | null;
}

/** What was written in each field, by its option's name. */
export function writtenIn(
  values: Readonly<Record<string, Readonly<Record<string, StateValue>>>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(values).map(([name, elements]) => {
      const state = elements[VALUE];
      return [name, state?.selected_option?.value ?? state?.value ?? ""];
    }),
  );
}
