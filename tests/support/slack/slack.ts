import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createEmulator } from "emulate";
import { createCrowd } from "./crowd.ts";
import { createRooms } from "./rooms.ts";
import { bytesOf, serveApi, type ApiCall } from "./api-proxy.ts";
import { createFaults } from "./faults.ts";
import { createResponseUrls, type Invocation } from "./invocations.ts";
import { createSocketMode, type EnvelopeType } from "./socket-mode.ts";
import { createViews, submissionOf, type OpenedView } from "./views.ts";
import { createWorkspace, HOME_CHANNEL, NAME_OF_SOMEBODY, SOMEBODY } from "./workspace.ts";

/** How what Slack sends reaches the bot. */
export type Route =
  | { readonly kind: "socket" }
  | { readonly kind: "http"; readonly handle: (request: Request) => Promise<Response> };

/** What becomes of events on their way: shares from 0 to 1. */
export interface Weather {
  readonly lost: number;
  readonly doubled: number;
  /** Comes after the next one. */
  readonly delayed: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export interface StoredMessage {
  readonly ts: string;
  readonly text: string;
  readonly user: string;
  readonly blocks: readonly Record<string, unknown>[];
  readonly metadata?: { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> };
}

/** Who types or clicks, and where; else somebody of the team in a private channel. */
export interface From {
  readonly user?: string;
  readonly channel?: string;
  /** What is clicked stands in a message that all see. */
  readonly isPublic?: boolean;
}

interface Action {
  readonly action_id: string;
  readonly value: string;
}

const PLAIN_X = { type: "plain_text", text: "x" };
const BOT_TOKEN = "xoxb-made-up-bot";
const APP_TOKEN = "xapp-made-up-app";
/** The tests look into the channels with a token of their own. */
const OBSERVER = "xoxb-observer";
const SIGNING_SECRET = "made-up-signing-secret";
const SCOPES = [
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "channels:history",
  "groups:history",
  "channels:read",
  "groups:read",
  "im:history",
  "im:read",
  "im:write",
  "mpim:read",
  "reactions:read",
  "reactions:write",
  "users:read",
  "usergroups:read",
];
/** People of the emulator, who write with tokens of their own. */
const WRITERS = [NAME_OF_SOMEBODY, "kim"] as const;
const tokenOf = (writer: string) => `xoxp-${writer}`;

function idOfSomebody({ members }: Record<string, unknown>): string {
  return (members as { id: string; name: string }[]).find(({ name }) => name === NAME_OF_SOMEBODY)?.id ?? "";
}

export type FakeSlack = Awaited<ReturnType<typeof startSlack>>;

/** Slack on loopback: the emulator holds the state, we add what it lacks and refuse what the real one refuses. */
export async function startSlack() {
  let scopes: readonly string[] = SCOPES;
  let restsOfFiles = 0;
  let showsPrivatePictures = true;
  let takesCharts = true;
  const calls: ApiCall[] = [];
  const complaints: string[] = [];
  const strangers = new Set<string>();
  const workspace = createWorkspace();
  const faults = createFaults();
  const rests = new Map<string, number>();
  const lengths = new Map<string, number>();
  const views = createViews((found) => void complaints.push(...found));
  const pictures = new Map<string, Buffer>();
  const emulator = await createEmulator({
    service: "slack",
    port: 0,
    seed: {
      tokens: {
        [BOT_TOKEN]: { login: "bellwether", scopes: SCOPES },
        [OBSERVER]: { login: "bellwether", scopes: SCOPES },
        ...Object.fromEntries(WRITERS.map((login) => [tokenOf(login), { login, scopes: SCOPES }])),
      },
      slack: {
        strict_scopes: true,
        users: [{ name: "bellwether" }, ...WRITERS.map((name) => ({ name }))],
        channels: [{ name: "numbers" }, { name: "founders", is_private: true }],
      },
    },
  });
  const emulatorUrl = emulator.url.replace("localhost", "127.0.0.1");
  let ownUrl = "";

  const files = {
    isReady(id: string) {
      const left = rests.get(id);
      if (left === undefined) return false;
      rests.set(id, left - 1);
      return left <= 0;
    },
    announced: (id: string, length: number) => void lengths.set(id, length),
    lengthOf: (id: string) => lengths.get(id) ?? null,
    complete: (id: string) => void rests.set(id, restsOfFiles),
    uploaded: (id: string, bytes: Buffer) => void pictures.set(id, bytes),
  };
  const rooms = createRooms(direct, (event) => tell(event), workspace.people);
  const responseUrls = createResponseUrls(
    () => ownUrl,
    faults,
    (id) => files.isReady(id),
    () => showsPrivatePictures,
    () => takesCharts,
    (found) => void complaints.push(...found),
  );
  const parts = {
    emulatorUrl,
    ownUrl: () => ownUrl,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    scopes: () => scopes,
    faults,
    calls,
    complaints,
    takesCharts: () => takesCharts,
    strangers,
    files,
    rooms,
    views,
    workspace,
    idInEmulator: (user: string) => (user === SOMEBODY ? somebodysId() : user),
  };
  const server = createServer((request, response) => {
    const served = (request.url ?? "").startsWith("/response/")
      ? responseUrls.serve(request, response)
      : (request.url ?? "").startsWith("/upload/")
        ? upload(request, response)
        : serveApi(request, response, parts);
    served.catch((thrown: unknown) => response.writeHead(500).end(String(thrown)));
  });
  // A test may keep the event loop busy for longer than the usual 5 s.
  server.keepAliveTimeout = 60_000;
  const socket = createSocketMode(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ownUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function upload(request: Parameters<typeof bytesOf>[0], response: Parameters<typeof serveApi>[1]) {
    const bytes = await bytesOf(request);
    if (files.lengthOf((request.url ?? "").split("/").at(-1) ?? "") !== bytes.length)
      return void response.writeHead(400).end("length mismatch");
    const answer = await fetch(`${emulatorUrl}${request.url}`, {
      method: "POST",
      headers: { "content-type": request.headers["content-type"] ?? "application/octet-stream" },
      body: new Uint8Array(bytes),
    });
    files.uploaded((request.url ?? "").split("/").at(-1) ?? "", bytes);
    response.writeHead(answer.status).end(await answer.text());
  }

  /** The emulator gives people ids of its own. */
  let somebody: Promise<string> | null = null;
  const somebodysId = () => (somebody ??= direct("users.list", {}).then(idOfSomebody));

  async function direct(method: string, body: object, token = OBSERVER): Promise<Record<string, unknown>> {
    const answer = await fetch(`${emulatorUrl}/api/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  }

  function sign(
    body: string,
    seconds = Math.floor(Date.now() / 1000),
    secret = SIGNING_SECRET,
  ): Record<string, string> {
    const signature = `v0=${createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex")}`;
    return { "x-slack-request-timestamp": String(seconds), "x-slack-signature": signature };
  }

  function requestOf(type: EnvelopeType, payload: object, seconds?: number, secret?: string): Request {
    const fields = type === "interactive" ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
    const body = type === "events_api" ? JSON.stringify(payload) : new URLSearchParams(fields).toString();
    const contentType = type === "events_api" ? "application/json" : "application/x-www-form-urlencoded";
    const headers = { "content-type": contentType, ...sign(body, seconds, secret) };
    return new Request("http://bellwether.test/slack/events", { method: "POST", headers, body });
  }

  /** What the bot answers to the request itself. */
  async function answerTo(route: Route, type: EnvelopeType, payload: object): Promise<unknown> {
    if (route.kind === "socket") return socket.deliver(type, payload);
    const answer = await route.handle(requestOf(type, payload));
    if (answer.status !== 200) throw new Error(`the bot answered ${answer.status}`);
    const text = await answer.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  async function send(route: Route, type: EnvelopeType, payload: object): Promise<number> {
    const start = performance.now();
    await answerTo(route, type, payload);
    return performance.now() - start;
  }

  let eventRoute: Route | null = null;
  let weather: Weather | null = null;
  let events = 0;
  const delayed: { readonly event: object }[] = [];
  const deliveries = new Set<Promise<unknown>>();
  const listeners = new Set<(event: unknown) => void>();

  function deliver(envelope: { readonly event: object }): void {
    if (eventRoute === null) return;
    const hear = () => listeners.forEach((listener) => listener(envelope.event));
    const delivery = send(eventRoute, "events_api", envelope).then(hear, () => undefined);
    deliveries.add(delivery);
    void delivery.finally(() => deliveries.delete(delivery));
  }

  /** Tells the bot of an event by the route that was set, in whatever weather there is. */
  function tell(event: object): void {
    const envelope = {
      token: "old",
      team_id: "T000000001",
      api_app_id: "A1",
      event,
      type: "event_callback",
      event_id: `Ev${(events += 1)}`,
      event_time: 1,
      authorizations: [],
    };
    const { lost = 0, doubled = 0, delayed: late = 0, random = () => 1 } = weather ?? {};
    if (random() < lost) return;
    if (random() < late) return void delayed.push(envelope);
    for (let times = random() < doubled ? 2 : 1; times > 0; times -= 1) deliver(envelope);
    for (const one of delayed.splice(0)) deliver(one);
  }

  const { members = [] } = await direct("users.list", {});
  const idOf = (name: string) => (members as { id: string; name: string }[]).find((one) => one.name === name)?.id ?? "";
  rooms.setSelf(rooms.addPerson(idOf("bellwether"), { name: "bellwether", is_bot: true }));
  const writers = WRITERS.map((name) => ({ id: rooms.addPerson(idOf(name), { name }), token: tokenOf(name) }));
  const crowd = createCrowd({ direct, rooms, tell, writers });

  const whatIsCommon = () => ({ trigger_id: views.issueTrigger(), token: "old", api_app_id: "A1" });

  function slashPayload(
    command: string,
    text: string,
    responseUrl: string,
    { user = SOMEBODY, channel = HOME_CHANNEL }: From = {},
  ): Record<string, string> {
    return {
      ...whatIsCommon(),
      team_id: "T000000001",
      team_domain: "acme",
      channel_id: channel,
      channel_name: "privategroup",
      user_id: user,
      user_name: "dana",
      command,
      text,
      response_url: responseUrl,
      is_enterprise_install: "false",
    };
  }

  function invoke(
    route: Route,
    type: EnvelopeType,
    payload: object,
    opened: ReturnType<typeof responseUrls.open>,
  ): Invocation {
    const acknowledged = send(route, type, payload);
    acknowledged.catch(() => undefined);
    return { payload, answers: opened.answers, acknowledged, next: opened.next };
  }

  function act(
    route: Route,
    action: object,
    { user = SOMEBODY, channel = HOME_CHANNEL, isPublic = false }: From,
  ): Invocation {
    const opened = responseUrls.open();
    const payload = {
      type: "block_actions",
      ...whatIsCommon(),
      team: { id: "T000000001", domain: "acme" },
      user: { id: user, username: "dana", name: "dana", team_id: "T000000001" },
      channel: { id: channel, name: "privategroup" },
      container: { type: "message", message_ts: "1.1", channel_id: channel, is_ephemeral: !isPublic },
      response_url: opened.url,
      actions: [{ block_id: "b", action_ts: "1.1", ...action }],
    };
    return invoke(route, "interactive", payload, opened);
  }

  return {
    apiUrl: `${ownUrl}/api/`,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    calls,
    complaints,
    faults,
    socket,
    strangers,
    pictures,
    rooms,
    crowd,
    views,
    /** Sends a form with what was written in its fields; the others are left as they are. Resolves with the bot's answer. */
    submit: (
      route: Route,
      view: OpenedView,
      written: Readonly<Record<string, string>>,
      { user = SOMEBODY }: From = {},
    ): Promise<unknown> => {
      const payload = {
        type: "view_submission",
        ...whatIsCommon(),
        team: { id: "T000000001", domain: "acme" },
        user: { id: user, username: "dana", name: "dana", team_id: "T000000001" },
        view: submissionOf(view, written),
        response_urls: [],
        is_enterprise_install: false,
      };
      return answerTo(route, "interactive", payload);
    },
    /** How events reach the bot; null: not at all. */
    setRoute: (given: Route | null) => void (eventRoute = given),
    /** Hears the events that the bot acknowledged, as often and in the order in which it did. */
    listeners,
    /** Null: everything comes once and in order; what was delayed comes now. */
    setWeather: (given: Weather | null) => {
      weather = given;
      for (const one of delayed.splice(0)) deliver(one);
    },
    /** Resolves when all events are acknowledged. */
    settled: async () => {
      while (deliveries.size > 0) await Promise.all(deliveries);
    },
    workspace,
    /** People whom the emulator knows, so that one can write to them directly. */
    writers: writers.map(({ id }) => id),
    requestOf,
    slashPayload,
    expireResponseUrls: responseUrls.expireAll,
    openResponse: responseUrls.open,
    setScopes: (given: readonly string[]) => void (scopes = given),
    /** How often a new file is refused in blocks before it is ready. */
    setRestsOfFiles: (times: number) => void (restsOfFiles = times),
    /** Whether a message to one person alone may show a file that is shared nowhere. */
    setPrivatePictures: (shown: boolean) => void (showsPrivatePictures = shown),
    /** Whether the workspace takes charts that Slack draws itself. */
    setCharts: (taken: boolean) => void (takesCharts = taken),
    /** What the bot wrote to the person who gives the commands. */
    directMessages: async (): Promise<StoredMessage[]> => {
      const { channel } = await direct("conversations.open", { users: await somebodysId() });
      const { messages } = await direct("conversations.history", { channel: (channel as { id: string }).id });
      return messages as StoredMessage[];
    },
    channelId: async (name: string): Promise<string> => {
      const { channels } = await direct("conversations.list", { types: "public_channel,private_channel" });
      return (channels as { id: string; name: string }[]).find((one) => one.name === name)?.id ?? "";
    },
    messages: async (channel: string, thread?: string): Promise<StoredMessage[]> => {
      const method = thread === undefined ? "conversations.history" : "conversations.replies";
      const { messages = [] } = await direct(method, { channel, limit: 1000, ts: thread });
      const all = messages as (StoredMessage & { readonly thread_ts?: string })[];
      return thread === undefined ? all.filter(({ ts, thread_ts = ts }) => thread_ts === ts) : all;
    },
    type: (route: Route, command: string, text: string, from: From = {}): Invocation => {
      const opened = responseUrls.open();
      return invoke(route, "slash_commands", slashPayload(command, text, opened.url, from), opened);
    },
    click: (route: Route, { action_id, value }: Action, from: From = {}): Invocation =>
      act(route, { type: "button", action_id, value, text: PLAIN_X }, from),
    /** Chooses an option of a menu. */
    pick: (route: Route, { action_id, value }: Action, from: From = {}): Invocation =>
      act(route, { type: "static_select", action_id, selected_option: { text: PLAIN_X, value } }, from),
    /** Chooses a shortcut in the menu of a message. */
    choose: (
      route: Route,
      callbackId: string,
      message: Readonly<Record<string, unknown>> & { readonly ts: string },
      { user = SOMEBODY, channel = HOME_CHANNEL }: From = {},
    ): Invocation => {
      const opened = responseUrls.open();
      const payload = {
        type: "message_action",
        ...whatIsCommon(),
        callback_id: callbackId,
        action_ts: "1.1",
        message_ts: message.ts,
        team: { id: "T000000001", domain: "acme" },
        user: { id: user, name: "dana" },
        channel: { id: channel, name: "privategroup" },
        response_url: opened.url,
        message: { type: "message", ...message },
      };
      return invoke(route, "interactive", payload, opened);
    },
    /** Rejects when complaints are left, so that a wrong payload fails whatever test it is sent in. */
    close: async () => {
      socket.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await emulator.close();
      if (complaints.length > 0) throw new Error(`Slack would refuse this:\n${complaints.join("\n")}`);
    },
  };
}
