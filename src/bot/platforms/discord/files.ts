import type { APIAttachment, RawFile } from "discord.js";
import type { Chart } from "../../../charts/chart.ts";
import { describeError, type Log } from "../../../core/log.ts";
import { readWhole, sizeText, withWords } from "../../answer-file.ts";
import type { Answer } from "../../command.ts";
import type { Message } from "../../message.ts";
import { LIMITS } from "./limits.ts";
import type { MessagePayload } from "./message-payload.ts";

export type DrawPng = (chart: Chart) => Promise<Buffer>;

type Attachment = Pick<APIAttachment, "filename" | "description"> & { readonly id: string };

/** What somebody asked for, beside the pictures. */
export interface Given {
  readonly message: Message;
  readonly files: readonly RawFile[];
}

const LIMIT = { most: LIMITS.fileBytes, whose: "Discord takes" };

/** An answer with its file, or with what there is to say instead of it. */
export async function withAnswerFile({ message, file }: Pick<Answer, "message" | "file">, log: Log): Promise<Given> {
  if (file === undefined) return { message, files: [] };
  const read = await readWhole(file, LIMIT, log);
  if ("words" in read) return { message: withWords(message, read.words), files: [] };
  const { name, mediaType } = file;
  const said = `\`${name}\` (${sizeText(read.bytes.length)}) is beside this, and only you see it.`;
  return { message: withWords(message, said), files: [{ name, data: read.bytes, contentType: mediaType }] };
}

/** A payload with its pictures, ready for a request. A chart that could not be drawn is told by its words alone. */
export async function withFiles(
  { body, charts }: MessagePayload,
  png: DrawPng,
  log: Log,
  further: readonly RawFile[] = [],
) {
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
  for (const file of further) {
    files.push(file);
    attachments.push({ id: String(attachments.length), filename: file.name });
  }
  const drawn = new Set(files.map(({ name }) => `attachment://${name}`));
  const embeds = body.embeds.flatMap(({ image, ...embed }, index) => {
    if (image !== undefined && drawn.has(image.url)) return [{ ...embed, image }];
    return index === 0 ? [embed] : [];
  });
  return { body: { ...body, embeds, attachments }, files };
}
