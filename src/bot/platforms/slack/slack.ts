import { App, webApi, type Receiver } from "@slack/bolt";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../core/log.ts";
import { Problem } from "../../../core/problem.ts";
import type { Clock } from "../../../core/time.ts";
import type { Command } from "../../command.ts";
import type { ChatEvents } from "../../conversation.ts";
import { checkForms } from "../../form.ts";
import type { Gate } from "../../permission/gate.ts";
import type { ChatPlatform } from "../../platform.ts";
import { createTeller } from "../../telling.ts";
import { PREFIX } from "./answering.ts";
import { checkAppToken, identify, type Identity } from "./credentials.ts";
import { createDirectory, type Directory } from "./directory.ts";
import { edit } from "./editing.ts";
import { listenToHappenings } from "./happenings.ts";
import { createHttpReceiver, type HttpReceiver } from "./http-receiver.ts";
import { linkTo } from "./links.ts";
import { createNativeCharts, type NativeCharts } from "./native-charts.ts";
import { listen } from "./listeners.ts";
import { adminsOf, audienceOf, directTo } from "./people.ts";
import type { RenderPng } from "./pictures.ts";
import { lookUp, post, remove, type PostingParts } from "./posting.ts";
import { react, reactionsOf } from "./reactions.ts";
import { createRoster } from "./roster.ts";
import { createSdkLog } from "./sdk-log.ts";
import { createSocket, type Socket } from "./socket.ts";
import { readThread, startThread, threadOf } from "./threads.ts";
import { viewFaults } from "./view-json.ts";
import { withoutTrailing } from "../../../core/trailing.ts";

export interface SlackParts {
  /** xoxb-… */
  readonly botToken: string;
  /** xapp-…; with it, Socket Mode. */
  readonly appToken?: string | undefined;
  /** With it, signed requests are taken by `handle`. */
  readonly signingSecret?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly png: RenderPng;
  /** Slack draws charts itself where it can say what they say; else they are pictures. */
  readonly nativeCharts?: boolean;
  /** See `Inbox.isNews`. */
  readonly isNews: (eventId: string) => Promise<boolean>;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly log: Log;
  /** Time a command may take before the person is told that it did not come. */
  readonly answerMs?: number;
  /** Time that Slack has to say who asks, and where. */
  readonly lookUpMs?: number;
}

export interface SlackPlatform extends ChatPlatform {
  readonly name: "slack";
  /** For `POST /slack/events`; answers 404 when there is no signing secret. */
  handle(request: Request): Promise<Response>;
}

const CALL_MS = 8_000;
const ANSWER_MS = 20_000;
const STOP_MS = 5_000;
/** A retry after a lost reply is a second message; who calls decides what to do. */
const WITHOUT_RETRIES = { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout: CALL_MS } as const;
/** What may be repeated waits for as long as Slack asks. */
const PATIENTLY = { retryConfig: { retries: 5, minTimeout: 500, maxTimeout: 4_000 }, timeout: CALL_MS } as const;
const SLACK_API = "https://slack.com/api/";

export function createSlack(parts: SlackParts): SlackPlatform {
  const { botToken, appToken, signingSecret, log, clock, png } = parts;
  const apiUrl = `${withoutTrailing(parts.apiUrl ?? SLACK_API, "/")}/`;
  const sdkLog = createSdkLog(log);
  const options = { ...WITHOUT_RETRIES, slackApiUrl: apiUrl, logger: sdkLog };
  const client = new webApi.WebClient(botToken, options);
  const patient = new webApi.WebClient(botToken, { ...PATIENTLY, slackApiUrl: apiUrl, logger: sdkLog });
  const running = createRunning();
  const { track } = running;
  let commands: readonly Command[] = [];
  let events: ChatEvents = {};
  let identity: Identity | null = null;
  const { isNews, gate, answerMs = ANSWER_MS, lookUpMs } = parts;
  const charts = createNativeCharts({ isOn: parts.nativeCharts ?? true, clock });
  const tell = createTeller({ platform: "slack", isNews, log });
  const ready = () => track(tell(null, () => events.ready?.("slack")));
  const refused = (reason: string) => track(tell(null, () => events.refused?.("slack", reason)));

  const http = signingSecret === undefined ? null : createHttpReceiver({ signingSecret, clock });
  const socket =
    appToken === undefined
      ? null
      : createSocket({ appToken, apiUrl, log, sdkLog, onConnected: ready, onRefused: refused });
  const app = new App({
    receiver: receiverOf(http, socket),
    authorize: async () => ({ botToken, ...identityOf(identity) }),
    clientOptions: options,
    logger: sdkLog,
  });
  listenToHappenings(app, { events: () => events, tell, track, selfId: () => identity?.botUserId ?? null });
  const patience = lookUpMs === undefined ? {} : { lookUpMs };
  const directory = createDirectory({ client, log, teamId: () => identity?.teamId ?? null, ...patience });
  listen(app, { client, png, charts, log, isNews, answerMs, directory, gate, commands: () => commands, track });

  return {
    name: "slack",
    prefix: PREFIX,
    ...createPoster({ client, png, charts, self: () => identity }),
    ...createConversing({ patient, png, charts, clock }),
    ...whoAndWhere(directory),
    async handle(request) {
      return http === null ? new Response(null, { status: 404 }) : http.handle(request);
    },
    async start(given, listeners = {}) {
      checkForms("Slack", given, viewFaults);
      commands = given;
      events = listeners;
      if (http === null && socket === null)
        throw new Problem("slack_mode", 500, "Slack needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET.");
      identity = await identify(client);
      if (appToken !== undefined) await checkAppToken(client, appToken);
      if (socket === null) ready();
      else await socket.start();
    },
    async stop() {
      await socket?.stop();
      await Promise.race([running.ended(), sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}

/** What is under way. */
function createRunning() {
  const running = new Set<Promise<void>>();
  return {
    track(work: Promise<void>): void {
      const tracked = work.finally(() => running.delete(tracked));
      running.add(tracked);
    },
    ended: () => Promise.all(running),
  };
}

function createPoster(parts: PostingParts) {
  return {
    post: (one) => post(one, parts),
    lookUp: (one, since) => lookUp(one, since, parts),
    remove: (destination, ts) => remove(destination, ts, parts),
  } satisfies Partial<ChatPlatform>;
}

function whoAndWhere({ askerOf, placeOf, nameOf }: Directory) {
  return {
    placeOf: (channel) => placeOf(channel, null),
    standingOf: async (person) => (await askerOf(person)).standing,
    nameOf,
  } satisfies Partial<ChatPlatform>;
}

interface ConversingParts extends Pick<SlackParts, "png" | "clock"> {
  readonly patient: webApi.WebClient;
  readonly charts: NativeCharts;
}

function createConversing({ patient, png, charts, clock }: ConversingParts) {
  const parts = { patient, png, charts, roster: createRoster({ client: patient, clock }) };
  return {
    edit: (message, shown) => edit(message, shown, parts),
    react: (message, emoji) => react(message, emoji, parts),
    reactionsOf: (message) => reactionsOf(message, parts),
    threadOf: (message) => threadOf(message, patient),
    startThread: (message) => startThread(message, patient),
    readThread: (thread) => readThread(thread, patient),
    tagThread: async () => ({ ok: true, value: null }),
    directTo: (personId) => directTo(personId, parts),
    audienceOf: (audience) => audienceOf(audience, parts),
    adminsOf: () => adminsOf(parts),
    linkTo: (message) => linkTo(message, patient),
  } satisfies Partial<ChatPlatform>;
}

function identityOf(identity: Identity | null) {
  if (identity === null) return {};
  const { botUserId, botId, teamId } = identity;
  return { botUserId, teamId, ...(botId === undefined ? {} : { botId }) };
}

/** bolt knows one receiver; ours are started and stopped by the platform. */
function receiverOf(http: HttpReceiver | null, socket: Socket | null): Receiver {
  return {
    init(app) {
      http?.init(app);
      socket?.init(app);
    },
    start: async () => undefined,
    stop: async () => undefined,
  };
}
