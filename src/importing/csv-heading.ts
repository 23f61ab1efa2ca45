import { nearestWord } from "../core/nearest-word.ts";
import { EVENT_TYPES, isEventType } from "../events/event-type.ts";
import { eventSchemas } from "../events/schema/events.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** Fields that are objects: a column `metadata.plan` fills one key of one. */
const OBJECTS: readonly string[] = ["metadata", "properties", "discount", "billing_period"];
const SEPARATORS: readonly (readonly [string, string])[] = [
  [";", "semicolons"],
  ["\t", "tabs"],
  ["|", "bars"],
];
const SHOWN = 60;

const shown = (name: string): string => `\`${name.slice(0, SHOWN).replaceAll(/[^\w$. -]/g, "?")}\``;

/** A column's name as the path to the field that it fills: one or two steps. */
export function pathOf(name: string): readonly [field: string, key: string | null] {
  const dot = name.indexOf(".");
  const field = name.slice(0, Math.max(dot, 0));
  return dot > 0 && dot < name.length - 1 && OBJECTS.includes(field) ? [field, name.slice(dot + 1)] : [name, null];
}

/** The names of the columns, without white space around them; throws when the first row cannot be a heading. */
export function readHeading(cells: readonly string[], usualType: string | null): readonly string[] {
  const names = cells.map((cell) => cell.trim());
  const [only = ""] = names;
  if (names.some((name) => name.includes("\r")))
    throw new UnreadableFile(
      "The lines end in a carriage return (CR) alone, from line 1 on. Save the file with LF or CRLF.",
    );
  const separator = names.length === 1 ? SEPARATORS.find(([sign]) => only.includes(sign)) : undefined;
  if (separator !== undefined)
    throw new UnreadableFile(`The columns of line 1 are separated by ${separator[1]}. Save the file with commas.`);
  if (names.every((name) => name === "")) throw new UnreadableFile("Line 1 is empty. Its columns name the fields.");
  refuseTwice(names);
  refuseUnknown(names, usualType);
  return names;
}

function refuseTwice(names: readonly string[]): void {
  const places = new Map<string, number>();
  names.forEach((name, at) => {
    const before = places.get(name);
    if (name !== "" && before !== undefined)
      throw new UnreadableFile(
        `Line 1 names ${shown(name)} twice, in columns ${before + 1} and ${at + 1}. Rename or remove one of them.`,
      );
    places.set(name, at);
  });
}

function refuseUnknown(names: readonly string[], usualType: string | null): void {
  const type = names.includes("type") ? null : usualType;
  if (type === null && !names.includes("type"))
    throw new UnreadableFile("Line 1 has no column `type`. Add it, or give `--type` for all rows.");
  const types = type !== null && isEventType(type) ? [type] : EVENT_TYPES;
  const known = new Set(types.flatMap((one) => Object.keys(eventSchemas[one].shape)));
  names.forEach((name, at) => {
    const [field, key] = pathOf(name);
    if (name === "" || known.has(field)) return;
    const nearest = nearestWord(name.toLowerCase(), [...known]);
    const of = type === null ? "of any event" : `of \`${type}\` events`;
    const next = nearest === undefined || nearest === null ? "" : ` Did you mean \`${nearest}\`?`;
    throw new UnreadableFile(
      `Line 1 names ${shown(name)} in column ${at + 1}, which is no field ${of}.${next} Rename it, remove it${key === null && known.has("metadata") ? `, or call it \`metadata.…\` to keep it` : ""}.`,
    );
  });
}
