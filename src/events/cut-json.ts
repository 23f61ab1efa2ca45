const DEEPEST = 200;

/**
 * The beginning of a value's JSON text, at most `longest` UTF-16 units of it. Whatever the value's size, no more work is done
 * than that takes. Null when the value has no such form, or is nested too deeply.
 */
export function cutJson(value: unknown, longest: number): string | null {
  const writer = { text: "", longest };
  return write(value, writer, DEEPEST) ? writer.text.slice(0, longest) : null;
}

interface Writer {
  text: string;
  readonly longest: number;
}

function write(value: unknown, writer: Writer, levelsLeft: number): boolean {
  switch (typeof value) {
    case "string":
      // One unit of text is at least one of JSON, so what is cut off here would not be kept.
      writer.text += JSON.stringify(value.slice(0, writer.longest));
      return true;
    case "number":
    case "boolean":
      writer.text += JSON.stringify(value);
      return true;
    case "object":
      if (value === null) writer.text += "null";
      else return levelsLeft > 0 && writeMembers(value, writer, levelsLeft - 1);
      return true;
    case "undefined":
    case "bigint":
    case "function":
    case "symbol":
      return false;
  }
}

function writeMembers(value: object, writer: Writer, levelsLeft: number): boolean {
  const isList = Array.isArray(value);
  writer.text += isList ? "[" : "{";
  let isFirst = true;
  for (const [name, member] of membersOf(value)) {
    if (writer.text.length >= writer.longest) return true;
    if (member === undefined && name !== null) continue;
    if (!isFirst) writer.text += ",";
    isFirst = false;
    if (name !== null) writer.text += `${JSON.stringify(name.slice(0, writer.longest))}:`;
    if (!write(member ?? null, writer, levelsLeft)) return false;
  }
  writer.text += isList ? "]" : "}";
  return true;
}

function* membersOf(value: object): Generator<readonly [string | null, unknown]> {
  if (Array.isArray(value)) for (const member of value as unknown[]) yield [null, member];
  else for (const name of Object.keys(value)) yield [name, (value as Readonly<Record<string, unknown>>)[name]];
}
