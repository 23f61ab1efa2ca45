import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addressOf } from "./api/address.ts";
import { createApi } from "./api/api.ts";
import { createReadiness, type Readiness } from "./api/readiness.ts";
import { serve } from "./api/server.ts";
import { addressInWords, type Startup } from "./banner.ts";
import { chatLines, createPlatforms, startChat, type Platforms } from "./chat.ts";
import type { Config } from "./config.ts";
import type { Lifecycle } from "./core/lifecycle.ts";
import type { Log } from "./core/log.ts";
import { Problem } from "./core/problem.ts";
import { clockComplaint } from "./db/clock-watch.ts";
import { layFoundation, type Foundation } from "./foundation.ts";
import { startJobs } from "./jobs.ts";
import { openRooms, type Rooms } from "./rooms.ts";
import { isForSlack } from "./slack-address.ts";
import { createWeb } from "./web/web.ts";
import { webhookSettingsOf } from "./webhook-config.ts";

export interface ServiceParts {
  readonly config: Config;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly version: string;
  readonly demo: boolean;
  /** A terminal is shown the first admin key; elsewhere it goes into a file. */
  readonly isTerminal: boolean;
  /** Runs when the rooms are open and before anybody is served: the demo is filled here. */
  readonly prepare?: (foundation: Foundation, rooms: Rooms) => Promise<void>;
}

/** Starts what the role asks for; each part registers its stop. Answers what to tell the person who started it. */
export async function startService(parts: ServiceParts): Promise<Startup> {
  const { config, log, lifecycle, version, demo } = parts;
  const foundation = await layFoundation({ config, log, lifecycle, purpose: "service" });
  const rooms = openRooms(foundation, config);
  lifecycle.onStop("intake", () => rooms.intake.stop());
  await parts.prepare?.(foundation, rooms);
  const does = (role: Config["ROLE"]) => config.ROLE === "all" || config.ROLE === role;
  const chatting = does("bot") && !demo;
  const platforms: Platforms = chatting ? await createPlatforms(config, foundation) : { all: [], slackEvents: null };
  const readiness = createReadiness({
    ping: () => foundation.db.read.run((sql) => sql`select 1`),
    complaint: () => clockComplaint(foundation.clock.driftMs()),
  });
  const serves = does("api") || platforms.slackEvents !== null;
  const address = serves ? await startHttp(foundation, rooms, platforms, { ...parts, readiness }) : null;
  // Made-up tickets are nobody's business.
  const webhooks = demo ? null : webhookSettingsOf(config);
  if (does("worker")) startJobs({ foundation, rooms, lifecycle, webhooks });
  if (chatting) await startChat({ config, foundation, rooms, lifecycle, platforms: platforms.all });
  // Registered last, so that it is said first: traffic goes elsewhere while the rest stops.
  lifecycle.onStop("readiness", () => readiness.stopping());
  const { timeZone, currency } = foundation.workspace;
  // Last, because nobody sees the key when a later step fails.
  const adminKey = demo ? null : await firstAdminKey(rooms, parts);
  return {
    version,
    timeZone,
    currency,
    database: foundation.databaseLine,
    address,
    adminKey,
    demo,
    chat: chatting ? chatLines(config) : [],
    role: config.ROLE,
  };
}

async function startHttp(
  foundation: Foundation,
  rooms: Rooms,
  { slackEvents }: Platforms,
  { config, log, lifecycle, version, demo, readiness }: ServiceParts & { readonly readiness: Readiness },
): Promise<string> {
  const { clock, workspace } = foundation;
  // The port may be any free one, so the address is known only once the server listens.
  let address = "";
  const pages = createWeb({
    reader: rooms.reader,
    access: rooms.access,
    clock,
    workspace,
    log,
    demo,
    publicUrl: () => config.PUBLIC_URL ?? address,
    addressOf: (context) => addressOf(context, config.TRUST_PROXY),
  });
  const api = createApi({
    ...rooms,
    verdicts: rooms.intake,
    clock,
    workspace,
    readiness,
    log,
    version,
    trustProxy: config.TRUST_PROXY,
    corsOrigins: config.CORS_ORIGINS,
    pages,
  });
  const { HOST: host, PORT: port } = config;
  const answer = (request: Request, env: object) =>
    slackEvents !== null && isForSlack(request.url) ? slackEvents(request) : api.fetch(request, env);
  const server = await serve({ fetch: answer, host, port, log });
  address = addressInWords(host, server.port);
  lifecycle.onStop("HTTP server", async () => void (await server.close(5_000)));
  return address;
}

/** Shown once on a terminal; elsewhere it must not end up in a log, so it goes into a file that only its owner can read. */
async function firstAdminKey({ access }: Rooms, { config, isTerminal }: ServiceParts): Promise<string | null> {
  const made = await access.ensureAdminKey();
  if (made === null) return null;
  if (isTerminal) return `${made.key}  (shown this once; only its hash is kept)`;
  const path = join(config.DATA_DIR, "admin-key");
  try {
    await mkdir(config.DATA_DIR, { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
    await writeFile(path, `${made.key}\n`, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    await access.revoke(made.keyId);
    throw new Problem("admin_key_not_kept", 500, `The first admin key could not be written to ${path}.`, {
      next: "Correct DATA_DIR or its permissions, or set ADMIN_KEY.",
      cause,
    });
  }
  return `in ${path} (only its hash is kept elsewhere)`;
}
