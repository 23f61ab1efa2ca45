import { Routes, type REST } from "discord.js";
import type { Log } from "../../../core/log.ts";
import type { Attempt, MessageRef } from "../../conversation.ts";
import type { Message } from "../../message.ts";
import { attempt } from "./failures.ts";
import { withFiles, type DrawPng } from "./files.ts";
import { messagePayload } from "./message-payload.ts";
import { placeOf } from "./posting.ts";
import { inOpenThread } from "./threads.ts";

interface EditingParts {
  /** With retries: an edit may be repeated. */
  readonly rest: REST;
  readonly png: DrawPng;
  readonly log: Log;
}

export async function edit(ref: MessageRef, message: Message, { rest, png, log }: EditingParts): Promise<Attempt> {
  return attempt(async () => {
    const request = await withFiles(messagePayload(message), png, log);
    const place = placeOf(ref);
    await inOpenThread(place, rest, () => rest.patch(Routes.channelMessage(place, ref.id), request));
    return null;
  });
}
