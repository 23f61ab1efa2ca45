import { refuse } from "./rooms.ts";

interface Input {
  readonly type: number;
  readonly custom_id: string;
  readonly required?: boolean;
  readonly value?: string;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly options?: readonly { readonly value: string; readonly default?: boolean }[];
}

interface Label {
  readonly type: number;
  readonly label: string;
  readonly component: Input;
}

/** A form as a person has it before them. */
export interface ShownModal {
  readonly custom_id: string;
  readonly title: string;
  readonly components: readonly Label[];
}

const INPUT = { select: 3, text: 4 } as const;
const MOST_INPUTS = 5;

/** What Discord refuses in a form, and its document does not say. */
export function refusalOfModal({ components }: ShownModal) {
  const invalid = (message: string) => refuse(400, 50035, message);
  if (components.length > MOST_INPUTS) return invalid("data.components: Must be between 1 and 5 in length.");
  const inputs = components.map(({ component }) => component);
  if (new Set(inputs.map((input) => input.custom_id)).size < inputs.length)
    return invalid("data.components: Component custom id cannot be duplicated");
  if (inputs.some(({ value = "", max_length: most = 4_000 }) => value.length > most))
    return invalid("data.components: value is longer than max_length");
  if (inputs.some(({ options = [] }) => options.filter((option) => option.default === true).length > 1))
    return invalid("data.components: too many defaults");
  return null;
}

/** What each field holds when the form opens. */
export function heldIn({ components }: ShownModal): Record<string, string> {
  return Object.fromEntries(components.map(({ component }) => [component.custom_id, startOf(component)]));
}

function startOf({ value, options = [] }: Input): string {
  return value ?? options.find((option) => option.default === true)?.value ?? "";
}

/** What Discord sends for the form, filled in; throws where its window would not let it be sent. */
export function submissionOf(modal: ShownModal, written: Readonly<Record<string, string>>) {
  const names = modal.components.map(({ component }) => component.custom_id);
  const unknown = Object.keys(written).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`the form does not ask for ${unknown.join()}`);
  const components = modal.components.map(({ type, component }, index) => {
    const { type: kind, custom_id, required = true, min_length: least = 0, max_length: most = 4_000 } = component;
    const value = written[custom_id] ?? startOf(component);
    if (required && value === "") throw new Error(`${custom_id} must be filled in`);
    if (kind === INPUT.text && (value.length > most || (value !== "" && value.length < least)))
      throw new Error(`${custom_id} has ${value.length} characters`);
    if (kind === INPUT.select && value !== "" && component.options?.some((option) => option.value === value) !== true)
      throw new Error(`${custom_id} cannot be ${value}`);
    const said = kind === INPUT.select ? { values: value === "" ? [] : [value] } : { value };
    return { type, id: index * 2 + 1, component: { type: kind, id: index * 2 + 2, custom_id, ...said } };
  });
  return { custom_id: modal.custom_id, components };
}
