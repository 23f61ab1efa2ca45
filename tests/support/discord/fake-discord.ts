import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { startGateway, type FakeGateway } from "./gateway.ts";
import { CHANNEL } from "./guild.ts";
import {
  buttonInteraction,
  commandInteraction,
  menuInteraction,
  messageCommandInteraction,
  modalInteraction,
  type From,
  type OptionGiven,
} from "./interactions.ts";
import { createJudge, type Judge } from "./judge.ts";
import { submissionOf } from "./modals.ts";
import { BOT_ID, type StoredMessage, type UploadedFile } from "./message-store.ts";
import { createCrowd, type Crowd } from "./crowd.ts";
import { createWorld, ROUTES, type Asked, type World } from "./rest.ts";
import { GUILD_ID } from "./rooms.ts";

/** What goes wrong with the next request of a kind. */
export type Fault =
  /** It takes effect, and the connection breaks before the answer. */
  | { readonly kind: "lose the answer" }
  /** It takes effect, `onDone` is told, and no answer ever comes. */
  | { readonly kind: "hold the answer"; readonly onDone: () => void }
  /** The connection breaks before it takes effect. */
  | { readonly kind: "lose the request" }
  | { readonly kind: "answer"; readonly status: number; readonly retryAfterSeconds?: number }
  /** It takes effect at once, and is answered so much later. */
  | { readonly kind: "answer late"; readonly ms: number };

export interface FakeDiscord {
  /** For `DISCORD_API_URL`. */
  readonly apiUrl: string;
  readonly token: string;
  readonly guildId: string;
  readonly world: World;
  readonly gateway: FakeGateway;
  /** People who write and react. */
  readonly crowd: Crowd;
  /** "post /channels/{channel_id}/messages", in order of arrival. */
  readonly requests: string[];
  /** What Discord's document says against requests of the bot and answers of this fake. */
  readonly faultsFound: string[];
  /** Fields that Discord does not know. */
  readonly unknownFields: string[];
  /** The next request for which `operation` is right goes wrong. */
  failNext(operation: string, fault: Fault, times?: number): void;
  ask(path: readonly [string, string], options?: readonly OptionGiven[], from?: From): Asked;
  press(customId: string, message: StoredMessage, from?: From): Asked;
  /** Chooses an option of a menu. */
  pick(customId: string, value: string, message: StoredMessage, from?: From): Asked;
  /** Chooses a command in the menu of a message. */
  choose(label: string, message: StoredMessage, from?: From): Asked;
  /** Sends the form that was opened, with what was written in its fields; the others are left as they are. */
  submit(opened: Asked, written: Readonly<Record<string, string>>, from?: From): Asked;
  /** Tells what was told again. */
  tellAgain(): void;
  /** Resolves with what `look` finds, looked for again after every change. */
  until<T>(look: () => T | null | undefined | false): Promise<T>;
  /** Rejects when `faultsFound` or `unknownFields` are left, so that a wrong payload fails whatever test it is sent in. */
  stop(): Promise<void>;
}

/** Discord's REST, gateway and CDN on loopback, judged by Discord's own document. */
export async function startFakeDiscord({
  now,
  judge = createJudge(),
}: { readonly now?: () => number; readonly judge?: Judge } = {}): Promise<FakeDiscord> {
  const token = `${Buffer.from(BOT_ID).toString("base64url")}.made-up.token`;
  const faults: { operation: string; fault: Fault; times: number }[] = [];
  const watchers = new Set<() => void>();
  const [requests, faultsFound, unknownFields] = [[], [], []] as [string[], string[], string[]];
  const changed = () => watchers.forEach((watcher) => watcher());
  const server = createServer((request, response) => {
    serve(request, response)
      .catch((thrown: unknown) => {
        faultsFound.push(`the fake failed: ${String(thrown)}`);
        response.destroy();
      })
      .finally(changed);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = (scheme: string) => `${scheme}://127.0.0.1:${port}`;
  const tell = (type: string, data: unknown) => gateway.dispatch(type, data);
  const world = createWorld({ gatewayUrl: () => url("ws"), cdn: () => url("http"), tell }, now);
  const gateway = startGateway({
    server,
    url: () => url("ws"),
    token,
    guildId: GUILD_ID,
    grantsContent: () => world.rooms.intents.messageContent,
    onChange: changed,
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", url("http"));
    const file = world.files.get(pathname);
    if (file !== undefined) return void response.writeHead(200, { "content-type": "image/png" }).end(file);
    const { body, files } = await readBody(request);
    const operation = judge.operationOf(
      request.method ?? "GET",
      pathname.replace(/^\/api\/v10/, "").replace("%40", "@"),
    );
    const name =
      operation === undefined ? `${request.method ?? ""} ${pathname}` : `${operation.method} ${operation.path}`;
    const route = ROUTES[name];
    requests.push(name);
    const answer = async (status: number, content?: unknown, headers: Record<string, string> = {}) => {
      if (operation !== undefined && status < 500)
        faultsFound.push(
          ...judge.faultsOfAnswer(operation, status, content).map((fault) => `answer ${status} to ${name}: ${fault}`),
        );
      response.writeHead(status, content === undefined ? headers : { "content-type": "application/json", ...headers });
      response.end(content === undefined ? undefined : JSON.stringify(content));
    };
    if (operation === undefined || route === undefined) {
      faultsFound.push(`no such operation: ${name}`);
      return answer(404, { code: 0, message: "404: Not Found" });
    }
    const needsToken = !/^\/(interactions|webhooks)/.test(operation.path);
    if (needsToken && request.headers.authorization !== `Bot ${token}`)
      return answer(401, { code: 0, message: "401: Unauthorized" });
    const wrong = judge.faultsOfRequest(operation, body);
    faultsFound.push(...wrong.map((fault) => `request ${name}: ${fault}`));
    unknownFields.push(...judge.unknownFields(operation, body));
    const fault = takeFault(name);
    if (fault?.kind === "lose the request") return void response.destroy();
    if (fault?.kind === "answer") {
      const seconds = fault.retryAfterSeconds;
      if (fault.status !== 429) return answer(fault.status, { code: 0, message: "planned" });
      return answer(
        429,
        { code: 0, message: "You are being rate limited.", retry_after: seconds ?? 1, global: false },
        { "retry-after": String(seconds ?? 1), "x-ratelimit-scope": "user" },
      );
    }
    if (wrong.length > 0) return answer(400, { code: 50035, message: "Invalid Form Body" });
    const { status, body: content } = route(
      { parameters: operation.parameters, query: searchParams, body: body as Record<string, unknown>, files },
      world,
    );
    if (fault?.kind === "lose the answer") return void response.destroy();
    if (fault?.kind === "hold the answer") return fault.onDone();
    if (fault?.kind === "answer late") await sleep(fault.ms, undefined, { ref: false });
    return answer(status, content);
  }

  function takeFault(name: string): Fault | undefined {
    const planned = faults.find(({ operation, times }) => operation === name && times > 0);
    if (planned !== undefined) planned.times -= 1;
    return planned?.fault;
  }

  let last: unknown = null;

  function asked(
    interact: (place: Parameters<typeof commandInteraction>[0]) => unknown,
    from: From,
    { isSubmitted = false, standsOn = null }: Partial<Pick<Asked, "isSubmitted" | "standsOn">> = {},
  ): Asked {
    const { channel: channelId = CHANNEL.numbers } = from;
    const ids = { id: world.newId(), token: `token-${world.newId()}`, guildId: GUILD_ID, channelId };
    const place = { ...ids, from };
    const nothing = { acknowledgedAfterMs: null, isPrivate: false, reply: null, choices: null, modal: null };
    const made: Asked = { ...ids, askedAtMs: world.now(), ...nothing, isUpdate: false, isSubmitted, standsOn };
    world.asked.set(place.token, made);
    last = interact(place);
    gateway.dispatch("INTERACTION_CREATE", last);
    return made;
  }

  return {
    apiUrl: `${url("http")}/api`,
    token,
    guildId: GUILD_ID,
    world,
    gateway,
    crowd: createCrowd(world),
    requests,
    faultsFound,
    unknownFields,
    failNext: (operation, fault, times = 1) => void faults.push({ operation, fault, times }),
    ask: (path, options = [], from = {}) => asked((place) => commandInteraction(place, path, options), from),
    press: (customId, message, from = {}) =>
      asked((place) => buttonInteraction(place, customId, message), from, { standsOn: message }),
    pick: (customId, value, message, from = {}) =>
      asked((place) => menuInteraction(place, customId, value, message), from, { standsOn: message }),
    choose: (label, message, from = {}) =>
      asked((place) => messageCommandInteraction(place, label, message), { channel: message.channel_id, ...from }),
    submit: (opened, written, from = {}) => {
      if (opened.modal === null) throw new Error("no form is open");
      const submission = submissionOf(opened.modal, written);
      return asked(
        (place) => modalInteraction(place, submission),
        { channel: opened.channelId, ...from },
        { isSubmitted: true },
      );
    },
    tellAgain: () => gateway.dispatch("INTERACTION_CREATE", last),
    until: (look) =>
      new Promise((resolve) => {
        const watcher = () => {
          const found = look();
          if (found === null || found === undefined || found === false) return;
          watchers.delete(watcher);
          resolve(found);
        };
        watchers.add(watcher);
        watcher();
      }),
    async stop() {
      gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      const found = [...faultsFound, ...unknownFields.map((field) => `Discord does not know ${field}`)];
      if (found.length > 0) throw new Error(`not as Discord's document says:\n${found.join("\n")}`);
    },
  };
}

async function readBody(request: IncomingMessage): Promise<{ body: unknown; files: UploadedFile[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (bytes.length === 0) return { body: undefined, files: [] };
  if (!type.startsWith("multipart/form-data")) return { body: JSON.parse(bytes.toString("utf8")), files: [] };
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const files: UploadedFile[] = [];
  for (const [name, value] of form)
    if (name.startsWith("files[") && typeof value !== "string")
      files.push({ name: value.name, type: value.type, data: Buffer.from(await value.arrayBuffer()) });
  return { body: JSON.parse(String(form.get("payload_json"))), files };
}
