import { listOf } from "./chat-config.ts";
import { isWebhookSecret } from "./tickets/webhook-message.ts";
import type { WebhookSettings } from "./tickets/webhooks.ts";
import { yesOrNo } from "./yes-or-no.ts";

/** The variables of webhooks for tickets. */
export const WEBHOOK_SETTINGS = {
  TICKET_WEBHOOKS: {
    about: "Addresses that are told of every change of a ticket, by comma; needs TICKET_WEBHOOK_SECRET.",
    example: "https://example.com/hooks/tickets",
    schema: listOf(",", addressOf, () => "must be https addresses without user and password, by comma"),
  },
  TICKET_WEBHOOK_SECRET: {
    about:
      "Signs what is sent to TICKET_WEBHOOKS: `whsec_` and 24 to 64 bytes in base64; two by comma while one is being replaced.",
    example: "whsec_...",
    schema: listOf(
      ",",
      (text) => (isWebhookSecret(text) ? text : null),
      () => 'must be `whsec_` and 24 to 64 bytes in base64: printf "whsec_%s" "$(openssl rand -base64 32)"',
    ),
  },
  TICKET_WEBHOOKS_ALLOW_PRIVATE: {
    about:
      "true: TICKET_WEBHOOKS may lead to this machine or its network and need no https, which is refused otherwise.",
    schema: yesOrNo,
  },
};

function addressOf(text: string): string | null {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return null;
  const { username, password } = new URL(text);
  return username === "" && password === "" ? text : null;
}

interface WebhookConfig {
  readonly TICKET_WEBHOOKS: readonly string[];
  readonly TICKET_WEBHOOK_SECRET: readonly string[];
  readonly TICKET_WEBHOOKS_ALLOW_PRIVATE: boolean;
}

/** What does not go together, in sentences that say what to do. */
export function webhookFaults(config: WebhookConfig): string[] {
  const { TICKET_WEBHOOKS: urls, TICKET_WEBHOOK_SECRET: secrets, TICKET_WEBHOOKS_ALLOW_PRIVATE: allowPrivate } = config;
  const isPlain = urls.some((url) => url.startsWith("http:"));
  const rules: readonly (readonly [boolean, string])[] = [
    [urls.length > 0 && secrets.length === 0, "TICKET_WEBHOOK_SECRET is missing: TICKET_WEBHOOKS is not sent unsigned"],
    [
      isPlain && !allowPrivate,
      "TICKET_WEBHOOKS must be https addresses, or TICKET_WEBHOOKS_ALLOW_PRIVATE true for those of your own network",
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, sentence]) => sentence);
}

/** Null: nobody is told. */
export function webhookSettingsOf(config: WebhookConfig): WebhookSettings | null {
  const { TICKET_WEBHOOKS: urls, TICKET_WEBHOOK_SECRET: secrets, TICKET_WEBHOOKS_ALLOW_PRIVATE: allowPrivate } = config;
  return urls.length === 0 ? null : { urls: [...new Set(urls)], secrets, allowPrivate };
}
