import type { Temporal } from "../core/time.ts";
import type { ChatName, Destination } from "./platform.ts";

/** A message by its place and the platform's own id for it. */
export interface MessageRef extends Destination {
  readonly id: string;
}

/** A thread: in Slack `thread` is the time-stamp of the message it hangs on, in Discord the id of the thread. */
export interface ThreadRef extends Destination {
  readonly thread: string;
}

/** Somebody by the platform's own id, which says nothing to a reader. */
export interface Person {
  readonly id: string;
  readonly isBot: boolean;
}

/**
 * `gone`: the message, thread, channel or person is not there (any more). `closed`: the person takes no direct messages.
 * `archived` and `locked`: the thread or channel takes nothing now. `full`: a limit of the platform. `unreadable`: the
 * words of others are withheld from us. `busy`: asks to wait. `token`: the whole platform refuses us. `unclear`: no clear
 * answer, it may have been done. `refused`: any other definite no.
 */
export type Why =
  | "gone"
  | "forbidden"
  | "closed"
  | "archived"
  | "locked"
  | "full"
  | "unreadable"
  | "busy"
  | "token"
  | "unclear"
  | "refused";

export interface Trouble {
  readonly ok: false;
  readonly why: Why;
  /** One sentence with the step that mends it, where there is one. */
  readonly reason: string;
  /** What the platform asked for; null when it asked for nothing. */
  readonly retryAfterMs: number | null;
}

/** What came of a call that may be made again without harm. */
export type Attempt<T = null> = { readonly ok: true; readonly value: T } | Trouble;

export function trouble(why: Why, reason: string, retryAfterMs: number | null = null): Trouble {
  return { ok: false, why, reason, retryAfterMs };
}

/** One person's one emoji. */
export interface Reaction {
  /** See `plainEmoji`. */
  readonly emoji: string;
  readonly person: Person;
}

export interface ThreadMessage {
  readonly id: string;
  /** Null when it was deleted and the platform no longer says whose it was. */
  readonly author: Person | null;
  readonly at: Temporal.Instant;
  /** Without markup; mentions are words. Empty when it was deleted. */
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly url: string }[];
  readonly state: "as posted" | "edited" | "deleted";
}

/** A part of what was asked for could not be had. */
export interface Missing {
  readonly why: Why;
  /** One sentence with the step that mends it, where there is one. */
  readonly reason: string;
}

export interface ThreadReading {
  /** Null where threads have no names. */
  readonly name: string | null;
  /** The starter first, then by time. */
  readonly messages: readonly ThreadMessage[];
  readonly isArchived: boolean;
  readonly isLocked: boolean;
  /** Words withheld from us (`unreadable`), a starter we may not see, or a thread longer than we read (`full`). Null: all is there. */
  readonly missing: Missing | null;
}

/** Something happened in a thread. */
export interface ThreadEvent {
  readonly thread: ThreadRef;
  readonly id: string;
  readonly change: "posted" | "edited" | "deleted";
  /** Null when the platform does not say. */
  readonly author: Person | null;
}

/**
 * What a platform tells by itself. All of it is level-triggered: it says where to look, not what is there, and may come
 * twice, late, in another order or not at all; who listens reads the present state and replaces what it held. Our own
 * reactions and replies are left out. A listener that rejects is logged.
 */
export interface ChatEvents {
  /** Connected, or connected again: whatever happened meanwhile was missed, so look everywhere. */
  ready?(platform: ChatName): Promise<void>;
  /** Somebody's reactions on that message are not what they were, or the message is gone. */
  reactionsChanged?(message: MessageRef): Promise<void>;
  threadChanged?(event: ThreadEvent): Promise<void>;
  /** The whole platform takes us back no more before somebody mends it. `reason`: one sentence with the step. */
  refused?(platform: ChatName, reason: string): Promise<void>;
}

/** Whom something is meant for. */
export type Audience =
  /** A role of Discord, a user group of Slack. */
  { readonly kind: "group"; readonly id: string } | { readonly kind: "people"; readonly ids: readonly string[] };

/** Somebody named who cannot be reached: left, deactivated, never there. */
export interface Members {
  readonly people: readonly Person[];
  readonly missing: readonly string[];
}

/** "slack:C0123/1700000000.000100": fits into an option of a command. */
export function messageText({ platform, channel, id }: Omit<MessageRef, "thread">): string {
  return `${platform}:${channel}/${id}`;
}

/** Null when it is not what `messageText` gives. */
export function messageNamed(text: string): MessageRef | null {
  const [, platform, channel, id] = /^(slack|discord):([A-Z0-9]{1,24})\/([\d.]{1,24})$/.exec(text) ?? [];
  if (platform === undefined || channel === undefined || id === undefined) return null;
  return { platform: platform === "slack" ? "slack" : "discord", channel, id };
}
