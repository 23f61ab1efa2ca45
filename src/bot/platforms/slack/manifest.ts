import type { Command } from "../../command.ts";

/** What the bot does today, and no more: commands, posts, pictures, looking up its own posts. */
export const REQUIRED_SCOPES = [
  "channels:history",
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "groups:history",
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

/** Without it a picture that Slack does not show beside a command is told in words. */
const DIRECT_MESSAGE_SCOPES = ["im:write"] as const;

const GROUP_DESCRIPTIONS: Readonly<Record<string, string>> = {
  metrics: "The numbers of the product",
  digest: "The morning digest",
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
    },
    oauth_config: {
      scopes: { bot: [...REQUIRED_SCOPES, ...WHO_AND_WHERE_SCOPES, ...DIRECT_MESSAGE_SCOPES].toSorted() },
    },
    settings: {
      event_subscriptions: { ...requestUrl, bot_events: ["app_uninstalled", "tokens_revoked"] },
      interactivity: { is_enabled: true, ...requestUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: publicUrl === undefined,
      token_rotation_enabled: false,
    },
  };
}

function hasReference(options: Command["options"]): boolean {
  return Object.values(options).some(({ kind }) => kind === "reference");
}

function usageHint(commands: readonly Command[]): string {
  return commands.map(({ path }) => path.slice(1).join(" ")).join(" | ");
}
