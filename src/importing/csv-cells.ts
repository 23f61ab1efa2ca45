import { isEventType } from "../events/event-type.ts";
import { eventSchemas } from "../events/schema/events.ts";
import { pathOf } from "./csv-heading.ts";

/** The event that a row says, or why it says none. */
export function eventOfRow(
  names: readonly string[],
  cells: readonly string[],
  usualType: string | null,
): Record<string, unknown> | string {
  const typeAt = names.indexOf("type");
  const type = (typeAt >= 0 ? cells[typeAt] : "") || usualType;
  const event: Record<string, unknown> = {};
  for (const [at, name] of names.entries()) {
    const cell = at === names.length - 1 ? withoutLastReturn(cells[at] ?? "") : (cells[at] ?? "");
    if (cell === "") continue;
    if (name === "") return `Column ${at + 1} has a cell and no name. Name it in the first row, or empty the cell.`;
    if (hasLoneReturn(cell))
      return `The cell of \`${name}\` holds a carriage return (CR) that ends no line. Save the file with LF or CRLF.`;
    const [field, key] = pathOf(name);
    const value = valueOf(type, name, cell);
    if (value === DECIMAL_COMMA) return `\`${name}\` is written with a comma. Write numbers with a point, as in 29.90.`;
    if (key === null) event[field] = value;
    else event[field] = { ...(event[field] as object | undefined), [key]: value };
  }
  return event;
}

/** Some programs end a row in CR, CR and LF. */
function withoutLastReturn(cell: string): string {
  let end = cell.length;
  while (cell[end - 1] === "\r") end -= 1;
  return cell.slice(0, end);
}

function hasLoneReturn(cell: string): boolean {
  for (let at = cell.indexOf("\r"); at >= 0; at = cell.indexOf("\r", at + 1)) {
    if (cell[at + 1] !== "\n") return true;
  }
  return false;
}

const DECIMAL_COMMA = Symbol("a number with a decimal comma");
const WITH_COMMA = /^-?\d[\d. ]*,\d+$/;
/** Amounts of money and the like keep all their digits as text. */
const DECIMALS: ReadonlySet<string> = new Set(["amount", "unit_amount", "discount.amount", "discount.percent"]);
/** It had to be a JSON number once: the same row stays the same event. */
const NUMBERS: ReadonlySet<string> = new Set(["quantity", "billing_period.count"]);

/** What is no number stays text, and the intake says what it should be. */
function valueOf(type: string | null, name: string, cell: string): unknown {
  switch (kindOf(type, name)) {
    case "number":
      if (WITH_COMMA.test(cell)) return DECIMAL_COMMA;
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : cell;
    case "decimal":
      return WITH_COMMA.test(cell) ? DECIMAL_COMMA : cell;
    case "boolean":
      return cell === "true" ? true : cell === "false" ? false : cell;
    case "text":
      return cell;
  }
}

interface Described {
  readonly def: { readonly type: string; readonly innerType?: Described };
}

function kindOf(type: string | null, name: string): "number" | "decimal" | "boolean" | "text" {
  if (type === null || !isEventType(type)) return "text";
  if (type === "revenue" && NUMBERS.has(name)) return "number";
  if (type === "revenue" && DECIMALS.has(name)) return "decimal";
  let field = (eventSchemas[type].shape as Readonly<Record<string, Described>>)[name];
  while (field?.def.innerType !== undefined) field = field.def.innerType;
  return field?.def.type === "number" || field?.def.type === "boolean" ? field.def.type : "text";
}
