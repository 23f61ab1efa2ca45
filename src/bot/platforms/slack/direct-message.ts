import type { types, webApi } from "@slack/bolt";
import { AS_WRITTEN, type SlackMessage } from "./block-kit.ts";

/** Where that person alone reads. Rejects as the SDK does. */
export async function directChannel(client: webApi.WebClient, user: string): Promise<string> {
  const { channel } = await client.conversations.open({ users: user });
  if (channel?.id === undefined) throw new Error("Slack gave no place for a direct message");
  return channel.id;
}

/** Writes to one person, where Slack shows files that are shared nowhere else. Rejects as the SDK does. */
export async function sendDirectly(
  client: webApi.WebClient,
  user: string,
  { text, blocks }: SlackMessage,
): Promise<void> {
  const message = {
    channel: await directChannel(client, user),
    text,
    blocks: blocks as unknown as types.KnownBlock[],
    ...AS_WRITTEN,
  } as const;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not that of a window.
  await client.chat.postMessage(message);
}
