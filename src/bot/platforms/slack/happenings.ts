import type { App } from "@slack/bolt";
import type { ChatEvents, ThreadEvent } from "../../conversation.ts";
import type { Tell } from "../../telling.ts";
import { authorOf } from "./threads.ts";

interface HappeningsParts {
  readonly events: () => ChatEvents;
  readonly tell: Tell;
  readonly track: (work: Promise<void>) => void;
  /** Null before the bot knows who it is. */
  readonly selfId: () => string | null;
}

/** The parts of Slack's message events that say where something happened. */
interface Happening {
  readonly channel: string;
  readonly ts: string;
  readonly subtype?: string;
  readonly deleted_ts?: string;
  readonly message?: Said;
  readonly previous_message?: Said;
}

interface Said {
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly user?: string;
  readonly bot_id?: string;
}

/** bolt has acknowledged each event before it comes here. */
export function listenToHappenings(app: App, { events, tell, track, selfId }: HappeningsParts): void {
  for (const name of ["reaction_added", "reaction_removed"] as const)
    app.event(name, async ({ event, body }) => {
      const { item, user } = event;
      if (item.type !== "message" || user === selfId()) return;
      const message = { platform: "slack", channel: item.channel, id: item.ts } as const;
      track(tell(body.event_id, () => events().reactionsChanged?.(message)));
    });

  app.event("message", async ({ event, body }) => {
    const happening = event as unknown as Happening & Said;
    const told = threadEventOf(happening);
    if (told !== null && told.author?.id === selfId()) return;
    const gone = happening.deleted_ts;
    track(
      tell(body.event_id, async () => {
        if (gone !== undefined)
          await events().reactionsChanged?.({ platform: "slack", channel: happening.channel, id: gone });
        if (told !== null) await events().threadChanged?.(told);
      }),
    );
  });
}

/** Null for what is said outside of threads. */
function threadEventOf(happening: Happening & Said): ThreadEvent | null {
  switch (happening.subtype) {
    case undefined:
    case "bot_message":
    case "file_share":
    case "me_message":
    case "thread_broadcast":
      return eventFor(happening, happening, "posted");
    case "message_changed":
      return eventFor(happening, happening.message ?? {}, "edited");
    case "message_deleted":
      return eventFor(happening, happening.previous_message ?? {}, "deleted");
    default:
      return null;
  }
}

function eventFor({ channel }: Happening, said: Said, change: ThreadEvent["change"]): ThreadEvent | null {
  const { thread_ts: thread, ts: id } = said;
  if (thread === undefined || id === undefined) return null;
  return { thread: { platform: "slack", channel, thread }, id, change, author: authorOf(said) };
}
