import { setTimeout as sleep } from "node:timers/promises";
import type { types, webApi } from "@slack/bolt";
import type { Temporal } from "../../../core/time.ts";
import { referenceOf, type Destination, type Lookup, type PostOutcome, type Posting } from "../../platform.ts";
import { AS_WRITTEN, type SlackMessage } from "./block-kit.ts";
import { NATIVE, slackMessage, type Pictures } from "./message-blocks.ts";
import { areBlocksRefused, withNativeCharts, type NativeCharts } from "./native-charts.ts";
import { uploadPictures, type RenderPng } from "./pictures.ts";
import { failureOf, refusalCode } from "./refusals.ts";

export interface PostingParts {
  /** Without retries: a retry of the SDK after a lost reply is a second message. */
  readonly client: webApi.WebClient;
  readonly png: RenderPng;
  readonly charts: NativeCharts;
  /** Null before the bot knows who it is. */
  readonly self: () => { readonly botUserId: string; readonly botId: string | undefined } | null;
}

const EVENT_TYPE = "bellwether_message";
/** A file is not always ready when its upload is complete; Slack then refuses the message that shows it. */
const FILE_RESTS_MS = [250, 500, 1_000] as const;
const NOTHING: Pictures = new Map();

export async function post({ destination, message, key }: Posting, parts: PostingParts): Promise<PostOutcome> {
  const send = async (content: SlackMessage): Promise<PostOutcome> => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not that of a window.
    const { ts } = await parts.client.chat.postMessage(argumentsOf(content, destination, key));
    return ts === undefined
      ? { outcome: "uncertain", reason: "Slack did not say where the message is." }
      : { outcome: "sent", externalId: ts };
  };
  const withPng = async (): Promise<PostOutcome> => {
    const pictures = await picturesFor(message, parts);
    return "outcome" in pictures ? pictures : withPictures(send, (shown) => slackMessage(message, shown), pictures);
  };
  try {
    return await withNativeCharts(message, parts.charts, {
      natively: () => send(slackMessage(message, NATIVE)),
      otherwise: withPng,
      hasWorked: ({ outcome }) => outcome === "sent",
    });
  } catch (thrown) {
    return failureOf(thrown);
  }
}

function argumentsOf({ text, blocks }: SlackMessage, { channel, thread }: Destination, key: string) {
  return {
    channel,
    ...(thread === undefined ? {} : { thread_ts: thread }),
    text,
    blocks: blocks as unknown as types.KnownBlock[],
    metadata: { event_type: EVENT_TYPE, event_payload: { key } },
    ...AS_WRITTEN,
  } as const;
}

/** Shows the pictures if Slack lets us, after some rests, and else tells them in words. `send` is tried again only after a definite no. */
export async function withPictures<T>(
  send: (content: SlackMessage) => Promise<T>,
  content: (pictures: Pictures) => SlackMessage,
  pictures: Pictures,
  inWords: () => Promise<T> = () => send(content(NOTHING)),
): Promise<T> {
  for (const rest of pictures.size === 0 ? [] : FILE_RESTS_MS) {
    try {
      return await send(content(pictures));
    } catch (thrown) {
      if (!areBlocksRefused(thrown)) throw thrown;
      await sleep(rest);
    }
  }
  return inWords();
}

/** Nothing is posted yet, so that a failure is a definite no, and tried again later; without the scope the words must do. */
async function picturesFor(message: Posting["message"], { client, png }: PostingParts) {
  try {
    return await uploadPictures(message, client, png);
  } catch (thrown) {
    if (refusalCode(thrown) === "missing_scope") return NOTHING;
    const failure = failureOf(thrown);
    if (failure.outcome === "refused") return failure;
    return { outcome: "refused", reason: failure.reason, retryAfterMs: null, lasting: false } as const;
  }
}

const CLOSED = new Set(["channel_not_found", "not_in_channel"]);
const PAGE = 200;
const MOST_PAGES = 5;

interface Page {
  readonly oldest: string;
  readonly include_all_metadata: true;
  readonly limit: number;
  readonly cursor?: string;
}

/** Our own messages with that key, by metadata, or by the reference they show when Slack kept no metadata. */
export async function lookUp(
  { destination, key }: Pick<Posting, "destination" | "key">,
  since: Temporal.Instant,
  { client, self }: PostingParts,
): Promise<Lookup> {
  const pageOf = ({ channel, thread }: Destination, page: Page) =>
    thread === undefined
      ? client.conversations.history({ channel, ...page })
      : client.conversations.replies({ channel, ts: thread, ...page });
  const found: string[] = [];
  let cursor: string | undefined;
  try {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await pageOf(destination, {
        oldest: (since.epochMilliseconds / 1000).toFixed(6),
        include_all_metadata: true,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const message of answer.messages ?? [])
        if (message.ts !== undefined && isOurs(message, self()) && bears(message, key)) found.push(message.ts);
      cursor = answer.response_metadata?.next_cursor;
      if (answer.has_more !== true || cursor === undefined || cursor === "") return lookupOf(found);
    }
  } catch (thrown) {
    const closed = CLOSED.has(refusalCode(thrown) ?? "");
    return { found: "unknown", reason: failureOf(thrown).reason, ...(closed ? { closed } : {}) };
  }
  if (found.length > 0) return lookupOf(found);
  return { found: "unknown", reason: `The channel has more than ${PAGE * MOST_PAGES} newer messages.` };
}

function lookupOf(found: readonly string[]): Lookup {
  const [first, ...later] = found.toSorted((one, other) => Number(one) - Number(other));
  if (first === undefined) return { found: false };
  return { found: true, externalId: first, ...(later.length === 0 ? {} : { duplicates: later }) };
}

type HistoryMessage = NonNullable<webApi.ConversationsHistoryResponse["messages"]>[number];

function isOurs(message: HistoryMessage, self: ReturnType<PostingParts["self"]>): boolean {
  if (self === null) return true;
  return message.user === self.botUserId || (message.bot_id !== undefined && message.bot_id === self.botId);
}

function bears(message: HistoryMessage, key: string): boolean {
  const payload: unknown = message.metadata?.event_payload;
  if (typeof payload === "object" && payload !== null) return (payload as Record<string, unknown>)["key"] === key;
  return (message.text ?? "").includes(referenceOf(key));
}

export async function remove({ channel }: Destination, ts: string, { client }: PostingParts): Promise<void> {
  try {
    await client.chat.delete({ channel, ts });
  } catch (thrown) {
    if (refusalCode(thrown) !== "message_not_found") throw thrown;
  }
}
