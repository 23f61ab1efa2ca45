import { createDelivery } from "./delivery.ts";
import type {
  Activation,
  ClientEvent,
  HealthCheck,
  NewTicket,
  NpsAnswer,
  RevenueEvent,
  TrackedRequest,
  TrackFields,
} from "./event.ts";
import { createEventTexts, ticketIdOf } from "./event-text.ts";
import { createNotices, type ClientLog, type Notices } from "./notices.ts";
import { createPost } from "./post.ts";

export type * from "./event.ts";
export type { ClientLog, Notices } from "./notices.ts";

export interface ClientOptions {
  /** Where Bellwether is, as in `http://localhost:3000`. Without it the client is off: it says so once and sends nothing. */
  readonly url: string | undefined;
  /** A key of scope `ingest`. Without it the client is off. */
  readonly key: string | undefined;
  /** Tells apart the tickets of several applications that give their events the same ids. */
  readonly source?: string | undefined;
  /** Standard error when absent; `null` keeps silent. */
  readonly log?: ClientLog | null | undefined;
  /** 500 when absent, 1,000 at most. */
  readonly eventsPerBatch?: number | undefined;
  /** How long an event waits for others, in milliseconds; 1,000 when absent. */
  readonly waitMs?: number | undefined;
  /** How many events may wait; 10,000 when absent. */
  readonly room?: number | undefined;
  /** For one exchange with the server; 10,000 when absent. */
  readonly timeoutMs?: number | undefined;
  /** Before the second attempt; doubles from there. 500 when absent. */
  readonly firstRetryMs?: number | undefined;
  /** 60,000 when absent. */
  readonly longestRetryMs?: number | undefined;
  /** Bodies from this size on are packed; 8,192 when absent, and none on the way to this same machine. */
  readonly gzipFromBytes?: number | undefined;
  /** Milliseconds since 1970; the machine's clock when absent. */
  readonly nowMs?: (() => number) | undefined;
}

/** `recorded` is the sum of all others but `retries`. */
export interface ClientStats {
  /** Events given to the client. */
  readonly recorded: number;
  /** On the server's disk because of the client. */
  readonly accepted: number;
  /** On the server's disk before: an earlier attempt had arrived, or the id was given twice. */
  readonly duplicates: number;
  /** Refused by the server one by one; it keeps them for its admins to see. */
  readonly rejected: number;
  /**
   * Never brought, as far as the client knows: there was no room, the event has no JSON form, the server refused the whole batch,
   * or the client was closed before or off.
   */
  readonly dropped: number;
  /** Not settled yet. */
  readonly waiting: number;
  /** Attempts after the first of a batch. */
  readonly retries: number;
}

/**
 * Brings what happens in an application to Bellwether. Its methods answer at once and never throw; events are sent in batches
 * behind the application's back, again and again under the same ids until the server has them. At most `room` events wait;
 * when there is no room the newest is dropped and counted, and the last tenth of the room is kept for what is not a request.
 */
export interface Client {
  /** Any of the ten kinds of events. */
  record(event: ClientEvent): void;
  /** One request that the application has answered. `trackRequests` of `bellwether/hono` calls it for you. */
  recordRequest(request: TrackedRequest): void;
  /** A person reached a milestone, such as `profile_completed`. */
  trackUserActivation(activation: Activation): void;
  /** A subscription began, changed or ended. */
  trackRevenueEvent(event: RevenueEvent): void;
  /** Opens a ticket. Its id is known at once; the ticket itself arrives with the next batch. */
  createSupportTicket(ticket: NewTicket): string;
  /** An answer to "how likely are you to recommend us?"; a person's latest counts. */
  submitNpsSurvey(answer: NpsAnswer): void;
  /** How a service does. A state lasts until the next check, five minutes at most: report it every minute. */
  logHealthCheck(check: HealthCheck): void;
  /** Anything else. */
  track(name: string, fields?: TrackFields): void;
  /** Sends now; true when everything recorded before is settled, false when it is not after `timeoutMs` (10,000). */
  flush(timeoutMs?: number): Promise<boolean>;
  /** For the end of the program: sends what waits and then takes nothing more; what cannot be sent in `timeoutMs` (5,000) is dropped. */
  close(timeoutMs?: number): Promise<void>;
  stats(): ClientStats;
  /** For trackers that have something to say. */
  readonly notices: Notices;
}

const EVENTS_AT_MOST = 1_000;

/** Never throws: a client that cannot work is off, and says why in one line. */
export function createClient(options: ClientOptions): Client {
  const { source = "", nowMs = () => Date.now() } = options;
  const notices = createNotices(options.log, nowMs);
  const base = addressIn(options.url);
  const key = options.key?.trim() ?? "";
  const off = base === null ? "the url is missing or is none" : key === "" ? "the key is missing" : null;
  const texts = createEventTexts(nowMs);
  const delivery = base === null || off !== null ? null : openDelivery(base, key, { ...options, nowMs, notices });
  let [recorded, dropped] = [0, 0];
  notices.set(off === null ? `events go to ${base?.origin}` : `off, nothing is sent: ${off}`);

  function keep(write: () => string, ordinary: boolean): void {
    recorded += 1;
    try {
      const text = delivery === null ? null : write();
      if (text === null || delivery === null) dropped += 1;
      else if (!delivery.add(text, ordinary))
        notices.wrong("an event was dropped: there is no room, or it is too long");
    } catch {
      dropped += 1;
      notices.wrong("an event was dropped: it has no JSON form");
    }
  }
  const record = (event: ClientEvent) => keep(() => texts.of(event), event.type === "request");

  return {
    record,
    recordRequest: (request) => keep(() => texts.ofRequest(request), true),
    trackUserActivation: (activation) => record({ ...activation, type: "activation" }),
    trackRevenueEvent: (event) => record({ ...event, type: "revenue" }),
    createSupportTicket(ticket) {
      const ticketId = ticket.ticketId ?? ticketIdOf(ticket.id, source);
      record({ ...ticket, type: "ticket", action: "opened", ticketId });
      return ticketId;
    },
    submitNpsSurvey: (answer) => record({ ...answer, type: "nps" }),
    logHealthCheck: (check) => record({ ...check, type: "health_check" }),
    track: (name, fields = {}) => record({ ...fields, type: "track", name }),
    flush: async (timeoutMs = 10_000) => (await delivery?.flush(timeoutMs)) ?? true,
    close: async (timeoutMs = 5_000) => await delivery?.stop(timeoutMs),
    stats() {
      const counts = delivery?.counts() ?? NOTHING;
      return { ...counts, recorded, dropped: dropped + counts.dropped };
    },
    notices,
  };
}

const NOTHING = { accepted: 0, duplicates: 0, rejected: 0, dropped: 0, waiting: 0, retries: 0 };

function addressIn(url: string | undefined): URL | null {
  try {
    const address = new URL(url ?? "");
    return address.protocol === "http:" || address.protocol === "https:" ? address : null;
  } catch {
    return null;
  }
}

function isThisMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

type Opening = ClientOptions & { readonly nowMs: () => number; readonly notices: Notices };

function openDelivery(base: URL, key: string, options: Opening) {
  const { timeoutMs = 10_000, eventsPerBatch = 500, waitMs = 1_000, room = 10_000 } = options;
  const { gzipFromBytes = isThisMachine(base) ? Number.POSITIVE_INFINITY : 8_192 } = options;
  const { firstRetryMs = 500, longestRetryMs = 60_000, nowMs, notices } = options;
  return createDelivery({
    post: createPost({ base, key, timeoutMs, gzipFromBytes }),
    notices,
    nowMs,
    eventsPerBatch: Math.max(1, Math.min(EVENTS_AT_MOST, eventsPerBatch)),
    waitMs,
    room,
    pace: { firstMs: firstRetryMs, longestMs: longestRetryMs },
  });
}
