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
