import {
  ComponentType,
  TextInputStyle,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
} from "discord.js";
import type { Command } from "../../command.ts";
import { fieldsOf, heldBy, type FieldOption, type ShownField, type ShownForm } from "../../form.ts";
import { LIMITS } from "./limits.ts";

/** A form as Discord takes it. */
export function modalJson({ title, fields }: ShownForm, customId: string): APIModalInteractionResponseCallbackData {
  return { custom_id: customId, title, components: fields.map(labelJson) };
}

/** What Discord would refuse of a command's form, whatever is written in it. */
export function modalFaults(command: Command): string[] {
  if (command.form === undefined) return [];
  const fields = fieldsOf(command);
  const faults = [
    tooLong("title", command.form.title, LIMITS.modalTitle),
    fields.length < 1 || fields.length > LIMITS.modalInputs ? `it has ${fields.length} fields` : null,
    ...fields.flatMap(({ name, label, hint = "", option }) => [
      tooLong(`label of ${name}`, label, LIMITS.modalLabel),
      tooLong(`hint of ${name}`, hint, LIMITS.modalHint),
      ...choicesOf(option).map((choice) => tooLong(`choice of ${name}`, choice, LIMITS.choiceName)),
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

function labelJson(field: ShownField): APILabelComponent {
  const description = field.hint === undefined ? {} : { description: field.hint };
  return { type: ComponentType.Label, label: field.label, ...description, component: inputJson(field) };
}

function inputJson(field: ShownField): APILabelComponent["component"] {
  const { name, option, isRequired, value } = field;
  switch (option.kind) {
    case "choice":
      if (option.choices.length > LIMITS.choices) return textInput(field, LIMITS.choiceName);
      return {
        type: ComponentType.StringSelect,
        custom_id: name,
        required: isRequired,
        min_values: isRequired ? 1 : 0,
        max_values: 1,
        options: option.choices.map((choice) => ({ label: choice, value: choice, default: choice === value })),
      };
    case "integer":
      return textInput(field, String(option.max).length);
    case "text":
      return textInput(field, Math.min(option.longest, LIMITS.modalText));
  }
}

function textInput(field: ShownField, most: number) {
  const held = heldBy(field, most);
  return {
    type: ComponentType.TextInput,
    custom_id: field.name,
    style: field.isLong === true ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: field.isRequired,
    max_length: most,
    ...(held === "" ? {} : { value: held }),
  } as const;
}
