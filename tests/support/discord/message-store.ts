import { systemClock } from "../../../src/core/time.ts";

export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

export interface UploadedFile {
  readonly name: string;
  readonly data: Buffer;
  readonly type: string;
}

interface Part {
  readonly [field: string]: unknown;
}

/** A message as Discord keeps it. */
export interface StoredMessage extends Part {
  readonly id: string;
  readonly channel_id: string;
  readonly content: string;
  readonly embeds: readonly Part[];
  readonly attachments: readonly Part[];
  readonly components: readonly Part[];
  readonly allowed_mentions: unknown;
}

export const BOT_ID = "900000000000000001";
export const APPLICATION_ID = "900000000000000002";

const DISCORD_EPOCH_MS = 1_420_070_400_000n;

export function createSnowflakes(): () => string {
  let last = 0n;
  return () => {
    const now = (BigInt(systemClock.now().epochMilliseconds) - DISCORD_EPOCH_MS) << 22n;
    last = now > last ? now : last + 1n;
    return String(last);
  };
}

export function user(id: string, username: string, bot = false) {
  const nothing = { avatar: null, global_name: null, primary_guild: null };
  return { id, username, discriminator: "0", public_flags: 0, flags: 0, bot, ...nothing };
}

function parts(value: unknown): Part[] {
  return Array.isArray(value) ? (value as Part[]) : [];
}

function textOf(embed: Part): number {
  const footer = (embed["footer"] ?? {}) as Part;
  const author = (embed["author"] ?? {}) as Part;
  const fields = parts(embed["fields"]).flatMap(({ name, value }) => [name, value]);
  const texts = [embed["title"], embed["description"], footer["text"], author["name"], ...fields];
  return texts.reduce<number>((sum, text) => sum + (typeof text === "string" ? text.length : 0), 0);
}

const MOST_FILES = 10;
const MOST_FILE_BYTES = 10 * 1024 ** 2;

/** What Discord refuses and its document does not say. */
export function refusalOf(body: Part, files: readonly UploadedFile[], existing?: StoredMessage): Refusal | null {
  const invalid = (message: string): Refusal => ({ status: 400, code: 50035, message });
  const content = String(body["content"] ?? existing?.content ?? "");
  const embeds = parts(body["embeds"] ?? existing?.embeds);
  if (content.length > 2000) return invalid("content: Must be 2000 or fewer in length.");
  if (embeds.reduce((sum, embed) => sum + textOf(embed), 0) > 6000)
    return invalid("embeds: Embed size exceeds maximum size of 6000");
  const isBlank = embeds.every((embed) => textOf(embed) === 0 && embed["image"] === undefined);
  if (content.trim() === "" && isBlank && files.length === 0)
    return { status: 400, code: 50006, message: "Cannot send an empty message" };
  const buttons = parts(body["components"]).flatMap((row) => parts(row["components"]));
  const ids = buttons.map((button) => button["custom_id"]);
  if (buttons.some((button) => button["type"] === 2 && Number(button["style"]) < 5 && !button["custom_id"]))
    return invalid("components: A custom id is required");
  if (new Set(ids).size < ids.length) return invalid("components: Component custom id cannot be duplicated");
  if (buttons.some((button) => button["type"] === 2 && !button["label"] && !button["emoji"]))
    return invalid("components: A label or emoji is required");
  const values = buttons.map((menu) => parts(menu["options"]).map(({ value }) => value));
  if (values.some((one) => new Set(one).size < one.length))
    return invalid("components: The specified option value is already used");
  const crowded = parts(body["components"]).map((row) => parts(row["components"]));
  if (crowded.some((row) => row.length > (row.some(({ type }) => type === 3) ? 1 : 5)))
    return invalid("components: A row has room for five buttons or one menu");
  if (parts(body["components"]).length > 5) return invalid("components: Must be 5 or fewer in length.");
  if (files.some(({ data }) => data.length > MOST_FILE_BYTES))
    return { status: 413, code: 40005, message: "Request entity too large" };
  if (files.length > MOST_FILES) return invalid("attachments: Must be 10 or fewer in length.");
  const missing = imagesOf(embeds).filter((name) => !files.some((file) => file.name === name));
  return missing.length > 0 && existing === undefined ? invalid(`embeds: no attachment ${missing.join()}`) : null;
}

function imagesOf(embeds: readonly Part[]): string[] {
  return embeds.flatMap(({ image }) => {
    const url = String(((image ?? {}) as Part)["url"] ?? "");
    return url.startsWith("attachment://") ? [url.slice("attachment://".length)] : [];
  });
}

interface NewMessage {
  readonly id: string;
  readonly channelId: string;
  readonly body: Part;
  readonly files: readonly UploadedFile[];
  readonly cdn: string;
  readonly flags?: number;
}

/** The message that Discord makes of what was sent, in the shape of its answers. */
export function messageFrom({ id, channelId, body, files, cdn, flags = 0 }: NewMessage): StoredMessage {
  const urlOf = (name: string) => `${cdn}/attachments/${channelId}/${id}/${name}`;
  const described = parts(body["attachments"]);
  let componentId = 0;
  const numbered = (component: Part): Part => ({
    ...(component["type"] === 3 ? { min_values: 1, max_values: 1 } : {}),
    ...component,
    id: (componentId += 1),
    ...(component["components"] === undefined ? {} : { components: parts(component["components"]).map(numbered) }),
  });
  return {
    id,
    channel_id: channelId,
    type: 0,
    content: String(body["content"] ?? ""),
    author: user(BOT_ID, "bellwether", true),
    embeds: parts(body["embeds"]).map((embed) => {
      const name = imagesOf([embed])[0];
      const image =
        name === undefined ? {} : { image: { url: urlOf(name), proxy_url: urlOf(name), width: 1600, height: 800 } };
      return { ...embed, ...image, type: "rich" };
    }),
    attachments: files.map(({ name, data, type }, index) => ({
      id: String(BigInt(id) + BigInt(index) + 1n),
      filename: name,
      size: data.length,
      url: urlOf(name),
      proxy_url: urlOf(name),
      content_type: type,
      ...(described[index]?.["description"] === undefined ? {} : { description: described[index]["description"] }),
    })),
    components: parts(body["components"]).map(numbered),
    allowed_mentions: body["allowed_mentions"],
    ...(body["nonce"] === undefined ? {} : { nonce: body["nonce"] }),
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    timestamp: systemClock.now().toString(),
    edited_timestamp: null,
    flags,
    pinned: false,
    tts: false,
  };
}
