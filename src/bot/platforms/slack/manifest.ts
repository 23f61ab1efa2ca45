import type { Command } from "../../command.ts";

/** Without these it does not start: commands, posts, pictures, looking up its own posts, threads. */
export const REQUIRED_SCOPES = [
  "channels:history",
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "groups:history",
] as const;

const EVENTS = [
  "app_uninstalled",
  "message.channels",
  "message.groups",
  "reaction_added",
  "reaction_removed",
  "tokens_revoked",
] as const;

/** Without them Slack does not say who asks and who can read a channel: commands answer, but show no money. */
const WHO_AND_WHERE_SCOPES = [
  "channels:read",
  "groups:read",
  "im:read",
  "mpim:read",
  "usergroups:read",
  "users:read",
] as const;

/**
 * Without im:write nobody is asked directly, and a picture that Slack does not show beside a command is told in words; without
 * im:history a direct message whose answer was lost cannot be looked up, and is not sent again.
 */
const DIRECT_MESSAGE_SCOPES = ["im:history", "im:write"] as const;

/** Without them questions that are answered by reactions, and tickets opened by 🎫, are refused with that reason. */
const REACTION_SCOPES = ["reactions:read", "reactions:write"] as const;

const SCOPES = [...REQUIRED_SCOPES, ...WHO_AND_WHERE_SCOPES, ...DIRECT_MESSAGE_SCOPES, ...REACTION_SCOPES].toSorted();

const GROUP_DESCRIPTIONS: Readonly<Record<string, string>> = {
  metrics: "The numbers of the product",
  digest: "The morning digest",
  link: "Who somebody in chat is in the product",
  nps: "How likely people are to recommend us",
  ticket: "Support tickets",
  access: "Who may see what",
};

/**
 * The app as Slack's "From a manifest" takes it. Socket Mode needs no address; with `publicUrl`, Slack sends signed
 * requests to `/slack/events` instead.
 */
export function slackManifest(commands: readonly Command[], publicUrl?: string) {
  const address = publicUrl === undefined ? {} : { url: new URL("/slack/events", publicUrl).href };
  const requestUrl = publicUrl === undefined ? {} : { request_url: new URL("/slack/events", publicUrl).href };
  const groups = [...new Set(commands.map(({ path }) => path[0] ?? ""))];
  return {
    display_information: {
      name: "Bellwether",
      description: "Your SaaS numbers, where your team talks.",
      background_color: "#1f2937",
    },
    features: {
      bot_user: { display_name: "Bellwether", always_online: true },
      slash_commands: groups.map((group) => ({
        command: `/${group}`,
        ...address,
        description: GROUP_DESCRIPTIONS[group] ?? `Commands of ${group}`,
        usage_hint: usageHint(commands.filter(({ path }) => path[0] === group)),
        // Escaped, mentions come with their ids.
        should_escape: commands.some(({ path, options }) => path[0] === group && hasReference(options)),
      })),
      ...shortcuts(commands),
    },
    oauth_config: { scopes: { bot: SCOPES } },
    settings: {
      event_subscriptions: { ...requestUrl, bot_events: EVENTS },
      interactivity: { is_enabled: true, ...requestUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: publicUrl === undefined,
      token_rotation_enabled: false,
    },
  };
}

function hasReference(options: Command["options"]): boolean {
  return Object.values(options).some(({ kind }) => kind === "reference" || kind === "references");
}

/** In the menu of a message. */
function shortcuts(commands: readonly Command[]) {
  const all = commands.flatMap(({ onMessage, description }) =>
    onMessage === undefined
      ? []
      : [{ name: onMessage.label, type: "message" as const, callback_id: onMessage.id, description }],
  );
  return all.length === 0 ? {} : { shortcuts: all };
}

function usageHint(commands: readonly Command[]): string {
  return commands.map(({ path }) => path.slice(1).join(" ")).join(" | ");
}
