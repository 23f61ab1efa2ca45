import type { OwedDigest, WriteDigest } from "../../../src/bot/digest/digest-post.ts";
import type { Message } from "../../../src/bot/message.ts";

/** The same for digests that are wanted whatever is in them. */
export function posted(write: WriteDigest): (owed: OwedDigest) => Promise<Message> {
  return async (owed) => {
    const message = await write(owed);
    if (message === null) throw new Error("nothing was written");
    return message;
  };
}
