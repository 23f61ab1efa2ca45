import { resolve } from "node:path";
import { addressOf } from "./api/address.ts";
import { createApi } from "./api/api.ts";
import { createReadiness, type Readiness } from "./api/readiness.ts";
import { serve } from "./api/server.ts";
import { addressInWords, type Startup } from "./banner.ts";
import { chatLines, createPlatforms, startChat, type Platforms } from "./chat.ts";
import type { Config } from "./config.ts";
import type { Lifecycle } from "./core/lifecycle.ts";
import type { Log } from "./core/log.ts";
import { clockComplaint } from "./db/clock-watch.ts";
import { isForSlack } from "./slack-address.ts";
import { firstAdminKey, keptAdminKey } from "./first-key.ts";
import { layFoundation, placeOf, type Foundation } from "./foundation.ts";
import { startJobs } from "./jobs.ts";
import { openRooms, type Rooms } from "./rooms.ts";
import { leaveNote, type RunningService } from "./running.ts";
import { createPreparingPage } from "./web/preparing-page.ts";
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
  /**
   * Runs when the service listens and answers everybody that it is not ready: the demo is filled here. `tell` says how far it is, in
   * a sentence without its full stop.
   */
  readonly prepare?: (parts: Preparing) => Promise<void>;
}

export interface Preparing {
  readonly foundation: Foundation;
  readonly rooms: Rooms;
  readonly startup: Startup;
  readonly tell: (step: string) => void;
}

export interface Started {
  /** What to tell the person who started it. */
  readonly startup: Startup;
  /** To be called once that was told: from then on `/readyz` answers 200. */
  readonly ready: () => void;
}

/** Starts what the role asks for; each part registers its stop. */
export async function startService(parts: ServiceParts): Promise<Started> {
  const { config, log, lifecycle, version, demo, prepare } = parts;
  const foundation = await layFoundation({ config, log, lifecycle, purpose: "service" });
  const rooms = openRooms(foundation, config);
  lifecycle.onStop("intake", () => rooms.intake.stop());
  const does = (role: Config["ROLE"]) => config.ROLE === "all" || config.ROLE === role;
  const chatting = does("bot") && !demo;
  const platforms: Platforms = chatting ? await createPlatforms(config, foundation) : { all: [], slackEvents: null };
  const readiness = createReadiness({
    ping: () => foundation.db.read.run((sql) => sql`select 1`),
    complaint: () => clockComplaint(foundation.clock.driftMs()),
  });
  readiness.starting("Bellwether is starting");
  const serves = does("api") || platforms.slackEvents !== null;
  const address = serves ? await startHttp(foundation, rooms, platforms, { ...parts, readiness }) : null;
  lifecycle.onStop("note", await leaveNote(noteOf(config, address, demo)));
  const { timeZone, currency } = foundation.workspace;
  const startup: Startup = {
    version,
    timeZone,
    currency,
    database: foundation.databaseLine,
    address,
    adminKey: null,
    demo,
    chat: chatting ? chatLines(config) : [],
    role: config.ROLE,
  };
  await prepare?.({ foundation, rooms, startup, tell: readiness.starting });
  // Made-up tickets are nobody's business.
  const webhooks = demo ? null : webhookSettingsOf(config);
  if (does("worker")) startJobs({ foundation, rooms, lifecycle, webhooks });
  if (chatting) await startChat({ config, foundation, rooms, lifecycle, platforms: platforms.all });
  // Registered last, so that it is said first: traffic goes elsewhere while the rest stops.
  lifecycle.onStop("readiness", () => readiness.stopping());
  // Last, because nobody sees the key when a later step fails.
  const adminKey = demo
    ? null
    : ((await firstAdminKey(rooms, config, parts.isTerminal)) ?? (await keptAdminKey(rooms, config)));
  return { startup: { ...startup, adminKey }, ready: readiness.started };
}

function noteOf(config: Config, address: string | null, demo: boolean): RunningService {
  const { DATABASE_URL: url } = config;
  const own = url === undefined ? null : placeOf(url);
  return {
    pid: process.pid,
    data_dir: url === undefined ? resolve(config.DATA_DIR) : null,
    database: own,
    address,
    demo,
  };
}

/** What is answered while the start is not complete; only who asks how it stands is answered as ever. */
const ANSWERED_WHILE_PREPARING = /^https?:\/\/[^/]*\/(?:healthz|readyz)(?:\?|$)/;

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
  const preparing = createPreparingPage(() => readiness.step() ?? "Bellwether is ready");
  const { HOST: host, PORT: port } = config;
  const isHeldBack = ({ url }: Request) => demo && readiness.step() !== null && !ANSWERED_WHILE_PREPARING.test(url);
  const answer = (request: Request, env: object) => {
    if (isHeldBack(request)) return preparing.fetch(request);
    return slackEvents !== null && isForSlack(request.url) ? slackEvents(request) : api.fetch(request, env);
  };
  const server = await serve({ fetch: answer, host, port, log });
  address = addressInWords(host, server.port);
  lifecycle.onStop("HTTP server", async () => void (await server.close(5_000)));
  return address;
}
