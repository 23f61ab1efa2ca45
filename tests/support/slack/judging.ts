/** What all judges of blocks and views look at. */

export type Thing = Readonly<Record<string, unknown>>;

export interface Judge {
  readonly faults: string[];
  readonly actionIds: Set<string>;
  readonly blockIds: Set<string>;
  readonly isFile: (id: string) => boolean;
  readonly takesCharts: boolean;
  charts: number;
  textLength: number;
}

export function textObject(value: unknown, types: readonly string[], most: number, at: string, judge: Judge): void {
  if (typeof value !== "object" || value === null) return void judge.faults.push(`must be an object [${at}]`);
  const object = value as Thing;
  if (!types.includes(String(object["type"]))) judge.faults.push(`unsupported type [${at}/type]`);
  onlyFields(
    object,
    object["type"] === "plain_text" ? ["type", "text", "emoji"] : ["type", "text", "verbatim"],
    at,
    judge,
  );
  text(object["text"], 1, most, `${at}/text`, judge);
}

export function text(value: unknown, least: number, most: number, at: string, judge: Judge): void {
  if (typeof value !== "string") return void judge.faults.push(`must be a string [${at}]`);
  judge.textLength += value.length;
  if (value.length < least) judge.faults.push(`must be more than ${least - 1} characters [${at}]`);
  if (value.length > most) judge.faults.push(`must be less than ${most + 1} characters [${at}]`);
}

export function list(value: unknown, least: number, most: number, at: string, judge: Judge): [Thing, string][] {
  if (!Array.isArray(value)) {
    judge.faults.push(`must be an array [${at}]`);
    return [];
  }
  if (value.length < least || value.length > most) judge.faults.push(`must have ${least} to ${most} items [${at}]`);
  return value.map((one, index) => [one as Thing, `${at}/${index}`]);
}

export function onlyFields(thing: Thing, fields: readonly string[], at: string, judge: Judge): void {
  for (const field of Object.keys(thing))
    if (!fields.includes(field)) judge.faults.push(`invalid additional property: ${field} [${at}]`);
}
