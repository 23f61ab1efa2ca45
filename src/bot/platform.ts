import type { Temporal } from "../core/time.ts";
import type { NameOf } from "./permission/refusal-words.ts";
import type { Place } from "./asker.ts";
import type { Command } from "./command.ts";
import type { Message } from "./message.ts";

/** A place where people read: the terminal, a Slack workspace, a Discord server, the playground. */
export interface Platform {
  readonly name: string;
  /** What stands before a command's first word when people type it there: "/" or "npm run cli -- ". */
  readonly prefix: string;
  /**
   * Shows the message whole, or says how much it left out. Escapes whatever could be read as markup, a mention or a
   * control sequence. Rejects when the platform refused it.
   */
  show(message: Message): Promise<void>;
}

export type ChatName = "slack" | "discord";

/** A channel by the platform's own id. */
export interface Destination {
  readonly platform: ChatName;
  readonly channel: string;
}

/** "#d-7f3a": what a reader sees of the key `d-7f3a…`, in the small print of the message. */
export function referenceOf(key: string): string {
  return `#${key.slice(0, 6)}`;
}

/**
 * A message that must arrive once. `key` says which it is, in at most 25 characters of `a-z0-9-`: the platform stores it
 * with the message (Slack: metadata, `event_payload.key`; Discord: nonce), so that it can be looked up. The message
 * shows `referenceOf(key)` in its last note, for where history keeps neither.
 */
export interface Posting {
  readonly destination: Destination;
  readonly message: Message;
  readonly key: string;
}

/** `refused` is a definite no: nothing was posted. What cannot be told for certain is `uncertain`. */
export type PostOutcome =
  | { readonly outcome: "sent"; readonly externalId: string }
  | {
      readonly outcome: "refused";
      /** One sentence with the step that mends it, where there is one. */
      readonly reason: string;
      /** What the platform asked for; null when it asked for nothing. */
      readonly retryAfterMs: number | null;
      /** Trying again is no use before somebody mends it: channel gone, no permission, wrong token. */
      readonly lasting: boolean;
      /** The whole platform refuses us, not only this channel: the token was revoked. */
      readonly everywhere?: true;
    }
  | { readonly outcome: "uncertain"; readonly reason: string };

export type Lookup =
  | {
      readonly found: true;
      readonly externalId: string;
      /** Further messages with the same key, later than `externalId`. */
      readonly duplicates?: readonly string[];
    }
  | { readonly found: false }
  | { readonly found: "unknown"; readonly reason: string };

/** A platform on which messages are posted and commands are answered. */
export interface ChatPlatform {
  readonly name: ChatName;
  /** See `Platform.prefix`. */
  readonly prefix: string;
  /** One attempt, without retries of the SDK, that ends within 15 s. Never rejects. */
  post(posting: Posting): Promise<PostOutcome>;
  /** Messages of our own with that key since then, the oldest first. Ends within 15 s. Never rejects. */
  lookUp(posting: Pick<Posting, "destination" | "key">, since: Temporal.Instant): Promise<Lookup>;
  /** Deletes a message of our own; one that is gone already is no failure. */
  remove(destination: Destination, externalId: string): Promise<void>;
  /** Who can read that channel, as far as the platform says. Never rejects. */
  placeOf(channel: string): Promise<Place>;
  /** "@kim", "#founders"; the reference ("slack:U123") when the platform knows no name. Never rejects. */
  readonly nameOf: NameOf;
  /**
   * Connects and registers the commands. Rejects with a `Problem` that names the step that mends it: wrong token, missing
   * scope, missing intent.
   */
  start(commands: readonly Command[]): Promise<void>;
  stop(): Promise<void>;
}
