import type { ChatEvents } from "./conversation.ts";

/** Tells each of the listeners. One that rejects does not keep the others from hearing; the first such reason is passed on. */
export function together(listeners: readonly ChatEvents[]): ChatEvents {
  return {
    ready: (platform) => all(listeners.map(async (one) => one.ready?.(platform))),
    reactionsChanged: (message) => all(listeners.map(async (one) => one.reactionsChanged?.(message))),
    threadChanged: (event) => all(listeners.map(async (one) => one.threadChanged?.(event))),
    refused: (platform, reason) => all(listeners.map(async (one) => one.refused?.(platform, reason))),
  };
}

async function all(hearings: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(hearings);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
