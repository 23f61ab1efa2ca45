/** In English, January first. */
export const MONTH_NAMES = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** `month`: 1 to 12. */
export function monthName(month: number): string {
  return MONTH_NAMES[month - 1] ?? "";
}

/** 1 to 12 for "October", "oct" or "Sept"; null for anything else. */
export function monthNamed(text: string): number | null {
  const word = text.toLowerCase().replace(/\.$/, "");
  const index = MONTH_NAMES.findIndex((name) => {
    const month = name.toLowerCase();
    return month === word || month.slice(0, 3) === word || (month === "september" && word === "sept");
  });
  return index === -1 ? null : index + 1;
}
