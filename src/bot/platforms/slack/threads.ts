import type { webApi } from "@slack/bolt";
import { Temporal } from "../../../core/time.ts";
import type { Attempt, MessageRef, Person, ThreadMessage, ThreadReading, ThreadRef } from "../../conversation.ts";
import { plainWords } from "./plain-words.ts";
import { attempt } from "./troubles.ts";

const PAGE = 200;
const MOST_MESSAGES = 1_000;

/** What people and bots say; other kinds tell of joins, topics and pins. */
const SAYING = new Set<string | undefined>([undefined, "bot_message", "file_share", "me_message", "thread_broadcast"]);
const DELETED = "tombstone";

type Reply = NonNullable<webApi.ConversationsRepliesResponse["messages"]>[number] & {
  /** These are absent from the SDK's type. */
  readonly subtype?: string;
  readonly edited?: unknown;
  readonly files?: readonly { readonly name?: string; readonly permalink?: string }[];
};

export async function threadOf(ref: MessageRef, patient: webApi.WebClient): Promise<Attempt<ThreadRef | null>> {
  return attempt(async () => {
    const thread = ref.thread ?? (await threadStampOf(ref, patient));
    return thread === null ? null : { platform: "slack", channel: ref.channel, thread };
  });
}

/** In Slack a thread begins with its first reply: nothing is made here. */
export async function startThread(ref: MessageRef, patient: webApi.WebClient): Promise<Attempt<ThreadRef>> {
  const found = await threadOf(ref, patient);
  if (!found.ok) return found;
  return { ok: true, value: found.value ?? { platform: "slack", channel: ref.channel, thread: ref.id } };
}

async function threadStampOf({ channel, id }: MessageRef, patient: webApi.WebClient): Promise<string | null> {
  const { messages } = await patient.conversations.replies({ channel, ts: id, limit: 1 });
  return messages?.[0]?.thread_ts ?? null;
}

export async function readThread(
  { channel, thread }: ThreadRef,
  patient: webApi.WebClient,
): Promise<Attempt<ThreadReading>> {
  return attempt(async () => {
    // Every page has the first message again.
    const replies = new Map<string, Reply>();
    let cursor: string | undefined = "";
    while (cursor !== undefined && replies.size < MOST_MESSAGES) {
      const page: webApi.ConversationsRepliesResponse = await patient.conversations.replies({
        channel,
        ts: thread,
        limit: PAGE,
        ...(cursor === "" ? {} : { cursor }),
      });
      for (const reply of page.messages ?? []) if (reply.ts !== undefined) replies.set(reply.ts, reply);
      cursor = page.response_metadata?.next_cursor || undefined;
    }
    const reason = `The thread has more than ${MOST_MESSAGES} messages; only the first are here.`;
    return {
      name: null,
      messages: [...replies.values()].filter(isSaid).map(threadMessage),
      isArchived: false,
      isLocked: false,
      missing: cursor === undefined ? null : { why: "full", reason },
    };
  });
}

function isSaid({ subtype }: Reply): boolean {
  return subtype === DELETED || SAYING.has(subtype);
}

function threadMessage(reply: Reply): ThreadMessage {
  const at = Temporal.Instant.fromEpochMilliseconds(Math.round(Number(reply.ts) * 1_000));
  const id = reply.ts ?? "";
  if (reply.subtype === DELETED) return { id, author: null, at, text: "", attachments: [], state: "deleted" };
  return {
    id,
    author: authorOf(reply),
    at,
    text: plainWords(reply.text ?? ""),
    attachments: (reply.files ?? []).flatMap(({ name, permalink }) =>
      permalink === undefined ? [] : [{ name: name ?? "file", url: permalink }],
    ),
    state: reply.edited === undefined ? "as posted" : "edited",
  };
}

/** Who wrote it; a bot without an account of its own goes by its bot id. */
export function authorOf({ user, bot_id }: { readonly user?: string; readonly bot_id?: string }): Person | null {
  const id = user ?? bot_id;
  return id === undefined ? null : { id, isBot: bot_id !== undefined };
}
