import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { AlertCommandParts } from "../src/bot/alerts/alert-book.ts";
import { createAlertCommands } from "../src/bot/alerts/alert-commands.ts";
import { createTicketCommands } from "../src/bot/tickets/ticket-commands.ts";
import type { Ticketing } from "../src/bot/tickets/ticketing.ts";
import type { AskingContext } from "../src/bot/commands/context.ts";
import { createCommands } from "../src/bot/commands/commands.ts";
import { slackManifest } from "../src/bot/platforms/slack/manifest.ts";
import { SETTINGS } from "../src/config.ts";
import { metricsPage } from "./metrics-page.ts";

/** Writes what is generated from the source, or with `--check` fails when a file is stale. */

interface Row {
  readonly name: string;
  readonly about: string;
  readonly fallback: string;
  readonly example: string | undefined;
}

function rows(): Row[] {
  return Object.entries(SETTINGS).map(([name, setting]) => {
    const parsed = setting.schema.safeParse(undefined);
    const value: unknown = parsed.success ? parsed.data : undefined;
    const empty = value === undefined || (Array.isArray(value) && value.length === 0);
    return {
      name,
      about: setting.about,
      fallback: empty ? "" : `${value as string | number | boolean}`,
      example: "example" in setting ? setting.example : undefined,
    };
  });
}

function configurationPage(): string {
  const lines = rows().map(({ name, about, fallback, example }) => {
    const shown = fallback === "" ? (example === undefined ? "" : `e.g. \`${example}\``) : `\`${fallback}\``;
    return `| \`${name}\` | ${about} | ${shown} |`;
  });
  return [
    "# Configuration",
    "",
    "Environment variables, read once at start, also from a file `.env`. An empty value counts as absent.",
    "This page and `.env.example` are generated from `src/config.ts`: run `npm run docs` after a change there.",
    "",
    "| variable | what it says | default |",
    "|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

function environmentExample(): string {
  const lines = rows().flatMap(({ name, about, fallback, example }) => [
    `# ${about}`,
    `# ${name}=${fallback === "" ? (example ?? "") : fallback}`,
    "",
  ]);
  return ["# Copy to .env and remove the # in front of what you set. Nothing here is required.", "", ...lines].join(
    "\n",
  );
}

/** Commands are described without being run, so they need nothing to work with. */
function slackManifestFile(): string {
  return `${JSON.stringify(slackManifest(createCommands({} as AskingContext, [...createAlertCommands({} as AlertCommandParts), ...createTicketCommands({} as Ticketing)])), null, 2)}\n`;
}

const GENERATED: Readonly<Record<string, () => string>> = {
  "docs/configuration.md": configurationPage,
  ".env.example": environmentExample,
  "docs/metrics.md": metricsPage,
  "slack-manifest.json": slackManifestFile,
};

const stale = Object.entries(GENERATED).filter(([path, make]) => {
  const wanted = make();
  if (!process.argv.includes("--check")) {
    writeFileSync(path, wanted);
    return false;
  }
  return !existsSync(path) || readFileSync(path, "utf8") !== wanted;
});
for (const [path] of stale) console.error(`${path} is stale: run npm run docs`);
process.exitCode = stale.length === 0 ? 0 : 1;
