import type { ChatName, ChatPlatform, Lookup, Posting, PostOutcome } from "../../../src/bot/platform.ts";

/** How a channel meets the next attempt; when the list is used up it accepts. */
export type Mood =
  | "accept"
  | "accept and lose the reply"
  | "lose the request"
  | "accept when looked for twice"
  | "throw"
  | "cannot look"
  | Extract<PostOutcome, { outcome: "refused" }>;

interface Held {
  readonly id: string;
  readonly key: string;
  readonly channel: string;
  readonly posting: Posting;
  removed: boolean;
}

/** A platform in memory that fails as it is told. */
export function createFakeChat(name: ChatName = "slack") {
  const held: Held[] = [];
  const moods = new Map<string, Mood[]>();
  const late: { readonly posting: Posting; looks: number }[] = [];
  const seen = { posts: 0, looks: 0 };
  let blind: "can see" | "blind" | "closed" = "can see";

  function accept(posting: Posting): string {
    const id = `m${held.length + 1}`;
    held.push({ id, key: posting.key, channel: posting.destination.channel, posting, removed: false });
    return id;
  }

  async function post(posting: Posting): Promise<PostOutcome> {
    seen.posts += 1;
    const mood = moods.get(posting.destination.channel)?.shift() ?? "accept";
    if (typeof mood === "object") return mood;
    switch (mood) {
      case "accept":
      case "cannot look":
        return { outcome: "sent", externalId: accept(posting) };
      case "accept and lose the reply":
        accept(posting);
        return { outcome: "uncertain", reason: "no reply" };
      case "lose the request":
        return { outcome: "uncertain", reason: "no reply" };
      case "accept when looked for twice":
        late.push({ posting, looks: 0 });
        return { outcome: "uncertain", reason: "no reply" };
      case "throw":
        throw new TypeError("a bug of the adapter");
    }
  }

  async function lookUp({ key, destination }: Pick<Posting, "key" | "destination">): Promise<Lookup> {
    seen.looks += 1;
    if (blind === "closed") return { found: "unknown", reason: "No.", closed: true };
    if (blind === "blind") return { found: "unknown", reason: "history cannot be read" };
    for (const one of late.filter(({ posting }) => posting.key === key)) {
      one.looks += 1;
      if (one.looks === 2) accept(one.posting);
    }
    const [first, ...others] = held.filter(
      (one) => one.key === key && one.channel === destination.channel && !one.removed,
    );
    return first === undefined
      ? { found: false }
      : { found: true, externalId: first.id, duplicates: others.map(({ id }) => id) };
  }

  const platform: Pick<ChatPlatform, "name" | "post" | "lookUp" | "remove"> = {
    name,
    post,
    lookUp,
    async remove(_, externalId) {
      for (const one of held) if (one.id === externalId) one.removed = true;
    },
  };
  return {
    platform,
    seen,
    accept,
    meet: (channel: string, ...next: Mood[]) => void moods.set(channel, next),
    setSight: (sight: typeof blind) => void (blind = sight),
    /** Messages that readers see, as "channel" or, with more than one, "channel ×2". */
    shown: (channel: string) => held.filter((one) => one.channel === channel && !one.removed),
    count: () => held.filter((one) => !one.removed).length,
  };
}
