import type { Message } from "../message.ts";
import type { ChatName } from "../platform.ts";
import type { Warning } from "./warning-store.ts";

const NAMES: Readonly<Record<ChatName, string>> = { slack: "Slack", discord: "Discord" };

/** `where` is the channel as people know it. */
export function warningMessage(warning: Warning, { where, prefix }: { where: string; prefix: string }): Message {
  const { platform, channel, reason, retry } = warning;
  const name = NAMES[platform];
  if (channel === null)
    return {
      title: `${name} refuses Bellwether`,
      tone: "warning",
      blocks: [
        { kind: "text", text: reason },
        { kind: "text", text: `Nothing is posted in ${name} until that is mended and Bellwether is started again.` },
      ],
    };
  const next =
    retry === null
      ? "It tries again when Bellwether is started again."
      : `When that is mended, \`${prefix}${retry}\` there tries again.`;
  return {
    title: "A channel gets nothing any more",
    tone: "warning",
    blocks: [
      { kind: "text", text: `${name}, ${where}: ${reason}` },
      { kind: "text", text: `Posting there is paused. ${next}` },
    ],
  };
}
