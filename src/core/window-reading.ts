import { monthNamed } from "./month-names.ts";
import { readDay } from "./time.ts";
import { COMPARISONS, LONGEST_WINDOW, type CalendarUnit, type Compare, type WindowWish } from "./window-wish.ts";

/** How a window is named in an address and in a command. */
export const WINDOW_PARAMETERS = ["days", "from", "to", "month", "quarter", "year"] as const;
export type WindowParameter = (typeof WINDOW_PARAMETERS)[number];

/** As they were written; those that were not are absent. */
export type WindowParts = Readonly<Partial<Record<WindowParameter, string>>>;

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: "invalid_days" | "invalid_window"; readonly complaint: string };

interface How {
  /** In how many days nothing that was written results. */
  readonly absent: number;
  /** People also write "October", "Q3" or "last". */
  readonly words?: boolean;
}

/** The window that was asked for, whichever way; what contradicts itself is refused. */
export function readWindow(parts: WindowParts, { absent, words = false }: How): Reading<WindowWish> {
  const { days, from, to, month, quarter, year } = parts;
  const given = WINDOW_PARAMETERS.filter((name) => parts[name] !== undefined);
  const others = given.filter((name) => name !== "from" && name !== "to");
  if (others.length > 1 || (others.length === 1 && others.length < given.length)) return refuse(contradiction(given));
  if (days !== undefined) return readDays(days);
  if (month !== undefined) return readNamed("month", month, words);
  if (quarter !== undefined) return readNamed("quarter", quarter, words);
  if (year !== undefined) return readNamed("year", year, words);
  if (from !== undefined || to !== undefined) return readDates(from, to);
  return { ok: true, value: { kind: "days", days: absent } };
}

/** What is compared with; `absent` when nothing was written. */
export function readCompare(text: string | undefined, absent: Compare): Reading<Compare> {
  if (text === undefined) return { ok: true, value: absent };
  const value = COMPARISONS.find((name) => name === text);
  if (value !== undefined) return { ok: true, value };
  return refuse(`\`compare\` must be \`previous\`, \`year\` or \`none\`${written(text)}.`);
}

function refuse(complaint: string): { ok: false; code: "invalid_window"; complaint: string } {
  return { ok: false, code: "invalid_window", complaint };
}

function contradiction(given: readonly WindowParameter[]): string {
  const names = given.map((name) => `\`${name}\``);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""} contradict each other. Use \`days\`, \`month\`, \`quarter\` or \`year\`, or \`from\` with \`to\`.`;
}

function readDays(text: string): Reading<WindowWish> {
  const days = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= LONGEST_WINDOW) return { ok: true, value: { kind: "days", days } };
  const complaint = `\`days\` must be a whole number from 1 to ${LONGEST_WINDOW}${written(text)}.`;
  return { ok: false, code: "invalid_days", complaint };
}

function readDates(from: string | undefined, to: string | undefined): Reading<WindowWish> {
  if (from === undefined) return refuse("`to` needs `from`, the first day: `from=2026-10-01&to=2026-10-31`.");
  if (to === undefined) return refuse("`from` needs `to`, the last day: `from=2026-10-01&to=2026-10-31`.");
  const [first, last] = [readDay(from), readDay(to)];
  if (first === null) return refuse(`\`from\` must be a day such as \`2026-10-01\`${written(from)}.`);
  if (last === null) return refuse(`\`to\` must be a day such as \`2026-10-31\`${written(to)}.`);
  return { ok: true, value: { kind: "dates", from: first, to: last } };
}

type Named = Exclude<CalendarUnit, "week">;

const EXAMPLES = { month: "2026-10", quarter: "2026-Q3", year: "2026" } as const satisfies Record<Named, string>;
const WORDS = { month: ", `October`", quarter: ", `Q3`", year: "" } as const satisfies Record<Named, string>;

function readNamed(unit: Named, text: string, words: boolean): Reading<WindowWish> {
  const wish = readUnit(unit, text) ?? (words ? readUnitWords(unit, text.trim().toLowerCase()) : null);
  if (wish !== null) return { ok: true, value: wish };
  const others = words ? `${WORDS[unit]} or \`last\`` : "";
  return refuse(`\`${unit}\` must be written like \`${EXAMPLES[unit]}\`${others}${written(text)}.`);
}

function readUnit(unit: Named, text: string): WindowWish | null {
  switch (unit) {
    case "month": {
      const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
      return year === undefined ? null : { kind: "month", year: Number(year), month: Number(month) };
    }
    case "quarter": {
      const [, year, quarter] = /^(\d{4})-?Q([1-4])$/i.exec(text) ?? [];
      return year === undefined ? null : { kind: "quarter", year: Number(year), quarter: Number(quarter) };
    }
    case "year":
      return /^\d{4}$/.test(text) ? { kind: "year", year: Number(text) } : null;
  }
}

/** "last", "this", "October", "Oct 2025", "Q3", "3", "Q3 2025". */
function readUnitWords(unit: Named, text: string): WindowWish | null {
  if (/^(?:this|current)$/.test(text)) return { kind: "running", unit, ago: 0 };
  if (/^(?:last|previous)$/.test(text)) return { kind: "running", unit, ago: 1 };
  const wish = readNameAndYear(/^[1-4]$/.test(text) && unit === "quarter" ? `q${text}` : text);
  const is = wish?.kind === "latest" ? wish.unit : wish?.kind;
  return is === unit ? wish : null;
}

/** "October", "oct 2025", "Q3", "q3 2025", "2025 Q3": without a year, the latest that has begun. Lower case. */
export function readNameAndYear(text: string): WindowWish | null {
  const [, name = "", year] =
    /^([a-z]+\.?|q[1-4])(?:[ /-]?(\d{4}))?$/.exec(text.replace(/^(\d{4})[ /-]?(\D\S*)$/, "$2 $1")) ?? [];
  const quarter = /^q([1-4])$/.exec(name)?.[1];
  if (quarter !== undefined) {
    const number = Number(quarter);
    return year === undefined
      ? { kind: "latest", unit: "quarter", number }
      : { kind: "quarter", year: Number(year), quarter: number };
  }
  const number = monthNamed(name);
  if (number === null) return null;
  return year === undefined
    ? { kind: "latest", unit: "month", number }
    : { kind: "month", year: Number(year), month: number };
}

function written(text: string): string {
  if (text === "") return "; you left it empty";
  return /^[\w.+-]{1,20}$/.test(text) ? `; you wrote \`${text}\`` : "";
}
