import type { Log } from "../../core/log.ts";
import type { Pool } from "../../db/client.ts";
import type { Vote } from "../../surveys/answer.ts";
import { openMessageAt, settleMessage, type SurveyMessage } from "../../surveys/round-store.ts";
import type { Surveys } from "../../surveys/surveys.ts";
import { messageNamed, type MessageRef, type Reaction } from "../conversation.ts";
import { DIGITS } from "../emoji.ts";
import type { ChatPlatform } from "../platform.ts";

interface ReadingParts {
  readonly pool: Pool;
  readonly surveys: Pick<Surveys, "see">;
  readonly platformOf: (name: string) => ChatPlatform | undefined;
  readonly log: Log;
}

export const UNREAD = "Reactions could not be read; the next sweep reads them.";

/** How often a message is read again because another reading was stored meanwhile; the next sweep comes anyway. */
const MOST_READINGS = 10;

/** Replaces what is stored of a message (see `messageText`) by what stands under it now. */
export function createReading({ pool, surveys, platformOf, log }: ReadingParts): (text: string) => Promise<void> {
  return async (text) => {
    const ref = messageNamed(text);
    if (ref === null) return;
    for (let times = 0; times < MOST_READINGS; times += 1) {
      // Before the reactions, so that a reading stored meanwhile by another instance is noticed.
      const message = await pool.run((sql) => openMessageAt(sql, ref));
      const reactions = message === null ? undefined : await platformOf(ref.platform)?.reactionsOf(ref);
      if (message === null || reactions === undefined) return;
      if (!reactions.ok) {
        const { why, reason } = reactions;
        log.warn({ platform: ref.platform, why, reason }, UNREAD);
        if (why === "gone")
          await pool.run((sql) => settleMessage(sql, { key: message.key, attempts: null }, { state: "gone", reason }));
        return;
      }
      if ((await surveys.see(message, votesIn(ref, reactions.value))) !== "outdated") return;
    }
  };
}

function votesIn({ platform }: MessageRef, reactions: readonly Reaction[]): Vote[] {
  return reactions.flatMap(({ emoji, person: { id, isBot } }) => {
    const digit = (DIGITS as readonly string[]).indexOf(emoji);
    return digit < 0 ? [] : [{ person: `${platform}:${id}`, isBot, digit }];
  });
}

export function refTo({ platform, channel, messageId }: SurveyMessage): MessageRef | null {
  return channel === null || messageId === null ? null : { platform, channel, id: messageId };
}
