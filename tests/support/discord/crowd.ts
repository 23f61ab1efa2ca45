import { messageFrom, user, type StoredMessage } from "./message-store.ts";
import type { World } from "./rest.ts";
import { GUILD_ID, reactionJson } from "./rooms.ts";

interface Said {
  readonly author?: string;
  readonly content?: string;
  readonly attachments?: readonly { readonly name: string }[];
  readonly type?: number;
  /** For a message that has the id of its thread. */
  readonly id?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

export type Crowd = ReturnType<typeof createCrowd>;

export const SOMEBODY = "700000000000000001";

/** What people do in Discord, and what its gateway tells of it. */
export function createCrowd(world: World) {
  const { rooms, messages } = world;
  const place = (channel: string) => (rooms.channel(channel).type === 1 ? {} : { guild_id: GUILD_ID });

  return {
    say(
      channel: string,
      { author = SOMEBODY, content = "", attachments = [], type = 0, ...rest }: Said,
    ): StoredMessage {
      const files = attachments.map(({ name }) => ({ name, type: "text/plain", data: Buffer.from(name) }));
      const { id = world.newId(), more = {} } = rest;
      const made = messageFrom({ id, channelId: channel, body: { content }, files, cdn: world.cdn() });
      const message = { ...made, author: user(author, `person${author}`, rooms.isBot(author)), type, ...more };
      messages.push(message);
      world.tell("MESSAGE_CREATE", { ...message, ...place(channel) });
      return message;
    },
    rewrite({ id, channel_id: channel }: StoredMessage, content: string): void {
      const index = messages.findIndex((message) => message.id === id);
      const old = messages[index];
      if (old === undefined) throw new Error("no such message");
      const edited = { ...old, content, edited_timestamp: "2026-11-20T12:00:00.000000+00:00" };
      messages[index] = edited;
      world.tell("MESSAGE_UPDATE", { ...edited, ...place(channel) });
    },
    takeBack({ id, channel_id: channel }: Pick<StoredMessage, "id" | "channel_id">): void {
      messages.splice(
        messages.findIndex((message) => message.id === id),
        1,
      );
      rooms.votes.delete(id);
      world.tell("MESSAGE_DELETE", { id, channel_id: channel, ...place(channel) });
    },
    react(channel: string, message: string, emoji: string, person = SOMEBODY): void {
      rooms.react(message, emoji, person);
      world.tell("MESSAGE_REACTION_ADD", reactionJson(world, channel, message, emoji, person));
    },
    unreact(channel: string, message: string, emoji: string, person = SOMEBODY): void {
      rooms.unreact(message, emoji, person);
      world.tell("MESSAGE_REACTION_REMOVE", reactionJson(world, channel, message, emoji, person));
    },
    clear(channel: string, message: string): void {
      rooms.votes.delete(message);
      world.tell("MESSAGE_REACTION_REMOVE_ALL", { channel_id: channel, message_id: message, ...place(channel) });
    },
    clearEmoji(channel: string, message: string, emoji: string): void {
      rooms.votes.get(message)?.delete(emoji);
      const { user_id: _user, ...told } = reactionJson(world, channel, message, emoji, "");
      world.tell("MESSAGE_REACTION_REMOVE_EMOJI", told);
    },
  };
}
