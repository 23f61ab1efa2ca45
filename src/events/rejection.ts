import type { z } from "zod";
import type { RejectionCode, Verdict } from "./verdict.ts";

export type Rejection = Extract<Verdict, { verdict: "rejected" }>;

export function rejected(code: RejectionCode, reason: string): Rejection {
  return { verdict: "rejected", code, reason };
}

export function isRejection(read: object): read is Rejection {
  return "verdict" in read;
}

const NAMES_SHOWN = 5;
const SENTENCES_SHOWN = 3;

/** A field's name as it may be repeated to people: short, and of harmless characters. */
export function shown(fieldName: string): string {
  return `\`${fieldName.slice(0, 60).replaceAll(/[^\w$. -]/g, "?")}\``;
}

function unknownFields(names: readonly string[], type: string): string {
  const first = names.slice(0, NAMES_SHOWN).map(shown).join(", ");
  const rest = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : "";
  return names.length === 1
    ? `${first} is not a field of \`${type}\` events.`
    : `${first}${rest} are not fields of \`${type}\` events.`;
}

/** What the schema found, as one rejection: unknown fields first, because they explain missing ones. */
export function rejectionOf(
  issues: readonly z.core.$ZodIssue[],
  type: string,
  sent: Readonly<Record<string, unknown>>,
): Rejection {
  const complaints = issues.map((issue): Rejection => {
    if (issue.code === "unrecognized_keys") return rejected("unknown_field", unknownFields(issue.keys, type));
    const field = String(issue.path[0] ?? "");
    if (sent[field] === undefined || sent[field] === null) {
      return rejected("missing_field", `${shown(field)} is required.`);
    }
    const tooLarge = issue.code === "custom" && issue.params?.["tooLarge"] === true;
    return rejected(tooLarge ? "too_large" : "invalid_field", `${shown(field)} ${issue.message}.`);
  });
  complaints.sort((a, b) => Number(b.code === "unknown_field") - Number(a.code === "unknown_field"));
  const reasons = [...new Set(complaints.map((complaint) => complaint.reason))].slice(0, SENTENCES_SHOWN);
  return rejected(complaints[0]?.code ?? "invalid_event", reasons.join(" "));
}
