import {
  ChannelType,
  Routes,
  type APIChannel,
  type APIGuildForumChannel,
  type APIGuildMediaChannel,
  type APIMessage,
  type APIThreadChannel,
  type REST,
} from "discord.js";
import type { Attempt, MessageRef, ThreadRef } from "../../conversation.ts";
import { attempt, CODE, isCode, LockedThread } from "./failures.ts";
import { cut, unmarked } from "./markdown.ts";
import { placeOf } from "./posting.ts";

const LONGEST_NAME = 100;
const MOST_TAGS = 5;
const WEEK_MINUTES = 10_080;

export async function threadOf(ref: MessageRef, rest: REST): Promise<Attempt<ThreadRef | null>> {
  return attempt(() => existingThread(ref, rest));
}

async function existingThread(ref: MessageRef, rest: REST): Promise<ThreadRef | null> {
  const channel = (await rest.get(Routes.channel(placeOf(ref)))) as APIChannel;
  if (isThread(channel)) return threadRef(channel);
  const message = (await rest.get(Routes.channelMessage(placeOf(ref), ref.id))) as APIMessage;
  return message.thread === undefined ? null : hangingOn(ref);
}

/** A thread has the id of the message it hangs on. */
function hangingOn({ channel, id }: MessageRef): ThreadRef {
  return { platform: "discord", channel, thread: id };
}

export function isThread(channel: APIChannel): channel is APIThreadChannel {
  return (
    channel.type === ChannelType.PublicThread ||
    channel.type === ChannelType.PrivateThread ||
    channel.type === ChannelType.AnnouncementThread
  );
}

export function threadRef({ id, parent_id }: { readonly id: string; readonly parent_id?: string | null }): ThreadRef {
  return { platform: "discord", channel: parent_id ?? id, thread: id };
}

/** When another was faster, theirs is the thread. */
export async function startThread(ref: MessageRef, name: string, rest: REST): Promise<Attempt<ThreadRef>> {
  return attempt(async () => {
    const existing = await existingThread(ref, rest);
    if (existing !== null) return existing;
    const body = { name: cut(name, LONGEST_NAME, unmarked) || "Thread", auto_archive_duration: WEEK_MINUTES };
    try {
      await rest.post(Routes.threads(placeOf(ref), ref.id), { body });
    } catch (thrown) {
      if (!isCode(thrown, CODE.threadExists)) throw thrown;
    }
    return hangingOn(ref);
  });
}

export async function tagThread(
  { thread }: ThreadRef,
  tags: readonly string[],
  among: readonly string[],
  rest: REST,
): Promise<Attempt> {
  return attempt(async () => {
    const post = (await rest.get(Routes.channel(thread))) as APIThreadChannel;
    const parent = (await rest.get(Routes.channel(post.parent_id ?? thread))) as APIChannel;
    if (!isForum(parent)) return null;
    const idsOf = (names: readonly string[]) => {
      const wanted = new Set(names.map((name) => name.toLowerCase()));
      return parent.available_tags.filter(({ name }) => wanted.has(name.toLowerCase())).map(({ id }) => id);
    };
    const ours = idsOf(among);
    const applied = post.applied_tags ?? [];
    const wanted = [...new Set([...idsOf(tags), ...applied.filter((id) => !ours.includes(id))])].slice(0, MOST_TAGS);
    if (wanted.toSorted().join() === applied.toSorted().join()) return null;
    await inOpenThread(thread, rest, () => rest.patch(Routes.channel(thread), { body: { applied_tags: wanted } }));
    return null;
  });
}

export function isForum(channel: APIChannel): channel is APIGuildForumChannel | APIGuildMediaChannel {
  return channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia;
}

/** Nothing of an archived thread can be changed: one that is not locked is opened again for `change`. */
export async function inOpenThread(thread: string, rest: REST, change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (thrown) {
    if (!isCode(thrown, CODE.archivedThread)) throw thrown;
    await open(thread, rest);
    await change();
  }
}

async function open(thread: string, rest: REST): Promise<void> {
  try {
    await rest.patch(Routes.channel(thread), { body: { archived: false } });
  } catch (thrown) {
    throw isCode(thrown, CODE.missingPermissions) ? new LockedThread() : thrown;
  }
}
