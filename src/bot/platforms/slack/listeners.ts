import type { App, BlockAction } from "@slack/bolt";
import type { Log } from "../../../core/log.ts";
import type { Command } from "../../command.ts";
import { answer, SHARE, type AnsweringParts, type Request } from "./answering.ts";
import { tokenSentence } from "./refusals.ts";

interface ListenerParts extends AnsweringParts {
  readonly commands: () => readonly Command[];
  readonly log: Log;
  /** Notes what is under way, so that a stop can wait for it. */
  readonly track: (work: Promise<void>) => void;
}

/** Every request is acknowledged first; the work goes on without Slack waiting for it. */
export function listen(app: App, parts: ListenerParts): void {
  const { commands, track, log } = parts;
  const begin = (request: Request) => track(answer(request, commands(), parts));

  app.command(/.*/u, async ({ command, ack }) => {
    await ack();
    begin({
      text: `${command.command.replace(/^\//, "")} ${unescapeText(command.text)}`.trim(),
      responseUrl: command.response_url,
      id: `command ${command.trigger_id}`,
      audience: "person",
      user: command.user_id,
      channel: command.channel_id,
      thread: null,
    });
  });

  app.action<BlockAction>({ type: "block_actions" }, async ({ body, action, ack }) => {
    await ack();
    if (action.type !== "button" || action.value === undefined || body.response_url === undefined) return;
    if (action.action_id !== SHARE && !action.action_id.startsWith("run:")) return;
    begin({
      text: action.value,
      responseUrl: body.response_url,
      id: `click ${body.trigger_id} ${action.action_id}`,
      audience: action.action_id === SHARE ? "everyone" : "person",
      user: body.user.id,
      channel: body.channel?.id ?? "",
      thread: threadOf(body.container),
    });
  });

  app.event("tokens_revoked", async () => {
    log.error({ platform: "slack" }, tokenSentence("token_revoked"));
  });
  app.event("app_uninstalled", async () => {
    log.error({ platform: "slack" }, "Bellwether was removed from the Slack workspace. Install it again to go on.");
  });
}

/** A click's container, as Slack tells it, has more than its type says. */
function threadOf(container: BlockAction["container"]): string | null {
  const thread: unknown = Reflect.get(container, "thread_ts");
  return typeof thread === "string" ? thread : null;
}

/** Slack escapes what people type. */
function unescapeText(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
