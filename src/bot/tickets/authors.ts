import type { Conversation } from "../../tickets/conversation.ts";
import type { ThreadMessage } from "../conversation.ts";
import type { ChatPlatform } from "../platform.ts";
import type { Team } from "./team.ts";
import type { Clock } from "../../core/time.ts";

interface AuthorsParts {
  readonly team: Team;
  readonly clock: Clock;
  /** `slack:U123`, who waits when nobody has said anything. */
  readonly openedBy: string | null;
  /** `slack:U123`, who was known to wait before: their first message may be deleted meanwhile. */
  readonly requester?: string | null;
}

/** Somebody whom the platform no longer names. */
const NOBODY = "unknown";

/** Who waits, of what was said so far: the first who is known. Null: nobody is. */
export function requesterOf(messages: readonly Pick<Conversation, "author" | "by">[]): string | null {
  return messages.find(({ by, author }) => by === "customer" && author !== NOBODY)?.author ?? null;
}

/**
 * A thread's messages as the desk keeps them. The one who wrote first is the one who waits, also when that is somebody of
 * the team; whoever else is of the team answers; all others are customers.
 */
export async function spokenBy(
  messages: readonly ThreadMessage[],
  platform: ChatPlatform,
  { team, clock, openedBy, requester: known = null }: AuthorsParts,
): Promise<Conversation[]> {
  const first = messages.find(({ author }) => author !== null && !author.isBot)?.author ?? null;
  const requester = known ?? (first === null ? openedBy : `${platform.name}:${first.id}`);
  const roles = new Map<string, Conversation["by"]>();
  for (const { author } of messages) {
    if (author === null || roles.has(author.id)) continue;
    const isAgent = `${platform.name}:${author.id}` !== requester && (await team.includesAuthor(author, platform));
    roles.set(author.id, author.isBot ? "bot" : isAgent ? "agent" : "customer");
  }
  return messages.map(({ id, author, at, text, attachments, state }) => ({
    messageId: id,
    author: author === null ? NOBODY : `${platform.name}:${author.id}`,
    by: author === null ? "customer" : (roles.get(author.id) ?? "customer"),
    at,
    text,
    attachments,
    editedAt: state === "edited" ? clock.now() : null,
    isDeleted: state === "deleted",
  }));
}
