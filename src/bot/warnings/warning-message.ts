import type { Message } from "../message.ts";
import type { ChatName } from "../platform.ts";
import type { Warning } from "./warning-store.ts";

const NAMES: Readonly<Record<ChatName, string>> = { slack: "Slack", discord: "Discord" };
export const MOST_LISTED = 10;

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

/** Channels of one platform that refuse us, at least one, of which the first are listed. `prefix`: see `Platform.prefix`. */
export function channelsMessage(
  warnings: readonly Warning[],
  listed: readonly RefusedChannel[],
  prefix: string,
): Message {
  const platform = warnings[0]?.platform ?? "slack";
  const more = warnings.length - listed.length;
  const retries = [...new Set(warnings.flatMap(({ retry }) => retry ?? []))];
  const again =
    retries.length === 0
      ? "It tries again when Bellwether is started again."
      : `When that is mended, ${retries.map((retry) => `\`${prefix}${retry}\``).join(" or ")} there tries again.`;
  return {
    title:
      warnings.length === 1 ? "A channel gets nothing any more" : `${warnings.length} channels get nothing any more`,
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
