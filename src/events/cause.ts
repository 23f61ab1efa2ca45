/** Why a number that people have seen may change, in words for them. The queue of what is dirty carries it to the days. */
export const CAUSE = {
  late: "events arrived late",
  imported: "history was imported",
  forced: "recomputed on request",
  settings: "the settings were changed",
  currency: "the currency was changed",
  withdrawn: "the first events were taken back",
  renamed: "ids are kept in another form",
  definition: "definition changed on 2026-12-01",
  rate: "an exchange rate was set",
} as const;

/** What the cause of an event that was taken back contains, also beside others. */
export const TAKEN_BACK = "an event was taken back: ";

const LONGEST_REASON = 120;
const MOST_CAUSES = 3;
const BETWEEN = "; ";

/** The reason is an admin's words, shown to everybody who may see the number: addresses in it are left out. */
export function takenBack(reason: string): string {
  const plain = reason
    .replaceAll(/\S+/g, (word) => (word.includes("@") ? "…" : word))
    .replaceAll(BETWEEN, ", ")
    .trim();
  return TAKEN_BACK + (plain.length > LONGEST_REASON ? `${plain.slice(0, LONGEST_REASON)}…` : plain);
}

/** Several causes as one text, each once: "events arrived late; history was imported". */
export function joinCauses(causes: readonly string[]): string {
  const each = [...new Set(causes.flatMap((cause) => cause.split(BETWEEN)))].filter(
    (cause) => !/^\d+ more$/.test(cause),
  );
  const more = each.length - MOST_CAUSES;
  return [...each.slice(0, MOST_CAUSES), ...(more > 0 ? [`${more} more`] : [])].join(BETWEEN);
}
