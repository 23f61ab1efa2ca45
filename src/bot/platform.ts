import type { Temporal } from "../core/time.ts";
import type { NameOf } from "./permission/refusal-words.ts";
import type { Place, Standing } from "./asker.ts";
import type { Command } from "./command.ts";
import type {
  Attempt,
  Audience,
  ChatEvents,
  Members,
  MessageRef,
  Reaction,
  ThreadReading,
  ThreadRef,
  Why,
} from "./conversation.ts";
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

/** A channel by the platform's own id, or a thread in it: see `ThreadRef`. */
export interface Destination {
  readonly platform: ChatName;
  readonly channel: string;
  readonly thread?: string;
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
      /** Absent where the reason says it all. */
      readonly why?: Why;
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
  | {
      readonly found: "unknown";
      readonly reason: string;
      /** The channel is gone or closed to us, so that nothing can be posted there either. */
      readonly closed?: true;
    };

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
  /** How somebody stands in the workspace or server, as far as the platform says. Rejects while it cannot be asked. */
  standingOf(personId: string): Promise<Standing>;
  /** "@kim", "#founders"; the reference ("slack:U123") when the platform knows no name. Never rejects. */
  readonly nameOf: NameOf;
  /**
   * Shows another message in the place of one of ours. The last edit wins: edits of one message must follow each other.
   * A thread that was only archived is opened again for it.
   */
  edit(message: MessageRef, shown: Message): Promise<Attempt>;
  /** Adds our own reactions, in that order, at the pace the platform allows (eleven take about 3 s): after the answer. */
  react(message: MessageRef, emoji: readonly string[]): Promise<Attempt>;
  /** All reactions of all people, over all pages. */
  reactionsOf(message: MessageRef): Promise<Attempt<readonly Reaction[]>>;
  /** The thread that hangs on a message, or in which it stands; null: none does. */
  threadOf(message: MessageRef): Promise<Attempt<ThreadRef | null>>;
  /** The same, begun where there is none. `name` is what Discord shows in its list. */
  startThread(message: MessageRef, name: string): Promise<Attempt<ThreadRef>>;
  /** The whole thread, up to 1,000 messages. */
  readThread(thread: ThreadRef): Promise<Attempt<ThreadReading>>;
  /**
   * Gives a forum post those `tags`, and takes from it the others of `among`; all else stays. Names that the forum does
   * not have are passed over. Where there are no tags it does nothing.
   */
  tagThread(thread: ThreadRef, tags: readonly string[], among: readonly string[]): Promise<Attempt>;
  /** Where to post to reach that person alone. Discord says only at the post whether they take it (`closed`). */
  directTo(personId: string): Promise<Attempt<Destination>>;
  audienceOf(audience: Audience): Promise<Attempt<Members>>;
  /** The ids of the people who run the workspace or server: Slack's admins and owners, the owner of the Discord server. */
  adminsOf(): Promise<Attempt<readonly string[]>>;
  /** A link to the message for those who may see it. */
  linkTo(message: MessageRef): Promise<Attempt<string>>;
  /**
   * Connects and registers the commands. Rejects with a `Problem` that names the step that mends it: wrong token, missing
   * scope, missing intent.
   */
  start(commands: readonly Command[], events?: ChatEvents): Promise<void>;
  stop(): Promise<void>;
}
