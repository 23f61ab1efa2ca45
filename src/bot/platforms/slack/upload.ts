import type { webApi } from "@slack/bolt";

export interface Upload {
  readonly name: string;
  readonly title: string;
  readonly bytes: Buffer;
  /** Read aloud by screen readers. */
  readonly altText?: string;
  /** Where it is shown; absent: nowhere yet. */
  readonly channel?: string;
  readonly withinMs: number;
}

/** Brings a file to Slack and answers its id. Rejects as the SDK does. */
export async function upload(client: webApi.WebClient, file: Upload): Promise<string> {
  const { name, title, bytes, altText, channel, withinMs } = file;
  const place = await client.files.getUploadURLExternal({
    filename: name,
    length: bytes.length,
    ...(altText === undefined ? {} : { alt_text: altText }),
  });
  const { upload_url: address, file_id: id } = place;
  if (address === undefined || id === undefined) throw new Error("Slack gave no address for the file");
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(bytes),
    signal: AbortSignal.timeout(withinMs),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`Slack answered ${answer.status} to the file`);
  await client.files.completeUploadExternal({
    files: [{ id, title }],
    ...(channel === undefined ? {} : { channel_id: channel }),
  });
  return id;
}
