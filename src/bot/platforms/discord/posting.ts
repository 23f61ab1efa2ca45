import { REST, Routes, type APIMessage, type RESTOptions } from "discord.js";
import { describeError, type Log } from "../../../core/log.ts";
import type { Temporal } from "../../../core/time.ts";
import {
  referenceOf,
  type ChatPlatform,
  type Destination,
  type Lookup,
  type Posting,
  type PostOutcome,
} from "../../platform.ts";
import { CODE, isClosed, isCode, outcomeOf, reasonOf } from "./failures.ts";
import { withFiles, type DrawPng } from "./files.ts";
import { createRestraint } from "./invalid-requests.ts";
import { LIMITS } from "./limits.ts";
import { messagePayload } from "./message-payload.ts";

interface PostingParts {
  readonly token: string;
  /** Null: Discord's own. */
  readonly apiUrl: string | null;
  readonly png: DrawPng;
  readonly log: Log;
  readonly timeoutMs?: number;
  /** Null: not known. Without the permission Discord answers an empty history. */
  readonly mayReadHistory?: (channel: string) => boolean | null;
}

export type Poster = Pick<ChatPlatform, "post" | "lookUp" | "remove">;

const USUAL_TIMEOUT_MS = 12_000;
const DISCORD_EPOCH_MS = 1_420_070_400_000n;
const UNSPEAKABLE: PostOutcome = {
  outcome: "refused",
  reason: "The message could not be put into words for Discord; the log says more.",
  retryAfterMs: null,
  lasting: true,
};
const TOO_MANY_REFUSALS = {
  outcome: "refused",
  reason: "Discord has refused too much of the bot's in the last ten minutes; it rests.",
  lasting: false,
} as const;
const PAGE = 100;
const MOST_PAGES = 10;

/** One attempt a call: no retries and no waiting for rate limits inside the SDK, because those double messages. */
export function createSingleAttemptRest(
  { token, apiUrl }: Pick<PostingParts, "token" | "apiUrl">,
  timeoutMs: number,
  limits: Pick<RESTOptions, "globalRequestsPerSecond"> | null = null,
): REST {
  const api = apiUrl === null ? {} : { api: apiUrl };
  const options = { ...api, ...limits, retries: 0, timeout: timeoutMs, rejectOnRateLimit: () => true };
  return new REST(options).setToken(token);
}

export function createPoster(parts: PostingParts): Poster {
  const { token, apiUrl, png, log, timeoutMs = USUAL_TIMEOUT_MS, mayReadHistory = () => null } = parts;
  const rest = createSingleAttemptRest({ token, apiUrl }, timeoutMs);
  const restMs = createRestraint(rest);
  const deadline = () => AbortSignal.timeout(timeoutMs);

  async function requestOf({ message, key }: Posting) {
    const { body, files } = await withFiles(messagePayload(message, { reference: referenceOf(key) }), png, log);
    return { body: { ...body, nonce: key.slice(0, LIMITS.nonce), enforce_nonce: true }, files };
  }

  return {
    async post(posting) {
      if (restMs() > 0) return { ...TOO_MANY_REFUSALS, retryAfterMs: restMs() };
      const request = await requestOf(posting).catch((thrown: unknown) => {
        log.error({ error: describeError(thrown) }, "A message could not be put into words for Discord.");
        return null;
      });
      if (request === null) return UNSPEAKABLE;
      try {
        const route = Routes.channelMessages(placeOf(posting.destination));
        const answer = await rest.post(route, { ...request, signal: deadline() });
        return { outcome: "sent", externalId: (answer as APIMessage).id };
      } catch (thrown) {
        return outcomeOf(thrown);
      }
    },
    async lookUp({ destination, key }, since): Promise<Lookup> {
      if (mayReadHistory(placeOf(destination)) === false)
        return { found: "unknown", reason: "The bot does not see old messages: give it Read Message History there." };
      if (restMs() > 0) return { found: "unknown", reason: TOO_MANY_REFUSALS.reason };
      try {
        const isOurs = (message: APIMessage) => holds(message, key, token);
        const { ours, complete } = await messagesSince(rest, placeOf(destination), since, {
          isOurs,
          signal: deadline(),
        });
        const [externalId, ...duplicates] = ours;
        if (externalId !== undefined) return { found: true, externalId, duplicates };
        return complete
          ? { found: false }
          : { found: "unknown", reason: "the channel has too many messages to look through" };
      } catch (thrown) {
        return { found: "unknown", reason: reasonOf(thrown), ...(isClosed(thrown) ? { closed: true } : {}) };
      }
    },
    async remove(destination, externalId) {
      try {
        await rest.delete(Routes.channelMessage(placeOf(destination), externalId), { signal: deadline() });
      } catch (thrown) {
        if (!isCode(thrown, CODE.unknownMessage)) throw thrown;
      }
    },
  };
}

/** A thread is a channel of its own. */
export function placeOf({ channel, thread }: Destination): string {
  return thread ?? channel;
}

interface Search {
  readonly isOurs: (message: APIMessage) => boolean;
  readonly signal: AbortSignal;
}

/** The ids of those that are ours, the oldest first; `complete` when all messages were looked at. */
async function messagesSince(rest: REST, channel: string, since: Temporal.Instant, { isOurs, signal }: Search) {
  const ours: string[] = [];
  let after = snowflakeAt(since);
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ after, limit: String(PAGE) });
    const messages = (await rest.get(Routes.channelMessages(channel), { query, signal })) as APIMessage[];
    const rising = messages.toSorted((one, other) => compareIds(one.id, other.id));
    ours.push(...rising.filter(isOurs).map(({ id }) => id));
    const last = rising.at(-1);
    if (last === undefined || messages.length < PAGE) return { ours, complete: true };
    after = last.id;
  }
  return { ours, complete: false };
}

function snowflakeAt(instant: Temporal.Instant): string {
  const ms = BigInt(instant.epochMilliseconds) - DISCORD_EPOCH_MS;
  return String((ms < 0n ? 0n : ms) << 22n);
}

function compareIds(one: string, other: string): number {
  const difference = BigInt(one) - BigInt(other);
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** A bot's token begins with the base64 of its user id, which is how our own messages are told from those of others. */
function holds({ author, nonce, embeds }: APIMessage, key: string, token: string): boolean {
  if (author.id !== userIdOf(token)) return false;
  if (nonce !== undefined && nonce !== null) return String(nonce) === key.slice(0, LIMITS.nonce);
  const words = embeds.at(0)?.footer?.text.split(" · ") ?? [];
  return words.includes(referenceOf(key));
}

export function userIdOf(token: string): string {
  return Buffer.from(token.split(".")[0] ?? "", "base64").toString("utf8");
}
