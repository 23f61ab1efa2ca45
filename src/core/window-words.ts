import { readDay } from "./time.ts";
import { readNameAndYear, readWindow } from "./window-reading.ts";
import type { CalendarUnit, WindowWish } from "./window-wish.ts";

/** So many words a phrase has at most: "from 2026-10-01 to 2026-10-31". */
export const LONGEST_PHRASE = 4;
/** In UTF-16 units. */
const LONGEST_TEXT = 100;

const RUNNING: ReadonlyMap<string, number> = new Map([
  ["this", 0],
  ["current", 0],
  ["last", 1],
  ["previous", 1],
  ["past", 1],
]);
const TO_DATE: ReadonlyMap<string, CalendarUnit> = new Map([
  ["wtd", "week"],
  ["mtd", "month"],
  ["qtd", "quarter"],
  ["ytd", "year"],
]);

/**
 * What people say for a window: "last month", "this quarter", "Q3 2025", "October", "last 30 days", "7 days", "yesterday",
 * "2026-10", "2026-10-01 to 2026-10-31". Null for anything else.
 */
export function windowSaid(text: string): WindowWish | null {
  const said = text.slice(0, LONGEST_TEXT).trim().toLowerCase().replaceAll(/\s+/g, " ");
  if (said === "yesterday") return { kind: "days", days: 1 };
  return daysSaid(said) ?? unitSaid(said) ?? datesSaid(said) ?? writtenAlone(said) ?? readNameAndYear(said);
}

/** "30", "7 days", "last 30 days", "2 weeks", "30d". */
function daysSaid(said: string): WindowWish | null {
  const [, last, number = "", unit = ""] =
    /^(?:(last|past|previous) )?(\d{1,4}) ?(d|days?|w|weeks?)?$/.exec(said) ?? [];
  if (number === "" || (last !== undefined && unit === "")) return null;
  if (number.length === 4) return null;
  const reading = readWindow({ days: String(Number(number) * (unit.startsWith("w") ? 7 : 1)) }, { absent: 1 });
  return reading.ok ? reading.value : null;
}

/** "last month", "this quarter", "month to date". */
function unitSaid(said: string): WindowWish | null {
  const short = TO_DATE.get(said);
  if (short !== undefined) return { kind: "running", unit: short, ago: 0 };
  const [, which = "", unit] =
    /^(?:(this|current|last|previous|past) )?(week|month|quarter|year)(?: to date)?$/.exec(said) ?? [];
  const ago = which === "" && said.endsWith(" to date") ? 0 : RUNNING.get(which);
  return unit === undefined || ago === undefined ? null : { kind: "running", unit: unit as CalendarUnit, ago };
}

/** "2026-10-01 to 2026-10-31", "from … to …", "2026-10-01..2026-10-31", and one day alone. */
function datesSaid(said: string): WindowWish | null {
  const [, first = "", last = first] =
    /^(?:from )?(\d{4}-\d{2}-\d{2})(?: ?(?:to|until|till|-|–|—|\.\.+|…) ?(\d{4}-\d{2}-\d{2}))?$/.exec(said) ?? [];
  const [from, to] = [readDay(first), readDay(last)];
  return from === null || to === null ? null : { kind: "dates", from, to };
}

/** "2026-10", "2026-q3", "2026": as in an address. */
function writtenAlone(said: string): WindowWish | null {
  const plain = said.replace(/^(?:month|quarter|year) /, "");
  for (const name of ["month", "quarter", "year"] as const) {
    const reading = readWindow({ [name]: plain }, { absent: 1 });
    if (reading.ok) return reading.value;
  }
  return null;
}
