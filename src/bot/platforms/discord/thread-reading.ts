import {
  MessageType,
  Routes,
  type APIChannel,
  type APIMessage,
  type APIThreadChannel,
  type REST,
  type Snowflake,
} from "discord.js";
import { Temporal } from "../../../core/time.ts";
import {
  trouble,
  type Attempt,
  type Missing,
  type ThreadMessage,
  type ThreadReading,
  type ThreadRef,
} from "../../conversation.ts";
import { attempt, CODE, isCode, MESSAGE_CONTENT_STEP, troubleOf } from "./failures.ts";
import { plainWords } from "./plain-words.ts";
import { isForum, isThread } from "./threads.ts";

const PAGE = 100;
const MOST_MESSAGES = 1_000;
const DISCORD_EPOCH_MS = 1_420_070_400_000n;

/** What people and bots say; the rest tells of pins, names and members. */
const SAYING = new Set<MessageType>([
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ContextMenuCommand,
]);

interface ReadingParts {
  readonly rest: REST;
  /** Null: not known. Without the permission Discord answers an empty history. */
  readonly mayReadHistory: (channel: string) => boolean | null;
}

export async function readThread(ref: ThreadRef, parts: ReadingParts): Promise<Attempt<ThreadReading>> {
  const { rest, mayReadHistory } = parts;
  const found = await attempt(async () => (await rest.get(Routes.channel(ref.thread))) as APIChannel);
  if (!found.ok) return found;
  if (!isThread(found.value)) return trouble("gone", "That is no thread.");
  if (mayReadHistory(ref.thread) === false)
    return trouble("forbidden", "The bot does not see old messages: give it Read Message History there.");
  const thread = found.value;
  return attempt(() => wholeThread(thread, rest));
}

async function wholeThread(thread: APIThreadChannel, rest: REST): Promise<ThreadReading> {
  const { messages, complete } = await newestFirst(thread.id, rest);
  const rising = messages.toReversed();
  const starter = complete ? await starterOf(thread, rising, rest) : NO_STARTER;
  const said = [...starter.messages, ...rising.filter(({ type }) => SAYING.has(type)).map(threadMessage)];
  const withheld = [...rising, ...starter.raw].some(isWithheld);
  return {
    name: thread.name,
    messages: said,
    isArchived: thread.thread_metadata?.archived === true,
    isLocked: thread.thread_metadata?.locked === true,
    missing: missing(withheld, complete) ?? starter.missing,
  };
}

function missing(withheld: boolean, complete: boolean): Missing | null {
  if (withheld)
    return { why: "unreadable", reason: `Discord withholds what people wrote in the thread. ${MESSAGE_CONTENT_STEP}` };
  if (!complete)
    return { why: "full", reason: `The thread has more than ${MOST_MESSAGES} messages; only the last are here.` };
  return null;
}

async function newestFirst(channel: Snowflake, rest: REST) {
  const messages: APIMessage[] = [];
  while (messages.length < MOST_MESSAGES) {
    const before = messages.at(-1)?.id;
    const query = new URLSearchParams({ limit: String(PAGE), ...(before === undefined ? {} : { before }) });
    const page = (await rest.get(Routes.channelMessages(channel), { query })) as APIMessage[];
    messages.push(...page.toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? 1 : -1)));
    if (page.length < PAGE) return { messages, complete: true };
  }
  return { messages, complete: false };
}

interface Starter {
  readonly messages: readonly ThreadMessage[];
  /** As Discord gave it. */
  readonly raw: readonly APIMessage[];
  readonly missing: Missing | null;
}

const NO_STARTER: Starter = { messages: [], raw: [], missing: null };

/** The message that the thread hangs on stands in the parent channel; in a forum it is in the thread already. */
async function starterOf(thread: APIThreadChannel, rising: readonly APIMessage[], rest: REST): Promise<Starter> {
  const parent = thread.parent_id ?? null;
  if (parent === null || rising.some(({ id }) => id === thread.id)) return NO_STARTER;
  const deleted: Starter = { ...NO_STARTER, messages: [deletedMessage(thread.id)] };
  if (!rising.some(({ type }) => type === MessageType.ThreadStarterMessage)) {
    const channel = (await rest.get(Routes.channel(parent))) as APIChannel;
    return isForum(channel) ? deleted : NO_STARTER;
  }
  try {
    const message = (await rest.get(Routes.channelMessage(parent, thread.id))) as APIMessage;
    return { messages: [threadMessage(message)], raw: [message], missing: null };
  } catch (thrown) {
    if (isCode(thrown, CODE.unknownMessage)) return deleted;
    const { why, reason } = troubleOf(thrown);
    if (why !== "forbidden") throw thrown;
    return { ...NO_STARTER, missing: { why, reason: `The first message cannot be read. ${reason}` } };
  }
}

function threadMessage(message: APIMessage): ThreadMessage {
  return {
    id: message.id,
    author: { id: message.author.id, isBot: message.author.bot === true },
    at: Temporal.Instant.from(message.timestamp),
    text: plainWords(message),
    attachments: message.attachments.map(({ filename, url }) => ({ name: filename, url })),
    state: message.edited_timestamp === null ? "as posted" : "edited",
  };
}

function deletedMessage(id: Snowflake): ThreadMessage {
  const ms = Number((BigInt(id) >> 22n) + DISCORD_EPOCH_MS);
  const at = Temporal.Instant.fromEpochMilliseconds(ms);
  return { id, author: null, at, text: "", attachments: [], state: "deleted" };
}

/** A person cannot send nothing: without the intent Discord leaves out words, pictures and all. */
function isWithheld({ type, author, content, embeds, attachments, ...rest }: APIMessage): boolean {
  if ((type !== MessageType.Default && type !== MessageType.Reply) || author.bot === true) return false;
  const extras = [rest.sticker_items, rest.poll, rest.message_snapshots, rest.components?.at(0)];
  return content === "" && embeds.length + attachments.length === 0 && extras.every((extra) => extra === undefined);
}
