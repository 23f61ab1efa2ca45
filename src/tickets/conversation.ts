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

/** UTF-16 units of a message that are kept. */
export const LONGEST_TEXT = 10_000;
