import type { Temporal } from "../core/time.ts";

/** One message of a ticket's thread. Nothing in it is escaped: whoever shows it does that at the last step. */
export interface Conversation {
  /** The platform's own id. */
  readonly messageId: string;
  /** Opaque: `slack:U123`. */
  readonly author: string;
  readonly by: "customer" | "agent" | "bot";
  readonly at: Temporal.Instant;
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly url: string }[];
  /** Null when it stands as it was written. */
  readonly editedAt: Temporal.Instant | null;
  readonly isDeleted: boolean;
}

/** What PostgreSQL cannot keep (NUL, half a surrogate pair) becomes U+FFFD; text of more than `longest` UTF-16 units is cut and says so by "…". */
export function storable(text: string, longest: number): string {
  const kept = text.replaceAll(/[\0\p{Cs}]/gu, "\u{FFFD}");
  if (kept.length <= longest) return kept;
  return `${kept.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
