import { createHash } from "node:crypto";
import type { Temporal } from "../../core/time.ts";
import type { Pool } from "../../db/client.ts";
import type { Message } from "../message.ts";
import { referenceOf, type ChatPlatform, type Destination } from "../platform.ts";
import { claimPost, notePosted, releasePost, type PostName } from "./post-store.ts";

export type Posted =
  | { readonly ok: true; readonly externalId: string }
  /** `lasting`: trying again is no use before somebody mends it. */
  | { readonly ok: false; readonly reason: string; readonly lasting: boolean };

interface Once extends PostName {
  readonly platform: Pick<ChatPlatform, "post" | "lookUp">;
  readonly destination: Destination;
  /** Earlier than any attempt. */
  readonly since: Temporal.Instant;
  readonly message: Message;
}

/**
 * Posts a message about a ticket, once, whatever is killed in between and however many instances try. Null: another
 * instance is at it.
 */
export async function postOnce(pool: Pool, once: Once): Promise<Posted | null> {
  const { platform, destination, since, message, ...name } = once;
  const claim = await pool.run((sql) => claimPost(sql, name));
  if (claim.state === "posted") return { ok: true, externalId: claim.message };
  if (claim.state === "another's") return null;
  const key = keyOf(name);
  if (!claim.isFirst) {
    const found = await platform.lookUp({ destination, key }, since);
    if (found.found === true) return noted(pool, name, found.externalId);
    if (found.found === "unknown") return { ok: false, reason: found.reason, lasting: found.closed === true };
  }
  const outcome = await platform.post({ destination, key, message: withReference(message, key) });
  switch (outcome.outcome) {
    case "sent":
      return noted(pool, name, outcome.externalId);
    case "refused":
      await pool.run((sql) => releasePost(sql, name));
      return { ok: false, reason: outcome.reason, lasting: outcome.lasting };
    case "uncertain":
      return { ok: false, reason: outcome.reason, lasting: false };
  }
}

async function noted(pool: Pool, name: PostName, externalId: string): Promise<Posted> {
  await pool.run((sql) => notePosted(sql, name, externalId));
  return { ok: true, externalId };
}

/** Also of a later edit, which would otherwise take the reference away. */
export function withReference(message: Message, key: string): Message {
  return { ...message, blocks: [...message.blocks, { kind: "note", text: referenceOf(key) }] };
}

export function keyOf({ ticketId, kind }: PostName): string {
  return `t-${createHash("sha256").update(`${ticketId} ${kind}`).digest("hex").slice(0, 20)}`;
}
