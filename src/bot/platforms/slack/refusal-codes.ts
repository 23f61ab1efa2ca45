import type { Why } from "../../conversation.ts";

/** Codes that are told apart. */
export const WHYS: Readonly<Record<string, Why>> = {
  message_not_found: "gone",
  thread_not_found: "gone",
  channel_not_found: "gone",
  user_not_found: "gone",
  users_not_found: "gone",
  user_disabled: "gone",
  no_such_subteam: "gone",
  subteam_not_found: "gone",
  invalid_name: "gone",
  not_in_channel: "forbidden",
  missing_scope: "forbidden",
  cant_update_message: "forbidden",
  no_permission: "forbidden",
  is_archived: "archived",
  restricted_action_thread_locked: "locked",
  thread_locked: "locked",
  too_many_emoji: "full",
  too_many_reactions: "full",
  cannot_dm_bot: "closed",
  messages_tab_disabled: "closed",
  user_not_visible: "closed",
};

/** What is wrong, in words. */
export const SENTENCES: Readonly<Record<string, string>> = {
  message_not_found: "The message is gone.",
  thread_not_found: "The thread is gone.",
  user_not_found: "There is no such person in the workspace.",
  user_disabled: "That person's account is deactivated.",
  no_such_subteam: "There is no such user group.",
  subteam_not_found: "There is no such user group.",
  invalid_name: "Slack does not have that emoji.",
  cant_update_message: "The message is not Bellwether's own.",
  restricted_action_thread_locked: "The thread is locked.",
  thread_locked: "The thread is locked.",
  too_many_emoji: "The message has as many different reactions as Slack takes.",
  too_many_reactions: "The message has as many reactions as Slack takes.",
  cannot_dm_bot: "That is a bot: it takes no direct messages.",
  messages_tab_disabled: "The app takes no direct messages. Turn on Messages Tab under App Home of the Slack app.",
  user_not_visible: "Bellwether may not write to that person.",
};
