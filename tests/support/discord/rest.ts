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

import { refusalOfModal, type ShownModal } from "./modals.ts";
import { ARCHIVED, asShown, createRooms, refuse, ROOM_ROUTES, UNKNOWN_MESSAGE, type Rooms } from "./rooms.ts";

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
  /** The form that was opened; null: none was. */
  modal: ShownModal | null;
  /** The message with the button that was pressed; null: it was none. */
  readonly standsOn: StoredMessage | null;
  /** It was acknowledged as a change of that message, so that the answer stands in its place. */
  isUpdate: boolean;
  /** It is a form that was sent, which no other form can answer. */
  readonly isSubmitted: boolean;
}

export interface World {
  readonly messages: StoredMessage[];
  readonly asked: Map<string, Asked>;
  readonly commands: Map<string, readonly Record<string, unknown>[]>;
  readonly files: Map<string, Buffer>;
  readonly rooms: Rooms;
  /** Channels that are gone, and those that the bot may not see or post in. */
  readonly closedChannels: Map<string, "gone" | "hidden" | "read-only">;
  /** Servers that the bot was not invited to. */
  readonly foreignGuilds: Set<string>;
  /** How many connections Discord recommends. */
  shards: number;
  readonly newId: () => string;
  readonly now: () => number;
  readonly gatewayUrl: () => string;
  readonly cdn: () => string;
  /** Sends a dispatch to every session. */
  readonly tell: (type: string, data: unknown) => void;
}

export interface Call {
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly files: readonly UploadedFile[];
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export function createWorld(
  urls: Pick<World, "gatewayUrl" | "cdn" | "tell">,
  now = () => systemClock.now().epochMilliseconds,
): World {
  return {
    messages: [],
    asked: new Map(),
    commands: new Map(),
    files: new Map(),
    rooms: createRooms(),
    closedChannels: new Map(),
    foreignGuilds: new Set(),
    shards: 1,
    newId: createSnowflakes(),
    now,
    ...urls,
  };
}

const UNKNOWN_INTERACTION = refuse(404, 10062, "Unknown interaction");
const ACKNOWLEDGE_WITHIN_MS = 3_000;
const TOKEN_LIVES_MS = 15 * 60_000;
const EPHEMERAL = 64;
const UPDATE = 6;
const MODAL = 9;

export type Route = (call: Call, world: World) => Answer;

export const ROUTES: Readonly<Record<string, Route>> = {
  "get /gateway/bot": (_, { gatewayUrl, shards }) => {
    const session_start_limit = { total: 1000, remaining: 999, reset_after: 1000, max_concurrency: shards };
    return { status: 200, body: { url: gatewayUrl(), shards, session_start_limit } };
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
    if (index === -1) return UNKNOWN_MESSAGE;
    messages.splice(index, 1);
    return { status: 204 };
  },
  "get /channels/{channel_id}/messages/{message_id}": ({ parameters: [channel = "", id] }, world) => {
    const refused = closed(channel, false, world);
    if (refused !== null) return refused;
    const found = world.messages.find((message) => message.id === id && message.channel_id === channel);
    return found === undefined ? UNKNOWN_MESSAGE : { status: 200, body: asShown(found, world) };
  },
  "patch /channels/{channel_id}/messages/{message_id}": editMessage,
  ...ROOM_ROUTES,
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
    // Commands of a message's menu have none.
    description: "",
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
  if (body["type"] === MODAL) {
    const modal = body["data"] as ShownModal;
    const refused = asked.isSubmitted
      ? refuse(400, 50035, "type: not allowed for a modal submit")
      : refusalOfModal(modal);
    if (refused !== null) return refused;
    asked.modal = modal;
  }
  asked.isUpdate = body["type"] === UPDATE;
  if (asked.isUpdate && asked.standsOn === null) return refuse(400, 50035, "type: there is no message to update");
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
  if (asked.acknowledgedAfterMs === null || asked.modal !== null) return refuse(404, 10015, "Unknown Webhook");
  const refusal = refusalOf(body, files);
  if (refusal !== null) return refuse(refusal.status, refusal.code, refusal.message);
  const place = asked.isUpdate ? asked.standsOn : asked.reply;
  const id = place?.id ?? world.newId();
  const flags = asked.isUpdate ? Number(place?.["flags"] ?? 0) : asked.isPrivate ? EPHEMERAL : 0;
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
  const refused = closed(channelId, true, world) ?? world.rooms.refusalOfPost(channelId);
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

function editMessage({ parameters: [channel = "", id], body, files }: Call, world: World): Answer {
  const refused = closed(channel, true, world);
  if (refused !== null) return refused;
  const index = world.messages.findIndex((message) => message.id === id && message.channel_id === channel);
  const old = world.messages[index];
  if (old === undefined) return UNKNOWN_MESSAGE;
  if ((old["author"] as { id: string }).id !== BOT_ID)
    return refuse(403, 50005, "Cannot edit a message authored by another user");
  if (world.rooms.isArchived(channel)) return ARCHIVED;
  const refusal = refusalOf(body, files, old);
  if (refusal !== null) return refuse(refusal.status, refusal.code, refusal.message);
  const made = keep({ id: old.id, channelId: channel, body: { ...old, ...body }, files }, world);
  const edited = { ...made, timestamp: old["timestamp"], nonce: old["nonce"], edited_timestamp: made["timestamp"] };
  world.messages[index] = edited;
  return { status: 200, body: asShown(edited, world) };
}

function listMessages({ parameters: [channelId = ""], query }: Call, world: World): Answer {
  const refused = closed(channelId, false, world);
  if (refused !== null) return refused;
  const limit = Number(query.get("limit") ?? "50");
  if (limit < 1 || limit > 100) return refuse(400, 50035, "limit: int value should be between 1 and 100.");
  const [after, before] = [query.get("after"), query.get("before")];
  const rising = world.messages
    .filter((message) => message.channel_id === channelId)
    .filter(({ id }) => after === null || BigInt(id) > BigInt(after))
    .filter(({ id }) => before === null || BigInt(id) < BigInt(before))
    .toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
  const page = after === null ? rising.slice(-limit) : rising.slice(0, limit);
  return { status: 200, body: page.toReversed().map((message) => asShown(message, world)) };
}
