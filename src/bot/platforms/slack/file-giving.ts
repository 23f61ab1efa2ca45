import type { webApi } from "@slack/bolt";
import type { Log } from "../../../core/log.ts";
import { readWhole, sizeText, type AnswerFile } from "../../answer-file.ts";
import { directChannel } from "./direct-message.ts";
import { LIMITS } from "./limits.ts";
import { failureOf } from "./refusals.ts";
import { upload } from "./upload.ts";

const UPLOAD_MS = 60_000;
const LIMIT = { most: LIMITS.fileBytes, whose: "Bellwether brings to Slack" };

interface GivingParts {
  readonly client: webApi.WebClient;
  readonly log: Log;
}

/**
 * Brings the file to one person, and answers where it is or why it is not. What Slack shows to one person in a channel
 * cannot hold files, so it goes to the direct messages. Never rejects.
 */
export async function giveFile(file: AnswerFile, user: string, { client, log }: GivingParts): Promise<string> {
  const read = await readWhole(file, LIMIT, log);
  if ("words" in read) return read.words;
  const { bytes } = read;
  try {
    const channel = await directChannel(client, user);
    await upload(client, { name: file.name, title: file.name, bytes, channel, withinMs: UPLOAD_MS });
  } catch (thrown) {
    const { outcome, reason } = failureOf(thrown);
    const what = outcome === "refused" ? "could not be put" : "may not have come";
    return `The file ${what} into your direct messages with Bellwether. ${reason} ${file.elsewhere}`;
  }
  return `\`${file.name}\` (${sizeText(bytes.length)}) is in your direct messages with Bellwether: in a channel Slack shows no file to one person alone.`;
}
