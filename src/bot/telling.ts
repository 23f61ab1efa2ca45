import { describeError, type Log } from "../core/log.ts";
import type { ChatName } from "./platform.ts";

interface TellerParts {
  readonly platform: ChatName;
  /** See `Inbox.isNews`. */
  readonly isNews: (eventId: string) => Promise<boolean>;
  readonly log: Log;
}

/**
 * Hands what a platform tells by itself to its listener, once for each id that the platform gave it; null: it gave none.
 * The platform has its acknowledgement already. Never rejects.
 */
export type Tell = (eventId: string | null, listener: () => Promise<void> | undefined) => Promise<void>;

export function createTeller({ platform, isNews, log }: TellerParts): Tell {
  return async (eventId, listener) => {
    try {
      // Events say only where to look: one that is told twice does no harm, one that is lost does.
      if (eventId !== null && !(await isNews(eventId).catch(() => true))) return;
      await listener();
    } catch (thrown) {
      log.warn({ platform, error: describeError(thrown) }, "What happened in chat was not dealt with.");
    }
  };
}
