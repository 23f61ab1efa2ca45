import { GatewayDispatchEvents, MessageType, Routes, type APIChannel, type Client, type REST } from "discord.js";
import { describeError, type Log } from "../../../core/log.ts";
import type { ChatEvents, Person, ThreadEvent, ThreadRef } from "../../conversation.ts";
import { closedProblem } from "./failures.ts";
import { isThread, threadRef } from "./threads.ts";

interface HappeningsParts {
  readonly events: ChatEvents;
  readonly rest: REST;
  readonly client: () => Client<true> | null;
  readonly selfId: string;
  readonly log: Log;
}

/** As the gateway tells it, before the SDK looks whether it knows the message: old ones it does not. */
export interface Packet {
  readonly t?: string | null;
  readonly d?: unknown;
}

interface Data {
  readonly id?: string;
  readonly ids?: readonly string[];
  readonly channel_id?: string;
  readonly message_id?: string;
  readonly user_id?: string;
  readonly type?: number;
  readonly author?: { readonly id: string; readonly bot?: boolean };
}

const MOST_REMEMBERED = 10_000;

interface Happenings {
  onDispatch(packet: Packet): void;
  onReady(): void;
  onClosed(code: number): void;
}

/** Tells what happened to whom it may concern. */
export function createHappenings(parts: HappeningsParts): Happenings {
  const { events, selfId, log } = parts;
  const threadAt = createThreadFinder(parts);
  const tell = (listener: Promise<void> | undefined) => {
    listener?.catch((thrown: unknown) =>
      log.warn({ platform: "discord", error: describeError(thrown) }, "What happened in a channel was not dealt with."),
    );
  };

  function reactions(channel: string, id: string): void {
    tell(events.reactionsChanged?.({ platform: "discord", channel, id }));
  }

  function thread(channel: string, event: Omit<ThreadEvent, "thread">): void {
    if (events.threadChanged === undefined || event.author?.id === selfId) return;
    tell(
      threadAt(channel).then((found) =>
        found === null ? undefined : events.threadChanged?.({ ...event, thread: found }),
      ),
    );
  }

  const onDispatch = ({ t, d }: Packet): void => {
    const data = (typeof d === "object" && d !== null ? d : {}) as Data;
    const { channel_id: channel, id } = data;
    if (channel === undefined) return;
    switch (t) {
      case GatewayDispatchEvents.MessageReactionAdd:
      case GatewayDispatchEvents.MessageReactionRemove:
      case GatewayDispatchEvents.MessageReactionRemoveAll:
      case GatewayDispatchEvents.MessageReactionRemoveEmoji:
        if (data.message_id !== undefined && data.user_id !== selfId) reactions(channel, data.message_id);
        return;
      case GatewayDispatchEvents.MessageCreate:
        if (id !== undefined && isSaid(data)) thread(channel, { id, change: "posted", author: authorOf(data) });
        return;
      case GatewayDispatchEvents.MessageUpdate:
        if (id !== undefined) thread(channel, { id, change: "edited", author: authorOf(data) });
        return;
      case GatewayDispatchEvents.MessageDelete:
      case GatewayDispatchEvents.MessageDeleteBulk:
        for (const gone of data.ids ?? (id === undefined ? [] : [id])) {
          reactions(channel, gone);
          thread(channel, { id: gone, change: "deleted", author: null });
        }
        return;
      default:
    }
  };
  const onClosed = (code: number): void => {
    const { detail, next } = closedProblem(code);
    const reason = [detail, next].join(" ");
    log.error({ code }, reason);
    tell(events.refused?.("discord", reason));
  };
  return { onDispatch, onReady: () => tell(events.ready?.("discord")), onClosed };
}

function isSaid({ type }: Data): boolean {
  return type === MessageType.Default || type === MessageType.Reply;
}

function authorOf({ author }: Data): Person | null {
  return author === undefined ? null : { id: author.id, isBot: author.bot === true };
}

/** Which thread a channel is; null: it is none. The SDK knows channels and the threads in use, Discord is asked for others once. */
function createThreadFinder({ client, rest }: HappeningsParts): (channel: string) => Promise<ThreadRef | null> {
  const asked = new Map<string, Promise<ThreadRef | null>>();
  const ask = async (id: string) => {
    const channel = (await rest.get(Routes.channel(id))) as APIChannel;
    return isThread(channel) ? threadRef(channel) : null;
  };
  return async (id) => {
    const known = client()?.channels.cache.get(id);
    if (known !== undefined) return known.isThread() ? threadRef({ id, parent_id: known.parentId }) : null;
    if (asked.size > MOST_REMEMBERED) asked.clear();
    const answer = asked.get(id) ?? ask(id);
    asked.set(id, answer);
    answer.catch(() => asked.delete(id));
    return answer;
  };
}
