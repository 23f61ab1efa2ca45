import type { App, BlockAction, MessageShortcut } from "@slack/bolt";
import type { Log } from "../../../core/log.ts";
import type { Command, TargetMessage } from "../../command.ts";
import { formFaults, formFor, submittedWords } from "../../form.ts";
import { readAction } from "./action-id.ts";
import { answer, PREFIX, type AnsweringParts, type Request } from "./answering.ts";
import { openForm } from "./form-opening.ts";
import { readFormMetadata } from "./form-state.ts";
import { plainWords } from "./plain-words.ts";
import { tokenSentence } from "./refusals.ts";
import { authorOf } from "./threads.ts";
import { FORM, writtenIn } from "./view-json.ts";

interface ListenerParts extends AnsweringParts {
  readonly commands: () => readonly Command[];
  readonly log: Log;
  /** Notes what is under way, so that a stop can wait for it. */
  readonly track: (work: Promise<void>) => void;
}

type Begin = (request: Request, triggerId: string) => void;

/** Every request is acknowledged first; the work goes on without Slack waiting for it. */
export function listen(app: App, parts: ListenerParts): void {
  const { commands, track, log } = parts;
  const begin: Begin = (request, triggerId) => {
    const form = formOf(request, commands());
    track(form === null ? answer(request, commands(), parts) : openForm(request, form, triggerId, parts));
  };
  listenToCommands(app, begin);
  listenToClicks(app, begin);
  listenToShortcuts(app, begin, commands);
  listenToForms(app, parts);
  app.event("tokens_revoked", async () => {
    log.error({ platform: "slack" }, tokenSentence("token_revoked"));
  });
  app.event("app_uninstalled", async () => {
    log.error({ platform: "slack" }, "Bellwether was removed from the Slack workspace. Install it again to go on.");
  });
}

function listenToCommands(app: App, begin: Begin): void {
  app.command(/.*/u, async ({ command, ack }) => {
    await ack();
    const request: Request = {
      text: `${command.command.replace(/^\//, "")} ${unescapeText(command.text)}`.trim(),
      responseUrl: command.response_url,
      id: `command ${command.trigger_id}`,
      audience: "person",
      user: command.user_id,
      channel: command.channel_id,
      thread: null,
    };
    begin(request, command.trigger_id);
  });
}

function listenToClicks(app: App, begin: Begin): void {
  app.action<BlockAction>({ type: "block_actions" }, async ({ body, action, ack }) => {
    await ack();
    if (body.response_url === undefined) return;
    const pressed =
      action.type === "static_select"
        ? readAction(action.action_id, action.selected_option.value, true)
        : action.type === "button"
          ? readAction(action.action_id, action.value ?? "", false)
          : null;
    if (pressed === null) return;
    const { purpose, command } = pressed;
    const request: Request = {
      text: command,
      responseUrl: body.response_url,
      id: `click ${body.trigger_id} ${action.action_id}`,
      audience: purpose === "share" ? "everyone" : "person",
      // What all see is not changed for all by one of them.
      replaces: purpose === "edit" && Reflect.get(body.container, "is_ephemeral") === true,
      user: body.user.id,
      channel: body.channel?.id ?? "",
      thread: threadOf(body.container),
    };
    begin(request, body.trigger_id);
  });
}

function listenToShortcuts(app: App, begin: Begin, commands: () => readonly Command[]): void {
  app.shortcut<MessageShortcut>({ type: "message_action" }, async ({ shortcut, ack }) => {
    await ack();
    const command = commands().find(({ onMessage }) => onMessage?.id === shortcut.callback_id);
    if (command === undefined) return;
    const { channel, message, user } = shortcut;
    const thread: unknown = message["thread_ts"];
    const request: Request = {
      text: command.path.join(" "),
      responseUrl: shortcut.response_url,
      id: `shortcut ${shortcut.trigger_id}`,
      audience: "person",
      user: user.id,
      channel: channel.id,
      thread: typeof thread === "string" ? thread : null,
      target: targetOf(shortcut),
    };
    begin(request, shortcut.trigger_id);
  });
}

function listenToForms(app: App, parts: ListenerParts): void {
  const { commands, track } = parts;
  app.view({ callback_id: FORM, type: "view_submission" }, async ({ body, view, ack }) => {
    const state = readFormMetadata(view.private_metadata);
    if (state === null) return ack();
    const submitted = submittedWords(state.line, writtenIn(view.state.values));
    const faults = formFaults(submitted, commands(), PREFIX);
    if (faults.length > 0)
      return ack({
        response_action: "errors",
        errors: Object.fromEntries(faults.map(({ name, complaint }) => [name, complaint.replaceAll("`", "")])),
      });
    await ack();
    const { line, ...place } = state;
    const request = { ...place, text: line, submitted, audience: "person", user: body.user.id } as const;
    // However often it is told or pressed, a form is sent once.
    track(answer({ ...request, id: `form ${view.id}` }, commands(), parts));
  });
}

function formOf({ text, audience, user, channel, thread, target }: Request, commands: readonly Command[]) {
  if (audience === "everyone") return null;
  const call = {
    platform: "slack",
    person: user,
    channel,
    thread,
    ...(target === undefined ? {} : { target }),
  } as const;
  return formFor(text, commands, { prefix: PREFIX, ...call });
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
