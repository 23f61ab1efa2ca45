import { DiscordAPIError, RateLimitError } from "discord.js";
import { Problem } from "../../../core/problem.ts";
import { trouble, type Attempt, type Trouble, type Why } from "../../conversation.ts";
import type { PostOutcome } from "../../platform.ts";

/** Codes of Discord's API: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
export const CODE = {
  unknownChannel: 10003,
  unknownMember: 10007,
  unknownMessage: 10008,
  unknownUser: 10013,
  unknownEmoji: 10014,
  tooManyReactions: 30010,
  alreadyAcknowledged: 40060,
  missingAccess: 50001,
  directMessagesClosed: 50007,
  missingPermissions: 50013,
  archivedThread: 50083,
  reactionBlocked: 90001,
  threadExists: 160004,
  lockedThread: 160005,
} as const;

export const PORTAL = "https://discord.com/developers/applications";
const PERMISSIONS = "309238025280";
export const WRONG_TOKEN = `Discord refuses DISCORD_TOKEN: copy the bot's token anew from ${PORTAL} (Bot, Reset Token).`;

/** What lets the bot read what others write. */
export const MESSAGE_CONTENT_STEP = `Turn on Message Content Intent at ${PORTAL} (Bot, Privileged Gateway Intents) and set DISCORD_MESSAGE_CONTENT=true.`;

export function inviteLink(applicationId: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${PERMISSIONS}`;
}

/** Errors of sockets that were never open: nothing has reached Discord. */
const NOT_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

/** Only a definite no is `refused`; a 5xx, a time-out or a lost reply may hide a message that was posted. */
export function outcomeOf(thrown: unknown): PostOutcome {
  if (thrown instanceof RateLimitError)
    return refused("Discord asks to wait.", { retryAfterMs: Math.max(thrown.retryAfter, thrown.timeToReset) });
  if (isTokenRefusal(thrown)) return { ...refused(WRONG_TOKEN, { lasting: true }), everywhere: true };
  if (thrown instanceof DiscordAPIError) {
    // A thread that is only archived opens by itself when something is posted.
    const known = KNOWN[thrown.code === CODE.archivedThread ? CODE.lockedThread : Number(thrown.code)];
    const reason = channelReason(thrown) ?? known?.reason ?? `Discord does not take the message (code ${thrown.code}).`;
    return { ...refused(reason, { lasting: true }), ...(known === undefined ? {} : { why: known.why }) };
  }
  const code = codeOf(thrown);
  if (NOT_CONNECTED.has(code)) return refused(`Discord cannot be reached (${code}).`, {});
  return { outcome: "uncertain", reason: `no clear answer from Discord (${nameOf(thrown)})` };
}

function refused(
  reason: string,
  { retryAfterMs = null, lasting = false }: { retryAfterMs?: number | null; lasting?: boolean },
) {
  return { outcome: "refused", reason, retryAfterMs, lasting } as const;
}

/** After a 401 the SDK forgets the token, and its next request fails before it is sent. */
function isTokenRefusal(thrown: unknown): boolean {
  if (thrown instanceof DiscordAPIError) return thrown.status === 401;
  return thrown instanceof Error && thrown.message.startsWith("Expected token to be set");
}

/** What mends it, when the channel is what is wrong; null otherwise. */
function channelReason({ code }: DiscordAPIError): string | null {
  switch (code) {
    case CODE.unknownChannel:
      return "The channel is gone. Take it out of DIGEST_CHANNELS, or name another.";
    case CODE.missingAccess:
      return "The bot does not see the channel: give it View Channel there.";
    case CODE.missingPermissions:
      return "The bot may not post in the channel: give it Send Messages, Embed Links and Attach Files there.";
    default:
      return null;
  }
}

const LOCKED = "The thread is locked. A moderator can unlock it.";

/** Codes that say what is wrong, in words for whoever can mend it. */
const KNOWN: Readonly<Record<number, { readonly why: Why; readonly reason: string }>> = {
  [CODE.unknownChannel]: { why: "gone", reason: "The channel or thread is gone." },
  [CODE.unknownMember]: { why: "gone", reason: "That person is not in the server any more." },
  [CODE.unknownMessage]: { why: "gone", reason: "The message is gone." },
  [CODE.unknownUser]: { why: "gone", reason: "There is no such person." },
  [CODE.unknownEmoji]: { why: "gone", reason: "Discord does not have that emoji." },
  [CODE.tooManyReactions]: {
    why: "full",
    reason: "The message has 20 different reactions, and Discord takes no more.",
  },
  [CODE.missingAccess]: { why: "forbidden", reason: "The bot does not see the channel: give it View Channel there." },
  [CODE.directMessagesClosed]: { why: "closed", reason: "That person takes no direct messages from the bot." },
  [CODE.missingPermissions]: {
    why: "forbidden",
    reason: `The bot lacks a permission in the channel. Invite it again with permissions ${PERMISSIONS}.`,
  },
  [CODE.archivedThread]: { why: "archived", reason: "The thread is archived. Open it again by writing in it." },
  [CODE.reactionBlocked]: { why: "forbidden", reason: "The author of the message has blocked the bot." },
  [CODE.lockedThread]: { why: "locked", reason: LOCKED },
};

/** An archived thread that the bot may not open again. */
export class LockedThread extends Error {
  override readonly name = "LockedThread";
}

/** What a failed call means that may be made again. */
export function troubleOf(thrown: unknown): Trouble {
  if (thrown instanceof LockedThread) return trouble("locked", LOCKED);
  if (isTokenRefusal(thrown)) return trouble("token", WRONG_TOKEN);
  if (thrown instanceof RateLimitError)
    return trouble("busy", "Discord asks to wait.", Math.max(thrown.retryAfter, thrown.timeToReset));
  if (thrown instanceof DiscordAPIError) {
    const known = KNOWN[Number(thrown.code)];
    return known === undefined
      ? trouble("refused", `Discord refused (status ${thrown.status}, code ${thrown.code}).`)
      : trouble(known.why, known.reason);
  }
  return trouble("unclear", `Discord gave no clear answer (${nameOf(thrown)}). Try again.`);
}

/** What `call` gives, or what went wrong. */
export async function attempt<T>(call: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await call() };
  } catch (thrown) {
    return troubleOf(thrown);
  }
}

export function isCode(thrown: unknown, code: number): boolean {
  return thrown instanceof DiscordAPIError && thrown.code === code;
}

/** The channel is gone, or the bot does not see it. */
export function isClosed(thrown: unknown): boolean {
  if (!(thrown instanceof DiscordAPIError)) return false;
  return thrown.code === CODE.unknownChannel || thrown.code === CODE.missingAccess;
}

/** One sentence for a log or a ledger, without anything of the request. */
export function reasonOf(thrown: unknown): string {
  const outcome = outcomeOf(thrown);
  return outcome.outcome === "sent" ? "" : outcome.reason;
}

function codeOf(thrown: unknown): string {
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, "code") : undefined;
  return typeof code === "string" || typeof code === "number" ? String(code) : "";
}

function nameOf(thrown: unknown): string {
  return codeOf(thrown) || (thrown instanceof Error ? thrown.name : typeof thrown);
}

/** Close codes after which the gateway takes nobody back: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway */
export function closedProblem(code: number): Problem {
  switch (code) {
    case 4004:
      return tokenProblem();
    case 4013:
    case 4014:
      return new Problem("discord_missing_intent", 503, "Discord refuses an intent that the bot asks for.", {
        next: `Turn on Message Content Intent at ${PORTAL} (Bot, Privileged Gateway Intents), or remove DISCORD_MESSAGE_CONTENT, then start again.`,
      });
    case 4010:
    case 4011:
      return new Problem("discord_sharding_required", 503, "The bot is in too many servers for one connection.", {
        next: "Set DISCORD_SHARDING=true, then start again.",
      });
    default:
      return unreachableProblem(`close code ${code}`);
  }
}

export function tokenProblem(): Problem {
  return new Problem("discord_wrong_token", 503, "Discord refuses DISCORD_TOKEN.", {
    next: `Copy the bot's token anew from ${PORTAL} (Bot, Reset Token).`,
  });
}

export function unreachableProblem(reason: string): Problem {
  return new Problem("discord_unreachable", 503, `Discord cannot be reached (${reason}).`, {
    next: "Check the network and https://discordstatus.com; the address is DISCORD_API_URL.",
  });
}

/** What keeps the bot from starting, with the step that mends it. */
export function startProblem(thrown: unknown, { applicationId }: { readonly applicationId: string | null }): Problem {
  if (thrown instanceof Problem) return thrown;
  if (isTokenRefusal(thrown) || codeOf(thrown) === "TokenInvalid") return tokenProblem();
  if (thrown instanceof DiscordAPIError && (thrown.status === 403 || thrown.status === 404)) {
    const next = applicationId === null ? {} : { next: `Invite it: ${inviteLink(applicationId)}` };
    const detail =
      "The bot may not register its commands in the server DISCORD_GUILD_ID: it was not invited there with the scope applications.commands.";
    return new Problem("discord_missing_access", 503, detail, next);
  }
  if (thrown instanceof DiscordAPIError)
    return new Problem(
      "discord_refused",
      503,
      `Discord refused the bot (status ${thrown.status}, code ${thrown.code}).`,
    );
  return unreachableProblem(nameOf(thrown));
}
