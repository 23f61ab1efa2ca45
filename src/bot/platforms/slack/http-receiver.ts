import type { App, Receiver, ReceiverEvent } from "@slack/bolt";
import { createByteBudget, type HeldBytes } from "../../../core/byte-budget.ts";
import { excessOf } from "../../../core/json-structure.ts";
import type { Clock } from "../../../core/time.ts";
import { isSigned, mayBeSigned } from "./signature.ts";

/** What Slack sends to `/slack/events`: commands, clicks and events, signed. */
export interface HttpReceiver extends Receiver {
  /** Answers as soon as the request is acknowledged; the work goes on. */
  handle(request: Request): Promise<Response>;
}

const MOST_BYTES = 1_000_000;
/** Of all requests together: whoever sends them has shown no key before the whole body is here. */
const MOST_BYTES_IN_FLIGHT = 8_000_000;
const MOST_STRUCTURE = { parts: 100_000, names: 10_000 };

export function createHttpReceiver({
  signingSecret,
  clock,
}: {
  readonly signingSecret: string;
  readonly clock: Clock;
}): HttpReceiver {
  let app: App | null = null;
  const budget = createByteBudget(MOST_BYTES_IN_FLIGHT);

  async function handle(request: Request): Promise<Response> {
    if (request.method !== "POST")
      return new Response("Slack sends POST.", { status: 405, headers: { allow: "POST" } });
    const timestamp = request.headers.get("x-slack-request-timestamp");
    const signature = request.headers.get("x-slack-signature");
    const nowSeconds = Math.floor(clock.now().epochMilliseconds / 1000);
    // Before the body is read, which anybody may send.
    if (!mayBeSigned({ timestamp, signature }, nowSeconds)) return unsigned();
    if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES) return tooLarge();
    const held = budget.open();
    const body = await readBody(request, held).finally(() => held.release());
    if (body === "too large") return tooLarge();
    if (body === "busy") return new Response("Too many requests at once.", { status: 503 });
    if (!isSigned({ body: body.toString("utf8"), timestamp, signature }, signingSecret, nowSeconds)) return unsigned();
    const payload = parse(body.toString("utf8"), request.headers.get("content-type") ?? "");
    if (payload === null) return new Response("The body is neither JSON nor a form.", { status: 400 });
    if (payload["type"] === "url_verification") return Response.json({ challenge: payload["challenge"] });
    if (payload["ssl_check"] !== undefined || app === null)
      return new Response(null, { status: app === null ? 503 : 200 });
    return dispatch(app, payload, request);
  }

  return {
    init: (given) => {
      app = given;
    },
    start: async () => undefined,
    stop: async () => undefined,
    handle,
  };
}

function dispatch(app: App, body: Record<string, unknown>, request: Request): Promise<Response> {
  return new Promise((resolve) => {
    const event: ReceiverEvent = {
      body,
      ack: async (answer?: unknown) =>
        resolve(answer === undefined || answer === "" ? new Response(null, { status: 200 }) : Response.json(answer)),
      ...retryOf(request),
    };
    app.processEvent(event).then(
      () => resolve(new Response(null, { status: 404 })),
      () => resolve(new Response(null, { status: 500 })),
    );
  });
}

function retryOf(request: Request): Partial<ReceiverEvent> {
  const number = request.headers.get("x-slack-retry-num");
  const reason = request.headers.get("x-slack-retry-reason");
  return {
    ...(number === null ? {} : { retryNum: Number(number) }),
    ...(reason === null ? {} : { retryReason: reason }),
  };
}

async function readBody(request: Request, held: HeldBytes): Promise<Buffer | "too large" | "busy"> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return "too large";
    if (!held.add(chunk.byteLength)) return "busy";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unsigned(): Response {
  return new Response("The signature does not fit SLACK_SIGNING_SECRET and the time.", { status: 401 });
}

function tooLarge(): Response {
  return new Response("The request is too large.", { status: 413 });
}

function parse(body: string, contentType: string): Record<string, unknown> | null {
  try {
    if (contentType.includes("json")) return parseObject(body);
    const form = Object.fromEntries(new URLSearchParams(body));
    return form["payload"] === undefined ? form : parseObject(form["payload"]);
  } catch {
    return null;
  }
}

function parseObject(json: string): Record<string, unknown> | null {
  if (excessOf(Buffer.from(json), MOST_STRUCTURE) !== null) return null;
  return objectOf(JSON.parse(json));
}

function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}
