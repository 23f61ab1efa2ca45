import type { Rooms } from "./rooms.ts";

interface CrowdParts {
  readonly direct: (method: string, body: object, token?: string) => Promise<Record<string, unknown>>;
  readonly rooms: Rooms;
  readonly tell: (event: object) => void;
  readonly writers: readonly { readonly id: string; readonly token: string }[];
}

interface Said {
  /** Of `writers`. */
  readonly author: string;
  readonly text: string;
  readonly thread?: string;
  /** What Slack would put on the message besides: `files`, `bot_id`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** What people do in Slack, and what its events tell of it. */
export function createCrowd({ direct, rooms, tell, writers }: CrowdParts) {
  const tokenOf = (id: string) => writers.find((writer) => writer.id === id)?.token ?? "";
  const inThread = (thread: string | undefined) => (thread === undefined ? {} : { thread_ts: thread });

  return {
    writers,
    /** Escaped as Slack does with what people type. Resolves with the time-stamp. */
    async say(channel: string, { author, text: typed, thread, more = {} }: Said): Promise<string> {
      const text = typed.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      const { ts } = await direct("chat.postMessage", { channel, text, ...inThread(thread) }, tokenOf(author));
      const stamp = String(ts);
      if (Object.keys(more).length > 0) rooms.marks.set(`${channel}/${stamp}`, more);
      tell({ type: "message", channel, ts: stamp, user: author, text, ...inThread(thread), ...more });
      return stamp;
    },
    async rewrite(channel: string, ts: string, text: string, { author, thread }: Omit<Said, "text">): Promise<void> {
      await direct("chat.update", { channel, ts, text }, tokenOf(author));
      const message = { type: "message", user: author, text, ts, ...inThread(thread), edited: { user: author, ts } };
      tell({ type: "message", subtype: "message_changed", channel, ts, message });
    },
    /** What others hang on leaves a gravestone. */
    async takeBack(channel: string, ts: string, { author, thread }: Omit<Said, "text">): Promise<void> {
      const { messages = [] } = await direct("conversations.replies", { channel, ts });
      await direct("chat.delete", { channel, ts }, tokenOf(author));
      if ((messages as unknown[]).length > 1)
        rooms.tombs.set(`${channel}/${ts}`, {
          type: "message",
          subtype: "tombstone",
          text: "This message was deleted.",
          user: "USLACKBOT",
          hidden: true,
          ts,
          thread_ts: ts,
        });
      rooms.votes.delete(`${channel}/${ts}`);
      const previous = { type: "message", user: author, ts, ...inThread(thread) };
      tell({ type: "message", subtype: "message_deleted", channel, ts, deleted_ts: ts, previous_message: previous });
    },
    react: rooms.react,
    unreact: rooms.unreact,
  };
}
