import type { webApi } from "@slack/bolt";
import { altText } from "../../../charts/alt-text.ts";
import { isEmpty, type Chart } from "../../../charts/chart.ts";
import type { Message } from "../../message.ts";
import { plainText } from "../terminal/plain-text.ts";
import { cutText } from "./cut-text.ts";
import { LIMITS } from "./limits.ts";
import type { Pictures } from "./message-blocks.ts";
import { upload } from "./upload.ts";

export type RenderPng = (chart: Chart) => Promise<Buffer>;

const UPLOAD_MS = 8_000;

/** Uploads each chart of the message as a file that is shared nowhere yet. Rejects as the SDK does. */
export async function uploadPictures(message: Message, client: webApi.WebClient, png: RenderPng): Promise<Pictures> {
  const charts = message.blocks.flatMap((block) =>
    block.kind === "chart" && !isEmpty(block.chart) ? [block.chart] : [],
  );
  const uploaded = new Map<Chart, string>();
  for (const chart of charts.slice(0, LIMITS.pictures)) uploaded.set(chart, await uploadPicture(chart, client, png));
  return uploaded;
}

async function uploadPicture(chart: Chart, client: webApi.WebClient, png: RenderPng): Promise<string> {
  return upload(client, {
    name: "chart.png",
    title: cutText(plainText(chart.title), 200),
    bytes: await png(chart),
    altText: cutText(plainText(altText(chart)), 1_000),
    withinMs: UPLOAD_MS,
  });
}
