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

/** What tells two payloads with one id apart. */
export function payloadHash(event: unknown): bigint {
  return signedHead(hash("sha256", canonicalJson(event), "hex"));
}
