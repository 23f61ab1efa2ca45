import { randomInt } from "node:crypto";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPENS_OR_SEPARATES = new Uint8Array(256);
for (const character of ",:[{") OPENS_OR_SEPARATES[character.charCodeAt(0)] = 1;

/** So that nobody can choose names that are taken for one. */
const SEED = randomInt(0x7fffffff);
const NAME_BITS = 18;
/** `"":1,` */
const SHORTEST_FIELD_BYTES = 5;

/** What parsing costs, as far as it is not text. */
export interface StructureLimits {
  /** Commas, colons and opening brackets outside strings. */
  readonly parts: number;
  /** Different names of fields: each makes the parser learn a shape of its own. */
  readonly names: number;
}

/**
 * Which limit JSON exceeds, told without parsing it; null: none. Reads each byte once and stops where a limit is passed. Names
 * are counted by a hash, a few too low rather than too high. Of what is no JSON the answer means nothing.
 */
export function excessOf(json: Uint8Array, limits: StructureLimits): keyof StructureLimits | null {
  const seen = createSeen();
  const end = json.length;
  const mayHaveManyNames = end > limits.names * SHORTEST_FIELD_BYTES;
  let parts = 0;
  let names = 0;
  let hash = 0;
  for (let at = 0; at < end; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) {
      hash = SEED;
      for (at += 1; at < end; at += 1) {
        const letter = json[at] ?? 0;
        if (letter === QUOTE) break;
        hash = Math.imul(hash ^ letter, 0x01000193);
        if (letter === BACKSLASH) at += 1;
      }
    } else if (OPENS_OR_SEPARATES[byte] === 1) {
      parts += 1;
      if (parts > limits.parts) return "parts";
      if (mayHaveManyNames && byte === COLON && seen.isNew(hash)) names += 1;
      if (names > limits.names) return "names";
    }
  }
  return null;
}

/** One bit for each hash, made when the first name comes. */
function createSeen() {
  let bits: Uint8Array | undefined;
  return {
    isNew(hash: number): boolean {
      bits ??= new Uint8Array(1 << (NAME_BITS - 3));
      const place = (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> (32 - NAME_BITS)) & ((1 << NAME_BITS) - 1);
      const mask = 1 << (place & 7);
      const byte = bits[place >> 3] ?? 0;
      if ((byte & mask) !== 0) return false;
      bits[place >> 3] = byte | mask;
      return true;
    },
  };
}
