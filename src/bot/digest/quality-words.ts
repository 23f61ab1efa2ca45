import type { FindingCount } from "../../metrics/quality/data-quality.ts";

const CODES_NAMED = 3;

/** "Data quality: 3 events look wrong (2 wrong direction, 1 unpriced); `data-quality` lists them." Null when none does. */
export function findingsSentence(findings: readonly FindingCount[]): string | null {
  const total = findings.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const named = findings.slice(0, CODES_NAMED).map(({ code, count }) => `${count} ${code.replaceAll("_", " ")}`);
  const more = findings.length - named.length;
  const what = [...named, ...(more > 0 ? [`${more} other kinds`] : [])].join(", ");
  return `Data quality: ${total === 1 ? "1 event looks" : `${total} events look`} wrong (${what}); \`data-quality\` lists ${total === 1 ? "it" : "them"}.`;
}
