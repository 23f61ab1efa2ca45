import type { webApi } from "@slack/bolt";
import type { Attempt, MessageRef } from "../../conversation.ts";
import { attempt } from "./troubles.ts";

export async function linkTo({ channel, id }: MessageRef, patient: webApi.WebClient): Promise<Attempt<string>> {
  return attempt(async () => {
    const { permalink } = await patient.chat.getPermalink({ channel, message_ts: id });
    return permalink ?? "";
  });
}
