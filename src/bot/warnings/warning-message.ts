import type { Message } from "../message.ts";
import type { ChatName } from "../platform.ts";
import type { Warning } from "./warning-store.ts";

const NAMES: Readonly<Record<ChatName, string>> = { slack: "Slack", discord: "Discord" };
const MOST_LISTED = 10;

/** The whole platform refuses us. */
export function platformMessage({ platform, reason }: Warning): Message {
  const name = NAMES[platform];
  return {
    title: `${name} refuses Bellwether`,
    tone: "warning",
    blocks: [
      { kind: "text", text: reason },
      { kind: "text", text: `Nothing is posted in ${name} until that is mended and Bellwether is started again.` },
    ],
  };
}

export interface RefusedChannel {
  readonly warning: Warning;
  /** As people know it. */
  readonly name: string;
}

/** Channels of one platform that refuse us; at least one. `prefix`: see `Platform.prefix`. */
export function channelsMessage(channels: readonly RefusedChannel[], prefix: string): Message {
  const platform = channels[0]?.warning.platform ?? "slack";
  const listed = channels.slice(0, MOST_LISTED);
  const more = channels.length - listed.length;
  const retries = [...new Set(channels.flatMap(({ warning }) => warning.retry ?? []))];
  const again =
    retries.length === 0
      ? "It tries again when Bellwether is started again."
      : `When that is mended, ${retries.map((retry) => `\`${prefix}${retry}\``).join(" or ")} there tries again.`;
  return {
    title:
      channels.length === 1 ? "A channel gets nothing any more" : `${channels.length} channels get nothing any more`,
    tone: "warning",
    blocks: [
      ...listed.map(
        ({ name, warning }) => ({ kind: "text", text: `${NAMES[platform]}, ${name}: ${warning.reason}` }) as const,
      ),
      ...(more > 0 ? [{ kind: "text", text: `And ${more} more: \`${prefix}digest list\` shows all.` } as const] : []),
      { kind: "text", text: `Posting there is paused. ${again}` },
    ],
  };
}
