import type { types, webApi } from "@slack/bolt";
import type { Attempt, MessageRef } from "../../conversation.ts";
import type { Message } from "../../message.ts";
import type { SlackMessage } from "./block-kit.ts";
import { slackMessage } from "./message-blocks.ts";
import { uploadPictures, type RenderPng } from "./pictures.ts";
import { withPictures } from "./posting.ts";
import { attempt } from "./troubles.ts";

interface EditingParts {
  /** Waits as long as Slack asks. */
  readonly patient: webApi.WebClient;
  readonly png: RenderPng;
}

/** Its key stays with the message: Slack keeps metadata that an update does not name. */
export async function edit({ channel, id }: MessageRef, message: Message, parts: EditingParts): Promise<Attempt> {
  const { patient, png } = parts;
  return attempt(async () => {
    const pictures = await uploadPictures(message, patient, png);
    const send = ({ text, blocks }: SlackMessage) =>
      patient.chat.update({
        channel,
        ts: id,
        text,
        blocks: blocks as unknown as types.KnownBlock[],
        parse: "none",
        link_names: false,
      });
    await withPictures(send, (shown) => slackMessage(message, shown), pictures);
    return null;
  });
}
