import { hash } from "node:crypto";

/** JSON with the keys of every object in code-unit order. `value` must be shallow: see `jsonFault`. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  let json = "";
  for (const key of Object.keys(fields).sort()) {
    const field = fields[key];
    if (field === undefined) continue;
    json += `${json === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(field)}`;
  }
  return `{${json}}`;
}

/** The first 16 bytes of the SHA-256 of the sender's event id, in hex. */
export function eventKey(eventId: string): string {
  return hash("sha256", eventId, "hex").slice(0, 32);
}

/** The first 8 bytes of a hex text as a signed 64-bit integer. */
export function signedHead(hex: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`));
}

/**
 * As `canonicalJson`, for an object whose fields are among `sortedNames`: three times as fast, because
 * nothing is sorted. `prefixes` are the names as they stand in JSON.
 */
export function canonicalFields(
  fields: Readonly<Record<string, unknown>>,
  { sortedNames, prefixes }: FieldOrder,
): string {
  let json = "";
  for (let at = 0; at < sortedNames.length; at += 1) {
    const field = fields[sortedNames[at] ?? ""];
    if (field === undefined) continue;
    json += (json === "" ? "" : ",") + prefixes[at];
    json += typeof field === "number" ? String(field) : canonicalJson(field);
  }
  return `{${json}}`;
}

export interface FieldOrder {
  readonly sortedNames: readonly string[];
  readonly prefixes: readonly string[];
}

export function fieldOrder(names: readonly string[]): FieldOrder {
  const sortedNames = [...names].sort();
  return { sortedNames, prefixes: sortedNames.map((name) => `${JSON.stringify(name)}:`) };
}

/** What tells two payloads with one id apart. */
export function payloadHash(canonical: string): bigint {
  return signedHead(hash("sha256", canonical, "hex"));
}
