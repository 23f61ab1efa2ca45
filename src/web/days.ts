export const PERIODS = [7, 30, 90, 365] as const;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;

export type DaysAsked =
  | { readonly ok: true; readonly days: number }
  | { readonly ok: false; readonly complaint: string };

/** The `days` of an address, 30 when absent. `given` holds every occurrence. */
export function readDays(given: readonly string[] | undefined): DaysAsked {
  if (given === undefined) return { ok: true, days: DEFAULT_DAYS };
  const [text = "", ...more] = given;
  const days = more.length === 0 && /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= MOST_DAYS) return { ok: true, days };
  return { ok: false, complaint: `\`days\` must be a whole number from 1 to ${MOST_DAYS}${written(text, more)}.` };
}

function written(text: string, more: readonly string[]): string {
  if (more.length > 0) return "; it was given more than once";
  if (text === "") return "; you left it empty";
  return /^[\w.+-]{1,20}$/.test(text) ? `; you wrote \`${text}\`` : "";
}
