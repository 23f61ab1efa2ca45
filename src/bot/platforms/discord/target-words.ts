import { Routes, type APIMessage, type REST } from "discord.js";
import type { MessageRef } from "../../conversation.ts";
import { plainWords } from "./plain-words.ts";

/**
 * The words of messages on which a form was opened. Discord gives them along with the command in a message's menu, to every
 * instance, but not with the form that is sent; and what others wrote cannot be read otherwise without the intent for it.
 */
export interface TargetWords {
  remember(message: MessageRef, text: string): void;
  /** Read anew when they were forgotten, by a restart or because many came after. Empty when Discord withholds them. */
  recall(message: MessageRef): Promise<string>;
}

const MOST_REMEMBERED = 500;

export function createTargetWords(rest: REST): TargetWords {
  const words = new Map<string, string>();
  return {
    remember({ id }, text) {
      words.delete(id);
      words.set(id, text);
      const oldest = words.keys().next().value;
      if (words.size > MOST_REMEMBERED && oldest !== undefined) words.delete(oldest);
    },
    async recall({ channel, id }) {
      const known = words.get(id);
      if (known !== undefined) return known;
      try {
        return plainWords((await rest.get(Routes.channelMessage(channel, id))) as APIMessage);
      } catch {
        return "";
      }
    },
  };
}
