import { DiscordAPIError, InteractionResponseType, Routes } from "discord.js";
import { describeError } from "../../../core/log.ts";
import type { Message } from "../../message.ts";
import type { ShownForm } from "../../form.ts";
import { answer, type AnsweringParts, type Request } from "./answering.ts";
import { CODE } from "./failures.ts";
import { formId } from "./form-id.ts";
import { ACKNOWLEDGE_MS } from "./limits.ts";
import { modalJson } from "./modal-json.ts";

/** A form must be the first response, so that it is the acknowledgement too. */
export async function openForm(request: Request, form: ShownForm, parts: AnsweringParts): Promise<void> {
  const { asked } = request;
  if (asked.isModalSubmit()) return;
  const target = asked.isMessageContextMenuCommand() ? asked.targetMessage : null;
  const author = target === null ? null : { id: target.author.id, isBot: target.author.bot };
  const on = target === null || author === null ? null : { id: target.id, author };
  const id = formId({ openedBy: asked.id, target: on, line: form.line });
  if (id === null) return answer({ ...request, refusal: TOO_LONG }, parts);
  try {
    await parts.once.post(Routes.interactionCallback(asked.id, asked.token), {
      auth: false,
      body: { type: InteractionResponseType.Modal, data: modalJson(form, id) },
      signal: AbortSignal.timeout(ACKNOWLEDGE_MS),
    });
  } catch (thrown) {
    // Another instance was faster.
    if (thrown instanceof DiscordAPIError && thrown.code === CODE.alreadyAcknowledged) return;
    parts.log.warn({ error: describeError(thrown) }, "A form could not be opened in time.");
  }
}

const TOO_LONG: Message = {
  tone: "warning",
  blocks: [{ kind: "text", text: "That is more than a form can carry. Write all of it on the command's line." }],
};
