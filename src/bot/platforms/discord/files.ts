import type { APIAttachment, RawFile } from "discord.js";
import type { Chart } from "../../../charts/chart.ts";
import { describeError, type Log } from "../../../core/log.ts";
import type { MessagePayload } from "./message-payload.ts";

export type DrawPng = (chart: Chart) => Promise<Buffer>;

type Attachment = Pick<APIAttachment, "filename" | "description"> & { readonly id: string };

/** A payload with its pictures, ready for a request. A chart that could not be drawn is told by its words alone. */
export async function withFiles({ body, charts }: MessagePayload, png: DrawPng, log: Log) {
  const files: RawFile[] = [];
  const attachments: Attachment[] = [];
  for (const { name, chart, description } of charts) {
    try {
      files.push({ name, data: await png(chart), contentType: "image/png" });
      attachments.push({ id: String(attachments.length), filename: name, description });
    } catch (thrown) {
      log.error({ error: describeError(thrown) }, "A chart could not be drawn; its message goes without it.");
    }
  }
  const drawn = new Set(files.map(({ name }) => `attachment://${name}`));
  const embeds = body.embeds.flatMap(({ image, ...embed }, index) => {
    if (image !== undefined && drawn.has(image.url)) return [{ ...embed, image }];
    return index === 0 ? [embed] : [];
  });
  return { body: { ...body, embeds, attachments }, files };
}
