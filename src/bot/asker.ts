import type { ChatName } from "./platform.ts";

/**
 * How somebody stands in the workspace or server. `guest`: not one of the team (a guest account, a member of another
 * organisation, a member of a public community). `unknown`: the platform did not say.
 */
export type Standing = "admin" | "member" | "guest" | "unknown";

/** Who gave a command. */
export interface Asker {
  readonly platform: ChatName | "terminal";
  /** The platform's own id. */
  readonly person: string;
  /** Ids of Slack user groups or Discord roles; null when the platform did not say. */
  readonly groups: readonly string[] | null;
  readonly standing: Standing;
}

/** `public`: everyone in the workspace can read it. `shared`: people of other organisations can. `unknown`: the platform did not say. */
export type PlaceKind = "terminal" | "direct" | "private" | "public" | "shared" | "unknown";

/** Where a command was given, or a message goes. */
export interface Place {
  readonly platform: ChatName | "terminal";
  /** The platform's own id; of a thread, that of the channel it hangs in. */
  readonly channel: string;
  /** "general", without its mark; null where there is none or it is not known. */
  readonly name: string | null;
  readonly kind: PlaceKind;
  /** The platform's own id; null outside threads. */
  readonly thread: string | null;
}

/** Whoever can run the program on its own machine can read the database too. */
export const OPERATOR: Asker = { platform: "terminal", person: "operator", groups: [], standing: "admin" };
export const TERMINAL: Place = {
  platform: "terminal",
  channel: "terminal",
  name: null,
  kind: "terminal",
  thread: null,
};

export function unknownPlace(platform: ChatName, channel: string): Place {
  return { platform, channel, name: null, kind: "unknown", thread: null };
}
