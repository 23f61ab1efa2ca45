import { systemClock } from "../../../src/core/time.ts";
import {
  APPLICATION_ID,
  BOT_ID,
  createSnowflakes,
  messageFrom,
  refusalOf,
  user,
  type StoredMessage,
  type UploadedFile,
} from "./message-store.ts";

export interface Asked {
  readonly id: string;
  readonly token: string;
  readonly channelId: string;
  readonly askedAtMs: number;
  /** Milliseconds after it was asked; null: not yet. */
  acknowledgedAfterMs: number | null;
  isPrivate: boolean;
  /** What the person sees now. */
  reply: StoredMessage | null;
  choices: readonly { readonly name: string; readonly value: string }[] | null;
}

export interface World {
  readonly messages: StoredMessage[];
  readonly asked: Map<string, Asked>;
  readonly commands: Map<string, readonly Record<string, unknown>[]>;
  readonly files: Map<string, Buffer>;
  readonly reactions: Map<string, Set<string>>;
  /** Channels that are gone, and those that the bot may not see or post in. */
  readonly closedChannels: Map<string, "gone" | "hidden" | "read-only">;
  /** Servers that the bot was not invited to. */
  readonly foreignGuilds: Set<string>;
  readonly newId: () => string;
  readonly now: () => number;
  readonly gatewayUrl: () => string;
  readonly cdn: () => string;
}

interface Call {
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly files: readonly UploadedFile[];
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export function createWorld(
  urls: Pick<World, "gatewayUrl" | "cdn">,
  now = () => systemClock.now().epochMilliseconds,
): World {
  return {
    messages: [],
    asked: new Map(),
    commands: new Map(),
    files: new Map(),
    reactions: new Map(),
    closedChannels: new Map(),
    foreignGuilds: new Set(),
    newId: createSnowflakes(),
    now,
    ...urls,
  };
}

const refuse = (status: number, code: number, message: string): Answer => ({ status, body: { code, message } });
const UNKNOWN_INTERACTION = refuse(404, 10062, "Unknown interaction");
const ACKNOWLEDGE_WITHIN_MS = 3_000;
const TOKEN_LIVES_MS = 15 * 60_000;
const EPHEMERAL = 64;
const MOST_REACTIONS = 20;

type Route = (call: Call, world: World) => Answer;

export const ROUTES: Readonly<Record<string, Route>> = {
  "get /gateway/bot": (_, { gatewayUrl }) => {
    const session_start_limit = { total: 1000, remaining: 999, reset_after: 1000, max_concurrency: 1 };
    return { status: 200, body: { url: gatewayUrl(), shards: 1, session_start_limit } };
  },
  "get /users/@me": () => ({
    status: 200,
    body: { ...user(BOT_ID, "bellwether", true), mfa_enabled: false, locale: "en-US" },
  }),
  "get /applications/{application_id}/commands": (_, world) => commandsOf(null, world),
  "put /applications/{application_id}/commands": ({ body }, world) => setCommands(null, body, world),
  "get /applications/{application_id}/guilds/{guild_id}/commands": ({ parameters }, world) =>
    commandsOf(parameters[1] ?? "", world),
  "put /applications/{application_id}/guilds/{guild_id}/commands": ({ parameters, body }, world) =>
    setCommands(parameters[1] ?? "", body, world),
  "post /interactions/{interaction_id}/{interaction_token}/callback": acknowledge,
  "patch /webhooks/{webhook_id}/{webhook_token}/messages/@original": editReply,
  "post /webhooks/{webhook_id}/{webhook_token}": followUp,
  "post /channels/{channel_id}/messages": postMessage,
  "get /channels/{channel_id}/messages": listMessages,
  "delete /channels/{channel_id}/messages/{message_id}": ({ parameters: [, id] }, { messages }) => {
    const index = messages.findIndex((message) => message.id === id);
    if (index === -1) return refuse(404, 10008, "Unknown Message");
    messages.splice(index, 1);
    return { status: 204 };
  },
  "put /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (
    { parameters: [, id = "", emoji = ""] },
    world,
  ) => {
    const emojis = world.reactions.get(id) ?? new Set<string>();
    if (!emojis.has(emoji) && emojis.size >= MOST_REACTIONS)
      return refuse(400, 30010, "Maximum number of reactions reached (20)");
    world.reactions.set(id, emojis.add(emoji));
    return { status: 204 };
  },
};

function commandsOf(guildId: string | null, { commands, foreignGuilds }: World): Answer {
  if (guildId !== null && foreignGuilds.has(guildId)) return refuse(403, 50001, "Missing Access");
  return { status: 200, body: commands.get(guildId ?? "") ?? [] };
}

function setCommands(guildId: string | null, body: unknown, world: World): Answer {
  if (guildId !== null && world.foreignGuilds.has(guildId)) return refuse(403, 50001, "Missing Access");
  const place = guildId === null ? {} : { guild_id: guildId };
  const commands = (body as Record<string, unknown>[]).map((command) => ({
    id: world.newId(),
    application_id: APPLICATION_ID,
    version: world.newId(),
    default_member_permissions: null,
    nsfw: false,
    ...withoutDefaults(command),
    ...place,
  }));
  world.commands.set(guildId ?? "", commands);
  return { status: 200, body: commands };
}

/** Discord answers without `required: false`. */
function withoutDefaults(command: Record<string, unknown>): Record<string, unknown> {
  const { required, options, ...rest } = command;
  const kept = required === true ? { ...rest, required } : rest;
  return Array.isArray(options)
    ? { ...kept, options: (options as Record<string, unknown>[]).map(withoutDefaults) }
    : kept;
}

function acknowledge({ parameters: [id, token = ""], body }: Call, world: World): Answer {
  const asked = world.asked.get(token);
  if (asked === undefined || asked.id !== id) return UNKNOWN_INTERACTION;
  const afterMs = world.now() - asked.askedAtMs;
  if (asked.acknowledgedAfterMs !== null) return refuse(400, 40060, "Interaction has already been acknowledged.");
  if (afterMs > ACKNOWLEDGE_WITHIN_MS) return UNKNOWN_INTERACTION;
  asked.acknowledgedAfterMs = afterMs;
  const data = (body["data"] ?? {}) as { flags?: number; choices?: Asked["choices"] };
  asked.isPrivate = ((data.flags ?? 0) & EPHEMERAL) !== 0;
  asked.choices = data.choices ?? null;
  return { status: 204 };
}

function editReply({ parameters: [, token = ""], body, files }: Call, world: World): Answer {
  const asked = world.asked.get(token);
  if (asked === undefined || world.now() - asked.askedAtMs > TOKEN_LIVES_MS)
    return refuse(401, 50027, "Invalid Webhook Token");
  if (asked.acknowledgedAfterMs === null) return refuse(404, 10015, "Unknown Webhook");
  const refusal = refusalOf(body, files);
  if (refusal !== null) return refuse(refusal.status, refusal.code, refusal.message);
  const id = asked.reply?.id ?? world.newId();
  const flags = asked.isPrivate ? EPHEMERAL : 0;
  asked.reply = keep({ id, channelId: asked.channelId, body, files, flags }, world);
  return { status: 200, body: asked.reply };
}

/** A further answer, private or not by its own flags. */
function followUp({ parameters: [, token = ""], body, files }: Call, world: World): Answer {
  const asked = world.asked.get(token);
  if (asked === undefined || world.now() - asked.askedAtMs > TOKEN_LIVES_MS)
    return refuse(401, 50027, "Invalid Webhook Token");
  if (asked.acknowledgedAfterMs === null) return refuse(404, 10015, "Unknown Webhook");
  const refusal = refusalOf(body, files);
  if (refusal !== null) return refuse(refusal.status, refusal.code, refusal.message);
  const flags = Number(body["flags"] ?? 0) & EPHEMERAL;
  asked.isPrivate = flags !== 0;
  asked.reply = keep({ id: world.newId(), channelId: asked.channelId, body, files, flags }, world);
  return { status: 200, body: asked.reply };
}

function keep(made: Omit<Parameters<typeof messageFrom>[0], "cdn">, world: World): StoredMessage {
  const message = messageFrom({ ...made, cdn: world.cdn() });
  for (const { name, data } of made.files) world.files.set(`/attachments/${made.channelId}/${made.id}/${name}`, data);
  return message;
}

function closed(channelId: string, posting: boolean, { closedChannels }: World): Answer | null {
  const state = closedChannels.get(channelId);
  if (state === "gone") return refuse(404, 10003, "Unknown Channel");
  if (state === "hidden") return refuse(403, 50001, "Missing Access");
  return state === "read-only" && posting ? refuse(403, 50013, "Missing Permissions") : null;
}

function postMessage({ parameters: [channelId = ""], body, files }: Call, world: World): Answer {
  const refused = closed(channelId, true, world);
  if (refused !== null) return refused;
  const refusal = refusalOf(body, files);
  if (refusal !== null) return refuse(refusal.status, refusal.code, refusal.message);
  const nonce = body["nonce"];
  if (String(nonce ?? "").length > 25) return refuse(400, 50035, "nonce: Must be 25 or fewer in length.");
  const same = world.messages.find((message) => message.channel_id === channelId && message["nonce"] === nonce);
  if (body["enforce_nonce"] === true && nonce !== undefined && same !== undefined) return { status: 200, body: same };
  const message = keep({ id: world.newId(), channelId, body, files }, world);
  world.messages.push(message);
  return { status: 200, body: message };
}

function listMessages({ parameters: [channelId = ""], query }: Call, world: World): Answer {
  const refused = closed(channelId, false, world);
  if (refused !== null) return refused;
  const after = BigInt(query.get("after") ?? "0");
  const rising = world.messages.filter((message) => message.channel_id === channelId && BigInt(message.id) > after);
  const limit = Number(query.get("limit") ?? "50");
  return { status: 200, body: rising.slice(0, limit).toReversed() };
}
