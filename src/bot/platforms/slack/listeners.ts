import type { App, BlockAction, MessageShortcut } from "@slack/bolt";
import type { Log } from "../../../core/log.ts";
import type { Command, TargetMessage } from "../../command.ts";
import { answer, SHARE, type AnsweringParts, type Request } from "./answering.ts";
import { plainWords } from "./plain-words.ts";
import { tokenSentence } from "./refusals.ts";
import { authorOf } from "./threads.ts";

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

  app.shortcut<MessageShortcut>({ type: "message_action" }, async ({ shortcut, ack }) => {
    await ack();
    const command = commands().find(({ onMessage }) => onMessage?.id === shortcut.callback_id);
    if (command === undefined) return;
    const { channel, message, user } = shortcut;
    const thread: unknown = message["thread_ts"];
    begin({
      text: command.path.join(" "),
      responseUrl: shortcut.response_url,
      id: `shortcut ${shortcut.trigger_id}`,
      audience: "person",
      user: user.id,
      channel: channel.id,
      thread: typeof thread === "string" ? thread : null,
      target: targetOf(shortcut),
    });
  });

  app.event("tokens_revoked", async () => {
    log.error({ platform: "slack" }, tokenSentence("token_revoked"));
  });
  app.event("app_uninstalled", async () => {
    log.error({ platform: "slack" }, "Bellwether was removed from the Slack workspace. Install it again to go on.");
  });
}

function targetOf({ channel, message }: MessageShortcut): TargetMessage {
  const thread: unknown = message["thread_ts"];
  const bot: unknown = message["bot_id"];
  return {
    message: {
      platform: "slack",
      channel: channel.id,
      id: message.ts,
      ...(typeof thread === "string" ? { thread } : {}),
    },
    author: authorOf({
      ...(message.user === undefined ? {} : { user: message.user }),
      ...(typeof bot === "string" ? { bot_id: bot } : {}),
    }),
    text: plainWords(message.text ?? ""),
  };
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
