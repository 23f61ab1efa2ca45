import fc from "fast-check";
import { areas } from "./areas.ts";

export const USERS = ["u1", "u2", "U2", "ü3", "t1", "17", "ann@example.org"];
export const TEAMS = ["t1", "u1", "t2"];

export const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const PLACEHOLDERS = ["undefined", "NULL", " none ", "NaN", "[object Object]", "Anonymous", "\u200B", "   "];

/** Other ways to write an id that mean the same. */
const respelt: fc.Arbitrary<(id: string) => string> = fc.constantFrom(
  (id: string) => ` ${id}`,
  (id: string) => `${id}\t`,
  (id: string) => `\u200B${id}\uFEFF`,
  (id: string) => id.normalize("NFD"),
  (id: string) => (id.includes("@") ? id.toUpperCase() : `${id}\u00A0`),
);

/** One of the ids, now and then written otherwise. */
export function spelt(ids: readonly string[]): fc.Arbitrary<string> {
  const plain = fc.constantFrom(...ids);
  if (!areas.includes("ids")) return plain;
  const odd = fc.tuple(plain, respelt).map(([id, otherwise]) => otherwise(id));
  return fc.oneof({ weight: 12, arbitrary: plain }, { weight: 1, arbitrary: odd });
}

export const user = spelt(USERS);
export const team = spelt(TEAMS);

/** Somebody, or nobody in one of the ways in which programs say so. */
export const anybody: fc.Arbitrary<string | undefined> = areas.includes("ids")
  ? fc.oneof({ weight: 12, arbitrary: maybe(user) }, { weight: 1, arbitrary: fc.constantFrom(...PLACEHOLDERS) })
  : maybe(user);

/** Ids that are refused where they have to name somebody. */
export const placeholder = fc.constantFrom(...PLACEHOLDERS);
