import { BOT_ID, messageFrom, user, type StoredMessage } from "./message-store.ts";
import type { Answer, Route, World } from "./rest.ts";

/** Channels, threads, people and their reactions, and what Discord refuses of them. */

export const GUILD_ID = "600000000000000001";
const TEXT = 0;
const DIRECT = 1;
const THREAD = 11;
const FORUM = 15;
const MOST_REACTIONS = 20;
const MOST_PEOPLE = 100;

interface Channel {
  readonly id: string;
  readonly type: number;
  readonly name: string;
  readonly parent?: string;
  readonly recipient?: string;
  readonly tags?: readonly { readonly id: string; readonly name: string }[];
  applied: readonly string[];
  isArchived: boolean;
  isLocked: boolean;
}

export interface Member {
  readonly id: string;
  readonly roles: readonly string[];
  readonly isBot: boolean;
  readonly takesDirect: boolean;
}

export type Rooms = ReturnType<typeof createRooms>;

export const refuse = (status: number, code: number, message: string): Answer => ({ status, body: { code, message } });
export const UNKNOWN_MESSAGE = refuse(404, 10008, "Unknown Message");
export const ARCHIVED = refuse(400, 50083, "Thread is archived");
const UNKNOWN_CHANNEL = refuse(404, 10003, "Unknown Channel");
const MISSING_PERMISSIONS = refuse(403, 50013, "Missing Permissions");

export function createRooms() {
  const channels = new Map<string, Channel>();
  const members = new Map<string, Member>();
  /** By message, by emoji: who. */
  const votes = new Map<string, Map<string, Set<string>>>();
  const add = (channel: Partial<Channel> & Pick<Channel, "id" | "type" | "name">): Channel => {
    const made = { applied: [], isArchived: false, isLocked: false, ...channel };
    channels.set(made.id, made);
    return made;
  };
  const isBot = (id: string) => id === BOT_ID || members.get(id)?.isBot === true;

  return {
    channels,
    members,
    votes,
    isBot,
    /** What the app may not see without its privileged intents. */
    intents: { messageContent: true, members: true },
    /** A channel that nobody made is an ordinary one. */
    channel: (id: string) => channels.get(id) ?? add({ id, type: TEXT, name: "numbers" }),
    addThread: (id: string, parent: string, name = "a thread") => add({ id, type: THREAD, name, parent }),
    addForum: (id: string, tags: readonly { id: string; name: string }[]) =>
      add({ id, type: FORUM, name: "help", tags }),
    addDirect: (id: string, recipient: string) => add({ id, type: DIRECT, name: "", recipient }),
    addMember: (id: string, more: Partial<Member> = {}) =>
      members.set(id, { id, roles: [], isBot: false, takesDirect: true, ...more }),
    isArchived: (id: string) => channels.get(id)?.isArchived === true,
    /** An archived thread opens by itself, unless it is locked. */
    refusalOfPost(id: string): Answer | null {
      const channel = channels.get(id);
      if (channel?.recipient !== undefined && members.get(channel.recipient)?.takesDirect !== true)
        return refuse(403, 50007, "Cannot send messages to this user");
      if (channel?.isArchived !== true) return null;
      if (channel.isLocked) return ARCHIVED;
      channel.isArchived = false;
      return null;
    },
    react(message: string, emoji: string, person: string) {
      const emojis = votes.get(message) ?? new Map<string, Set<string>>();
      votes.set(message, emojis);
      emojis.set(emoji, (emojis.get(emoji) ?? new Set()).add(person));
    },
    unreact(message: string, emoji: string, person: string) {
      const emojis = votes.get(message);
      emojis?.get(emoji)?.delete(person);
      if (emojis?.get(emoji)?.size === 0) emojis.delete(emoji);
    },
  };
}

/** A message as Discord shows it to the bot. */
export function asShown(message: StoredMessage, { rooms, messages }: World): StoredMessage {
  const author = (message["author"] as { id: string }).id;
  const emojis = [...(rooms.votes.get(message.id) ?? new Map<string, Set<string>>())];
  const reactions = emojis.map(([name, people]) => ({
    emoji: { id: null, name },
    count: people.size,
    count_details: { burst: 0, normal: people.size },
    burst_colors: [],
    me_burst: false,
    me: people.has(BOT_ID),
  }));
  const thread = rooms.channels.get(message.id);
  const withheld =
    !rooms.intents.messageContent && !rooms.isBot(author) ? { content: "", embeds: [], attachments: [] } : {};
  return {
    ...message,
    ...withheld,
    ...(reactions.length === 0 ? {} : { reactions }),
    ...(thread === undefined ? {} : { thread: channelJson(thread, messages) }),
  };
}

function channelJson(channel: Channel, messages: readonly StoredMessage[] = []) {
  const { id, type, name, parent, recipient, isArchived, isLocked } = channel;
  if (type === DIRECT) return { id, type, flags: 0, recipients: [user(recipient ?? "", "somebody")] };
  const shared = { id, type, flags: 0, guild_id: GUILD_ID, name };
  if (type !== THREAD) {
    const tags = (channel.tags ?? []).map((tag) => ({ ...tag, moderated: false, emoji_id: null, emoji_name: null }));
    return { ...shared, position: 0, parent_id: null, ...(type === FORUM ? { available_tags: tags } : {}) };
  }
  const count = messages.filter(({ channel_id }) => channel_id === id).length;
  return {
    ...shared,
    parent_id: parent,
    owner_id: BOT_ID,
    applied_tags: channel.applied,
    message_count: count,
    member_count: 1,
    total_message_sent: count,
    thread_metadata: {
      archived: isArchived,
      locked: isLocked,
      archive_timestamp: "2026-01-01T00:00:00.000000+00:00",
      auto_archive_duration: 10_080,
    },
  };
}

/** What the gateway tells of a reaction. */
export function reactionJson({ rooms }: World, channel: string, message: string, emoji: string, person: string) {
  const place = rooms.channel(channel).type === DIRECT ? {} : { guild_id: GUILD_ID };
  return { ...place, channel_id: channel, message_id: message, user_id: person, emoji: { id: null, name: emoji } };
}

function memberJson({ id, roles, isBot }: Member) {
  const nothing = { avatar: null, banner: null, communication_disabled_until: null, nick: null, premium_since: null };
  const rest = { flags: 0, joined_at: "2026-01-01T00:00:00.000000+00:00", pending: false, mute: false, deaf: false };
  return { ...nothing, ...rest, roles, user: user(id, `person${id}`, isBot) };
}

const byId = (one: { id: string }, other: { id: string }) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1);

function page<T extends { readonly id: string }>(all: readonly T[], query: URLSearchParams, most: number): T[] | null {
  const limit = Number(query.get("limit") ?? "25");
  if (limit < 1 || limit > most) return null;
  const after = BigInt(query.get("after") ?? "0");
  return all
    .filter(({ id }) => BigInt(id) > after)
    .toSorted(byId)
    .slice(0, limit);
}

const TOO_MANY = refuse(400, 50035, "limit: out of range");

/** In which channel the message must be, or the refusal. */
function placed(channel: string, id: string, { rooms, messages, closedChannels }: World): Answer | null {
  const state = closedChannels.get(channel);
  if (state === "gone") return UNKNOWN_CHANNEL;
  if (state === "hidden") return refuse(403, 50001, "Missing Access");
  const isThere = messages.some((message) => message.id === id && message.channel_id === channel);
  return isThere || rooms.votes.has(id) ? null : UNKNOWN_MESSAGE;
}

/** The first message of a thread says on which message it hangs. */
function starterMessage(thread: string, channel: string, { newId, cdn }: World): StoredMessage {
  const message = messageFrom({ id: newId(), channelId: thread, body: { content: "" }, files: [], cdn: cdn() });
  const message_reference = { type: 0, message_id: thread, channel_id: channel, guild_id: GUILD_ID };
  return { ...message, type: 21, message_reference };
}

export const ROOM_ROUTES: Readonly<Record<string, Route>> = {
  "get /channels/{channel_id}": ({ parameters: [id = ""] }, { rooms, messages, closedChannels }) => {
    const state = closedChannels.get(id);
    if (state === "gone") return UNKNOWN_CHANNEL;
    if (state === "hidden") return refuse(403, 50001, "Missing Access");
    return { status: 200, body: channelJson(rooms.channel(id), messages) };
  },
  "patch /channels/{channel_id}": ({ parameters: [id = ""], body }, { rooms, messages }) => {
    const channel = rooms.channel(id);
    if (channel.isLocked && body["archived"] === false) return MISSING_PERMISSIONS;
    if (channel.isArchived && body["archived"] !== false) return ARCHIVED;
    if (typeof body["archived"] === "boolean") channel.isArchived = body["archived"];
    if (Array.isArray(body["applied_tags"])) channel.applied = body["applied_tags"] as string[];
    return { status: 200, body: channelJson(channel, messages) };
  },
  "put /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (
    { parameters: [channel = "", id = "", emoji = ""] },
    world,
  ) => {
    const refused = placed(channel, id, world);
    if (refused !== null) return refused;
    if (world.rooms.isArchived(channel)) return ARCHIVED;
    const emojis = world.rooms.votes.get(id);
    if (emojis?.has(emoji) !== true && (emojis?.size ?? 0) >= MOST_REACTIONS)
      return refuse(400, 30010, "Maximum number of reactions reached (20)");
    world.rooms.react(id, emoji, BOT_ID);
    world.tell("MESSAGE_REACTION_ADD", reactionJson(world, channel, id, emoji, BOT_ID));
    return { status: 204 };
  },
  "get /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}": (
    { parameters: [channel = "", id = "", emoji = ""], query },
    world,
  ) => {
    const refused = placed(channel, id, world);
    if (refused !== null) return refused;
    const people = query.get("type") === "1" ? [] : [...(world.rooms.votes.get(id)?.get(emoji) ?? [])];
    const shown = page(
      people.map((one) => user(one, `person${one}`, world.rooms.isBot(one))),
      query,
      MOST_PEOPLE,
    );
    return shown === null ? TOO_MANY : { status: 200, body: shown };
  },
  "post /channels/{channel_id}/messages/{message_id}/threads": (
    { parameters: [channel = "", id = ""], body },
    world,
  ) => {
    const refused = placed(channel, id, world);
    if (refused !== null) return refused;
    if (world.rooms.channels.has(id)) return refuse(400, 160004, "A thread has already been created for this message");
    const thread = world.rooms.addThread(id, channel, String(body["name"]));
    world.messages.push(starterMessage(thread.id, channel, world));
    world.tell("THREAD_CREATE", { ...channelJson(thread), newly_created: true });
    return { status: 201, body: channelJson(thread) };
  },
  "post /users/@me/channels": ({ body }, { rooms, newId }) => {
    const recipient = String(body["recipient_id"]);
    if (!rooms.members.has(recipient)) return refuse(404, 10013, "Unknown User");
    const known = [...rooms.channels.values()].find((channel) => channel.recipient === recipient);
    return { status: 200, body: channelJson(known ?? rooms.addDirect(newId(), recipient)) };
  },
  "get /guilds/{guild_id}/members": ({ query }, { rooms }) => {
    if (!rooms.intents.members) return refuse(403, 50001, "Missing Access");
    const shown = page([...rooms.members.values()], query, 1_000);
    return shown === null ? TOO_MANY : { status: 200, body: shown.map(memberJson) };
  },
  "get /guilds/{guild_id}/members/{user_id}": ({ parameters: [, id = ""] }, { rooms }) => {
    const member = rooms.members.get(id);
    return member === undefined ? refuse(404, 10007, "Unknown Member") : { status: 200, body: memberJson(member) };
  },
};
