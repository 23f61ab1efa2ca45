import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { judgeBlocks } from "./block-kit-judge.ts";
import type { Fault, Faults } from "./faults.ts";
import type { Rooms } from "./rooms.ts";
import type { Views } from "./views.ts";
import { answerOfWorkspace, type SlackWorkspace } from "./workspace.ts";

/** One call of the Web API as it came. */
export interface ApiCall {
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: string;
}

export interface ApiProxyParts {
  readonly emulatorUrl: string;
  readonly ownUrl: () => string;
  readonly botToken: string;
  readonly appToken: string;
  readonly scopes: () => readonly string[];
  readonly faults: Faults;
  readonly calls: ApiCall[];
  /** What was wrong with blocks that came, apart from files that are not ready. */
  readonly complaints: string[];
  /** Whether the workspace takes charts that Slack draws itself. */
  readonly takesCharts: () => boolean;
  /** Channels in which the bot is not. */
  readonly strangers: ReadonlySet<string>;
  readonly files: Files;
  readonly rooms: Rooms;
  readonly idInEmulator: (user: string) => string | Promise<string>;
  readonly workspace: SlackWorkspace;
  readonly views: Views;
}

export interface Files {
  /** Whether a block may show it by now. */
  isReady(id: string): boolean;
  /** How long it will be, as was said before. */
  announced(id: string, length: number): void;
  complete(id: string): void;
  uploaded(id: string, bytes: Buffer): void;
}

const JUDGED = new Set(["chat.postMessage", "chat.postEphemeral", "chat.update"]);
const ROOMS = new Set([
  "chat.postMessage",
  "chat.update",
  "chat.delete",
  "conversations.history",
  "conversations.replies",
  "reactions.add",
  "reactions.get",
]);

export async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ApiProxyParts,
): Promise<void> {
  const method = new URL(request.url ?? "/", "http://slack").pathname.replace("/api/", "");
  const raw = await bytesOf(request);
  const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  const body = fieldsOf(raw.toString("utf8"), request.headers["content-type"] ?? "");
  parts.calls.push({ method, body, token });
  const fault = parts.faults.take(method);
  if (fault !== null && (await isServedByFault(fault, response))) return;
  const refusal = refusalOf(method, body, token, parts);
  const fields = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, parsed(value)]));
  const answer = refusal ?? (await parts.rooms.answer(method, fields)) ?? (await forward(method, body, request, parts));
  if (fault?.kind === "reply lost") return void response.destroy();
  if (fault?.kind === "reply held") return fault.onDone();
  json(response, answer, { "x-oauth-scopes": parts.scopes().join(","), "x-accepted-oauth-scopes": "" });
}

/** False: the call goes on. */
export async function isServedByFault(fault: Fault, response: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case "429":
      response.writeHead(429, { "retry-after": String(fault.retryAfterSeconds) }).end("ratelimited");
      return true;
    case "status":
      response.writeHead(fault.status).end("out of order");
      return true;
    case "error":
      json(response, {
        ok: false,
        error: fault.error,
        ...(fault.needed === undefined ? {} : { needed: fault.needed }),
      });
      return true;
    case "request lost":
      response.destroy();
      return true;
    case "slow":
      await Promise.race([fault.until, sleep(60_000, undefined, { ref: false })]);
      return false;
    case "reply lost":
    case "reply held":
      return false;
  }
}

function refusalOf(method: string, body: ApiCall["body"], token: string, parts: ApiProxyParts): object | null {
  if (method === "apps.connections.open") {
    if (token.startsWith("xoxb-")) return { ok: false, error: "not_allowed_token_type" };
    if (token !== parts.appToken) return { ok: false, error: "invalid_auth" };
    return { ok: true, url: `${parts.ownUrl().replace("http", "ws")}/socket?ticket=secret` };
  }
  if (token !== parts.botToken) return { ok: false, error: token === "" ? "not_authed" : "invalid_auth" };
  if (ROOMS.has(method) && parts.strangers.has(String(body["channel"]))) return { ok: false, error: "not_in_channel" };
  const unscoped = parts.rooms.missingScope(method, parts.scopes());
  if (unscoped !== null) return unscoped;
  const told = answerOfWorkspace(method, body, parts.scopes(), parts.workspace);
  if (told !== null) return told;
  if (method === "files.getUploadURLExternal" && !(Number(body["length"]) > 0))
    return { ok: false, error: "invalid_arguments" };
  if (method === "views.open") return parts.views.open(String(body["trigger_id"]), parsed(body["view"]));
  if (!JUDGED.has(method)) return null;
  const blocks = body["blocks"] === undefined ? [] : parsed(body["blocks"]);
  const faults = judgeBlocks(blocks, (id) => parts.files.isReady(id), parts.takesCharts());
  parts.complaints.push(...faults.filter(isOfBlocks));
  if (faults.length > 0)
    return { ok: false, error: "invalid_blocks", errors: faults, response_metadata: { messages: faults } };
  const metadata = parsed(body["metadata"]) as { event_type?: unknown; event_payload?: unknown } | undefined;
  if (metadata !== undefined && (typeof metadata.event_type !== "string" || typeof metadata.event_payload !== "object"))
    return { ok: false, error: "invalid_metadata_format" };
  return null;
}

/** A file that is not ready yet, or a workspace without charts, is nobody's mistake. */
export function isOfBlocks(complaint: string): boolean {
  return !complaint.startsWith("invalid slack file") && !complaint.startsWith("unsupported chart");
}

async function forward(
  method: string,
  body: ApiCall["body"],
  request: IncomingMessage,
  { emulatorUrl, ownUrl, files, idInEmulator }: ApiProxyParts,
): Promise<object> {
  const fields = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, parsed(value)]));
  if (method === "conversations.open") fields["users"] = await idInEmulator(String(fields["users"]));
  const answer = await fetch(`${emulatorUrl}/api/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: request.headers.authorization ?? "" },
    body: JSON.stringify(fields),
  });
  const text = await answer.text();
  const port = new URL(emulatorUrl).port;
  const result = JSON.parse(text.replaceAll(new RegExp(`http://[\\w.]+:${port}`, "g"), ownUrl())) as Record<
    string,
    unknown
  >;
  if (method === "files.getUploadURLExternal" && result["ok"] === true)
    files.announced(String(result["file_id"]), Number(fields["length"]));
  if (method === "files.completeUploadExternal" && result["ok"] === true)
    for (const { id } of fields["files"] as { id: string }[]) files.complete(id);
  return method === "conversations.history" ? history(result, fields) : result;
}

/** The emulator gives metadata and replies always and knows no `oldest`. */
function history(result: Record<string, unknown>, body: ApiCall["body"]): object {
  if (result["ok"] !== true) return result;
  const oldest = Number(body["oldest"] ?? 0);
  const messages = (result["messages"] as Record<string, unknown>[]).filter(
    ({ ts, thread_ts: thread }) => Number(ts) > oldest && (thread === undefined || thread === ts),
  );
  const shown =
    String(body["include_all_metadata"]) === "true" ? messages : messages.map(({ metadata: _, ...rest }) => rest);
  return { ...result, messages: shown };
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function fieldsOf(raw: string, contentType: string): Record<string, unknown> {
  if (contentType.includes("json")) return raw === "" ? {} : (JSON.parse(raw) as Record<string, unknown>);
  return Object.fromEntries(new URLSearchParams(raw));
}

export function json(response: ServerResponse, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
