import type { webApi } from "@slack/bolt";
import { altText } from "../../../charts/alt-text.ts";
import { isEmpty, type Chart } from "../../../charts/chart.ts";
import type { Message } from "../../message.ts";
import { plainText } from "../terminal/plain-text.ts";
import { cutText } from "./cut-text.ts";
import { LIMITS } from "./limits.ts";
import type { Pictures } from "./message-blocks.ts";

export type RenderPng = (chart: Chart) => Promise<Buffer>;

const UPLOAD_MS = 8_000;

/** Uploads each chart of the message as a file that is shared nowhere yet. Rejects as the SDK does. */
export async function uploadPictures(message: Message, client: webApi.WebClient, png: RenderPng): Promise<Pictures> {
  const charts = message.blocks.flatMap((block) =>
    block.kind === "chart" && !isEmpty(block.chart) ? [block.chart] : [],
  );
  const uploaded = new Map<Chart, string>();
  for (const chart of charts.slice(0, LIMITS.pictures)) uploaded.set(chart, await upload(chart, client, png));
  return uploaded;
}

async function upload(chart: Chart, client: webApi.WebClient, png: RenderPng): Promise<string> {
  const bytes = await png(chart);
  const words = cutText(plainText(altText(chart)), 1_000);
  const place = await client.files.getUploadURLExternal({
    filename: "chart.png",
    length: bytes.length,
    alt_text: words,
  });
  const { upload_url: address, file_id: id } = place;
  if (address === undefined || id === undefined) throw new Error("Slack gave no address for the picture");
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(bytes),
    signal: AbortSignal.timeout(UPLOAD_MS),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`Slack answered ${answer.status} to the picture`);
  await client.files.completeUploadExternal({ files: [{ id, title: cutText(plainText(chart.title), 200) }] });
  return id;
}
