import { z } from "zod";
import { weaknessOf } from "./access/weak-secret.ts";
import { SUPPORT_SETTINGS } from "./support-config.ts";
import { SURVEY_SETTINGS } from "./survey-config.ts";
import { WEBHOOK_SETTINGS, webhookFaults } from "./webhook-config.ts";
import { yesOrNo } from "./yes-or-no.ts";
import { CHAT_SETTINGS, halfConfigured } from "./chat-config.ts";
import { isCurrency } from "./core/money.ts";
import { Problem } from "./core/problem.ts";
import { isTimeZone } from "./core/time.ts";
import { isDatabaseUrl } from "./db/database-url.ts";
import { POLICY_SETTINGS } from "./policy-config.ts";
import { withoutTrailing } from "./core/trailing.ts";

export interface Setting {
  /** One sentence for the table in the docs and for `.env.example`. */
  readonly about: string;
  readonly example?: string;
  readonly schema: z.ZodType<unknown, string | undefined>;
}

const whole = (from: number, to: number, fallback: number) =>
  z
    .string()
    .optional()
    .transform((value, context) => {
      const number = value === undefined ? fallback : Number(value);
      if (Number.isInteger(number) && number >= from && number <= to) return number;
      context.addIssue({ code: "custom", message: `must be a whole number from ${from} to ${to}` });
      return z.NEVER;
    });
const withoutSlashAtEnd = (text: string) => withoutTrailing(text, "/") || text.slice(0, 1);

/** Browsers send scheme, host and port in small letters, and nothing else. */
const isOrigin = (text: string) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

/** Every environment variable that Bellwether reads, with its default. An empty value counts as absent. */
export const SETTINGS = {
  DATABASE_URL: {
    about: "PostgreSQL 15 or newer to use. Without it an embedded server runs in DATA_DIR.",
    example: "postgres://bellwether:secret@localhost:5432/bellwether",
    schema: z
      .string()
      .refine(
        isDatabaseUrl,
        "must be an address such as postgres://user:password@host:5432/name (a % in the password is written %25)",
      )
      .optional(),
  },
  DATA_DIR: {
    about: "Folder of the embedded database.",
    schema: z.string().default("data").transform(withoutSlashAtEnd),
  },
  PORT: { about: "Port of the API and the dashboard.", schema: whole(0, 65_535, 3000) },
  HOST: { about: "Address to listen on. 0.0.0.0 listens on all.", schema: z.string().default("127.0.0.1") },
  PUBLIC_URL: {
    about: "Address under which people reach the dashboard; with https, cookies are marked secure.",
    example: "https://numbers.example.com",
    schema: z
      .url({ protocol: /^https?$/, error: "must be an http or https address" })
      .transform(withoutSlashAtEnd)
      .optional(),
  },
  TRUST_PROXY: { about: "true: take the sender's address from X-Forwarded-For.", schema: yesOrNo },
  CORS_ORIGINS: {
    about: "Origins whose pages may send events, by comma.",
    example: "https://app.example.com",
    schema: z
      .string()
      .optional()
      .transform((value) => (value ?? "").split(",").map((origin) => withoutSlashAtEnd(origin.trim())))
      .transform((origins) => origins.filter((origin) => origin !== ""))
      .refine((origins) => origins.every(isOrigin), "must be origins such as https://app.example.com, by comma"),
  },
  ROLE: {
    about:
      "all, or one part of the program: api (HTTP), bot (Slack, Discord and digests) or worker (rollups and housekeeping).",
    schema: z.enum(["all", "api", "bot", "worker"], "must be all, api, bot or worker").default("all"),
  },
  TIMEZONE: {
    about: "Zone in which days begin and end. Kept from the first start on.",
    example: "Europe/Berlin",
    schema: z.string().refine(isTimeZone, "must be UTC or a zone such as Europe/Berlin").optional(),
  },
  CURRENCY: {
    about: "Currency in which money is shown (ISO 4217). Kept from the first start on.",
    example: "USD",
    schema: z.string().refine(isCurrency, "must be a currency code such as USD").optional(),
  },
  ...POLICY_SETTINGS,
  ADMIN_KEY: {
    about:
      "A secret of at least 32 characters that opens everything; `openssl rand -hex 32` makes one. Without it one is made at the first start.",
    schema: z
      .string()
      .superRefine((secret, context) => {
        const weakness = weaknessOf(secret);
        if (weakness === null) return;
        const message = `${weakness}. Make one with \`openssl rand -hex 32\``;
        context.addIssue({ code: "custom", message });
      })
      .optional(),
  },
  ...CHAT_SETTINGS,
  ...SUPPORT_SETTINGS,
  ...SURVEY_SETTINGS,
  ...WEBHOOK_SETTINGS,
  QUICKCHART_URL: {
    about: "QuickChart server of your own that draws the charts of chat. Without it they are drawn here.",
    example: "http://localhost:3400",
    schema: z
      .url({ protocol: /^https?$/, error: "must be an http or https address" })
      .transform(withoutSlashAtEnd)
      .optional(),
  },
  QUICKCHART_ALLOW_PRIVATE: {
    about: "true: QUICKCHART_URL may lead to this machine or its network, which is refused otherwise.",
    schema: yesOrNo,
  },
  LOG_LEVEL: {
    about: "debug, info, warn, error or silent.",
    schema: z
      .enum(["debug", "info", "warn", "error", "silent"], "must be debug, info, warn, error or silent")
      .default("info"),
  },
} as const satisfies Record<string, Setting>;

const schema = z.object(
  Object.fromEntries(Object.entries(SETTINGS).map(([name, setting]) => [name, setting.schema])) as {
    [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]["schema"];
  },
);

export type Config = z.infer<typeof schema>;

/** All mistakes are told at once, as one `Problem` with the code `invalid_configuration`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.keys(SETTINGS).map((name) => [
      name,
      environment[name]?.trim() === "" ? undefined : environment[name]?.trim(),
    ]),
  );
  const parsed = schema.safeParse(given);
  const mistakes = parsed.success
    ? [...halfConfigured(parsed.data), ...webhookFaults(parsed.data)]
    : parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
  if (parsed.success && mistakes.length === 0) return parsed.data;
  throw new Problem(
    "invalid_configuration",
    500,
    `The configuration has ${mistakes.length === 1 ? "a mistake" : "mistakes"}:\n${mistakes.map((mistake) => `  ${mistake}.`).join("\n")}`,
    {
      next: `Fix ${mistakes.length === 1 ? "it" : "them"} in the environment or in .env and start again.`,
    },
  );
}
