import type { types, webApi } from "@slack/bolt";
import type { Attempt, MessageRef } from "../../conversation.ts";
import type { Message } from "../../message.ts";
import type { SlackMessage } from "./block-kit.ts";
import { NATIVE, slackMessage } from "./message-blocks.ts";
import { withNativeCharts, type NativeCharts } from "./native-charts.ts";
import { uploadPictures, type RenderPng } from "./pictures.ts";
import { withPictures } from "./posting.ts";
import { attempt } from "./troubles.ts";

interface EditingParts {
  /** Waits as long as Slack asks. */
  readonly patient: webApi.WebClient;
  readonly png: RenderPng;
  readonly charts: NativeCharts;
}

/** Its key stays with the message: Slack keeps metadata that an update does not name. */
export async function edit({ channel, id }: MessageRef, message: Message, parts: EditingParts): Promise<Attempt> {
  const { patient, png, charts } = parts;
  return attempt(async () => {
    const send = ({ text, blocks }: SlackMessage) =>
      patient.chat.update({
        channel,
        ts: id,
        text,
        blocks: blocks as unknown as types.KnownBlock[],
        parse: "none",
        link_names: false,
      });
    await withNativeCharts<unknown>(message, charts, {
      natively: () => send(slackMessage(message, NATIVE)),
      otherwise: async () => {
        const pictures = await uploadPictures(message, patient, png);
        return withPictures(send, (shown) => slackMessage(message, shown), pictures);
      },
    });
    return null;
  });
}
