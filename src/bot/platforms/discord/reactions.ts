import { Routes, type APIMessage, type APIReaction, type APIUser, type REST } from "discord.js";
import type { Attempt, MessageRef, Reaction } from "../../conversation.ts";
import { plainEmoji } from "../../emoji.ts";
import { attempt } from "./failures.ts";
import { placeOf } from "./posting.ts";
import { inOpenThread } from "./threads.ts";

const PAGE = 100;
/** Usual and super reactions are two lists of people. */
const KINDS = ["0", "1"] as const;

/** The SDK waits between them as Discord asks it to. */
export async function react(ref: MessageRef, emoji: readonly string[], rest: REST): Promise<Attempt> {
  return attempt(async () => {
    const place = placeOf(ref);
    for (const one of emoji) {
      const route = Routes.channelMessageOwnReaction(place, ref.id, encodeURIComponent(one));
      await inOpenThread(place, rest, () => rest.put(route));
    }
    return null;
  });
}

/** Votes that come while the pages are read may or may not be among them; their event has us read again. */
export async function reactionsOf(ref: MessageRef, rest: REST): Promise<Attempt<readonly Reaction[]>> {
  return attempt(async () => {
    const message = (await rest.get(Routes.channelMessage(placeOf(ref), ref.id))) as APIMessage;
    const all: Reaction[] = [];
    for (const reaction of message.reactions ?? [])
      for (const user of await peopleBehind(ref, reaction, rest))
        all.push({ emoji: nameOf(reaction), person: { id: user.id, isBot: user.bot === true } });
    return all;
  });
}

async function peopleBehind(ref: MessageRef, reaction: APIReaction, rest: REST): Promise<readonly APIUser[]> {
  const { id, name } = reaction.emoji;
  const emoji = encodeURIComponent(id === null ? (name ?? "") : `${name ?? ""}:${id}`);
  const counts = [reaction.count_details.normal, reaction.count_details.burst];
  const people = new Map<string, APIUser>();
  for (const [index, type] of KINDS.entries()) {
    if (counts[index] === 0) continue;
    for (let after = "0", full = true; full;) {
      const query = new URLSearchParams({ type, limit: String(PAGE), after });
      const page = (await rest.get(Routes.channelMessageReaction(placeOf(ref), ref.id, emoji), { query })) as APIUser[];
      for (const user of page) people.set(user.id, user);
      full = page.length === PAGE;
      after = page.at(-1)?.id ?? after;
    }
  }
  return [...people.values()];
}

function nameOf({ emoji: { id, name } }: APIReaction): string {
  return id === null ? plainEmoji(name ?? "") : `:${name ?? id}:`;
}
