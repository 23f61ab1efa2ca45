import { z } from "zod";
import type { Rule, Subject } from "./bot/permission/policy.ts";
import { readReference } from "./bot/permission/reference.ts";
import { readRule, standingPolicy, type StandingPolicy } from "./bot/permission/standing-policy.ts";
import type { Destination } from "./bot/platform.ts";
import { yesOrNo } from "./yes-or-no.ts";

const apiAddress = (end: string) =>
  z
    .url({ protocol: /^https?$/, error: "must be an http or https address" })
    .refine((value) => value.endsWith(end), `must end in ${end}`)
    .optional();

const startsWith = (prefix: string, what: string) =>
  z
    .string()
    .refine((value) => value.startsWith(prefix), `must start with ${prefix}: it is the ${what}`)
    .optional();

export const listOf = <T>(separator: string, read: (text: string) => T | null, complaint: (unread: string) => string) =>
  z
    .string()
    .optional()
    .transform((value, context): T[] => {
      const given = (value ?? "")
        .split(separator)
        .map((one) => one.trim())
        .filter((one) => one !== "");
      const unread = given.find((one) => read(one) === null);
      if (unread === undefined) return given.map(read).filter((one) => one !== null);
      context.addIssue({ code: "custom", message: complaint(unread.slice(0, 60)) });
      return z.NEVER;
    });

export const admins = listOf(",", adminOf, (unread) => {
  const forms = "slack:U0123456789, slack:S0123456789, discord:123 or discord:role:123";
  return `must name people, user groups or roles, like ${forms}; \`${unread}\` is none`;
});

function adminOf(text: string): Subject | null {
  const subject = readReference(text);
  return subject?.kind === "person" || subject?.kind === "group" ? subject : null;
}

const accessRules = listOf(";", readRule, (unread) => {
  const forms = "slack:S0123456789 may ask revenue; discord:channel:123 may show revenue; everyone may not ask revenue";
  return `must be rules like ${forms}; \`${unread}\` is none`;
});

export function destinationOf(text: string): Destination | null {
  const [, platform, channel = ""] = /^(slack|discord):(\S+)$/.exec(text) ?? [];
  if (platform === "slack" && /^[CGD][A-Z0-9]+$/.test(channel)) return { platform, channel };
  if (platform === "discord" && /^\d+$/.test(channel)) return { platform, channel };
  return null;
}

const channels = listOf(",", destinationOf, (unread) => {
  const forms = "slack:C0123456789 or discord:123456789012345678";
  return `must name channels by their id, like ${forms}; \`${unread}\` is neither`;
}).transform((all) => all.filter((one, index) => all.findIndex((other) => isSame(one, other)) === index));

function isSame(one: Destination, other: Destination): boolean {
  return one.platform === other.platform && one.channel === other.channel;
}

/** The variables of chat and digests; a platform without its token is off. */
export const CHAT_SETTINGS = {
  SLACK_BOT_TOKEN: {
    about: "Bot User OAuth Token of the Slack app. Without it Slack is off.",
    example: "xoxb-...",
    schema: startsWith("xoxb-", "Bot User OAuth Token"),
  },
  SLACK_APP_TOKEN: {
    about: "App-level token with connections:write, for Socket Mode: no public address is needed.",
    example: "xapp-...",
    schema: startsWith("xapp-", "app-level token"),
  },
  SLACK_SIGNING_SECRET: {
    about: "Signing secret of the Slack app, for HTTP mode on /slack/events. Not used when SLACK_APP_TOKEN is set.",
    schema: z.string().optional(),
  },
  SLACK_CHARTS: {
    about: "native: Slack draws the charts that it can, and the others are pictures. pictures: all are pictures.",
    schema: z.enum(["native", "pictures"]).default("native"),
  },
  SLACK_API_URL: { about: "Another address of Slack's API, for tests.", schema: apiAddress("/api/") },
  DISCORD_TOKEN: { about: "Token of the Discord bot. Without it Discord is off.", schema: z.string().optional() },
  DISCORD_GUILD_ID: {
    about:
      "Server for which commands are registered, which takes effect at once. Without it they are registered globally.",
    example: "123456789012345678",
    schema: z.string().regex(/^\d+$/, "must be the number that Discord shows as Server ID").optional(),
  },
  DISCORD_API_URL: {
    about: "Another address of Discord's API, for tests.",
    schema: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).optional(),
  },
  DISCORD_MESSAGE_CONTENT: {
    about:
      "true: ask Discord for what people write (Message Content Intent, to be turned on for the bot as well), so that a ticket takes its whole thread along.",
    schema: yesOrNo,
  },
  DISCORD_SHARDING: {
    about: "true: as many connections as Discord recommends, for a bot in more than 2,500 servers.",
    schema: yesOrNo,
  },
  DIGEST_AT: {
    about: "Local time of the morning digest, in TIMEZONE.",
    schema: z
      .string()
      .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, "must be a time like 09:00")
      .default("09:00")
      .transform((value) => value.padStart(5, "0")),
  },
  DIGEST_CHANNELS: {
    about: "Channels that get the morning digest, by comma. Whoever can read them sees what it says, money included.",
    example: "slack:C0123456789,discord:123456789012345678",
    schema: channels,
  },
  ADMINS: {
    about:
      "Who may say in chat who sees what, by comma: people, user groups or roles. Without it, the admins of the Slack workspace and of the Discord server.",
    example: "slack:U0123456789,discord:role:123456789012345678",
    schema: admins,
  },
  ACCESS: {
    about: "Who may see what in chat, rules by semicolon; see docs/access.md. Rules set in chat come before these.",
    example: "slack:S0123456789 may ask revenue; everyone may not ask revenue",
    schema: accessRules,
  },
};

/** What the configuration says of who may see what. */
export function standingPolicyOf({ ADMINS, ACCESS, DIGEST_CHANNELS }: AccessConfig): StandingPolicy {
  return standingPolicy(ADMINS, ACCESS, DIGEST_CHANNELS);
}

interface AccessConfig {
  readonly ADMINS: readonly Subject[];
  readonly ACCESS: readonly Rule[];
  readonly DIGEST_CHANNELS: readonly Destination[];
}

interface ChatConfig {
  readonly SLACK_BOT_TOKEN?: string | undefined;
  readonly SLACK_APP_TOKEN?: string | undefined;
  readonly SLACK_SIGNING_SECRET?: string | undefined;
  readonly DISCORD_TOKEN?: string | undefined;
  readonly DISCORD_GUILD_ID?: string | undefined;
  readonly DIGEST_CHANNELS: readonly Destination[];
}

/** What is set without what it needs, in sentences that say what is missing. */
export function halfConfigured(config: ChatConfig): string[] {
  const slack = config.SLACK_BOT_TOKEN !== undefined;
  const wayIn = config.SLACK_APP_TOKEN !== undefined || config.SLACK_SIGNING_SECRET !== undefined;
  const discord = config.DISCORD_TOKEN !== undefined;
  const digestTo = (platform: string) => config.DIGEST_CHANNELS.some((one) => one.platform === platform);
  const rules: readonly (readonly [boolean, string])[] = [
    [
      slack && !wayIn,
      "SLACK_BOT_TOKEN is set, but neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP mode) is",
    ],
    [!slack && wayIn, "SLACK_BOT_TOKEN is missing: SLACK_APP_TOKEN or SLACK_SIGNING_SECRET alone cannot post"],
    [
      !discord && config.DISCORD_GUILD_ID !== undefined,
      "DISCORD_TOKEN is missing: DISCORD_GUILD_ID alone does nothing",
    ],
    [!slack && digestTo("slack"), "SLACK_BOT_TOKEN is missing: DIGEST_CHANNELS names a Slack channel"],
    [!discord && digestTo("discord"), "DISCORD_TOKEN is missing: DIGEST_CHANNELS names a Discord channel"],
  ];
  return rules.filter(([broken]) => broken).map(([, sentence]) => sentence);
}
