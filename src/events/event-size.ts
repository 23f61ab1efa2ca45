import { DEEPEST } from "./json-fault.ts";
import { shown } from "./rejection.ts";

/** Larger than any event that is accepted: full prose, 4 KB of metadata and 16 KB of properties. */
const MOST_UNITS = 64 * 1024;
const MOST_FIELDS = 200;

/**
 * Why an event is too large to look at its fields one by one; null when it is not. Every value counts one and the length of its
 * text and name; counting stops at the limit, so that the answer costs no more than for a valid event.
 */
export function sizeComplaint(fields: Readonly<Record<string, unknown>>): string | null {
  const names = Object.keys(fields);
  if (names.length > MOST_FIELDS) return `An event has at most ${MOST_FIELDS} fields; this one has ${names.length}.`;
  let units = 0;
  for (const name of names) {
    units += unitsOf(fields[name], MOST_UNITS - units);
    if (units > MOST_UNITS) return `${shown(name)} makes the event larger than ${MOST_UNITS / 1024} KB.`;
  }
  return null;
}

function unitsOf(value: unknown, most: number): number {
  if (typeof value === "string") return value.length;
  return typeof value === "object" && value !== null ? unitsWithin(value, most) : 1;
}

/** Level by level, as far down as an event may reach; what is deeper is refused for that. */
function unitsWithin(value: object, most: number): number {
  let level: object[] = [value];
  let units = 0;
  for (let depth = 0; depth <= DEEPEST && level.length > 0; depth += 1) {
    const below: object[] = [];
    for (const one of level) {
      units += unitsAt(one, most - units, below);
      if (units > most) return units;
    }
    level = below;
  }
  return units;
}

/** Of one list or object; the lists and objects that it holds are put into `below`. */
function unitsAt(one: object, most: number, below: object[]): number {
  const names = Array.isArray(one) ? [] : Object.keys(one);
  let units = 1 + (Array.isArray(one) ? one.length : names.length);
  if (units > most) return units;
  for (const name of names) units += name.length;
  const members: readonly unknown[] = Array.isArray(one) ? one : Object.values(one);
  for (const member of members) {
    if (typeof member === "string") units += member.length;
    else if (typeof member === "object" && member !== null) below.push(member);
  }
  return units;
}
