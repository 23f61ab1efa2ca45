import { describeError } from "../../../core/log.ts";
import type { ShownForm } from "../../form.ts";
import { answerWith, type AnsweringParts, type Request } from "./answering.ts";
import { formMetadata } from "./form-state.ts";
import { refusalCode } from "./refusals.ts";
import { viewJson } from "./view-json.ts";

/** Shows the form while the trigger lives: 3 s. Never rejects. */
export async function openForm(
  request: Request,
  form: ShownForm,
  triggerId: string,
  parts: AnsweringParts,
): Promise<void> {
  const { responseUrl, channel, thread, target } = request;
  const state = { line: form.line, responseUrl, channel, thread, ...(target === undefined ? {} : { target }) };
  const metadata = formMetadata(state);
  if (metadata === null) return answerWith(TOO_LONG, request, parts);
  try {
    await parts.client.views.open({ trigger_id: triggerId, view: viewJson(form, metadata) });
  } catch (thrown) {
    // The same call was told twice; the form is there.
    if (refusalCode(thrown) === "exchanged_trigger_id") return;
    parts.log.warn({ platform: "slack", error: describeError(thrown) }, "A form could not be opened.");
    await answerWith(NOT_OPENED, request, parts);
  }
}

const TOO_LONG = "That is more than a form can carry. Write all of it on the command's line.";
const NOT_OPENED = "Slack did not open the form in time. If it is not there, try again.";
