import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { createHttpReceiver } from "../../../src/bot/platforms/slack/http-receiver.ts";
import { Temporal } from "../../../src/core/time.ts";
import { isForSlack } from "../../../src/slack-address.ts";

const SECRET = "a-signing-secret";
const NOW = Temporal.Instant.from("2026-11-20T09:00:00Z");
const SECONDS = NOW.epochMilliseconds / 1000;

const receiver = () => createHttpReceiver({ signingSecret: SECRET, clock: { now: () => NOW } });

function signatureOf(body: string, seconds = SECONDS): string {
  return `v0=${createHmac("sha256", SECRET).update(`v0:${seconds}:${body}`).digest("hex")}`;
}

function request(body: string | ReadableStream, headers: Record<string, string>): Request {
  const url = "http://bellwether.test/slack/events";
  return new Request(url, { method: "POST", body, headers, duplex: "half" } as RequestInit);
}

const signed = (body: string): Record<string, string> => ({
  "content-type": "application/json",
  "x-slack-request-timestamp": String(SECONDS),
  "x-slack-signature": signatureOf(body),
});

test.each([
  ["no signature", {}, 401],
  ["half a signature", { "x-slack-request-timestamp": String(SECONDS), "x-slack-signature": "v0=abc" }, 401],
  ["an old signature", { ...signed("x"), "x-slack-request-timestamp": String(SECONDS - 301) }, 401],
  ["10 MB announced", { ...signed("x"), "content-length": "10000000" }, 413],
] as [string, Record<string, string>, number][])(
  "of a request with %s the body is not read",
  async (_, headers, status) => {
    const body = new ReadableStream({ pull: () => Promise.reject(new Error("was read")) }, { highWaterMark: 0 });
    expect((await receiver().handle(request(body, headers))).status).toBe(status);
  },
);

test("bodies in flight are bounded, whoever sends them, and are given back", async () => {
  const { handle } = receiver();
  const open: ReadableStreamDefaultController<Uint8Array>[] = [];
  const chunk = new Uint8Array(900_000);
  const dribble = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        open.push(controller);
        controller.enqueue(chunk);
      },
    });
  const answers = Array.from({ length: 9 }, () => handle(request(dribble(), signed("x"))));
  expect((await Promise.race(answers)).status).toBe(503);
  for (const controller of open) {
    try {
      controller.close();
    } catch {
      // Of the one that was refused nothing is read any more.
    }
  }
  const statuses = (await Promise.all(answers)).map((answer) => answer.status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(8);
  const body = JSON.stringify({ type: "url_verification", challenge: "c" });
  expect((await handle(request(body, signed(body)))).status).toBe(200);
});

test("a signed body of much structure is refused before it is parsed", async () => {
  const body = `{"type":"url_verification","challenge":[${"[],".repeat(100_000)}1]}`;
  expect((await receiver().handle(request(body, signed(body)))).status).toBe(400);
});

test.each([
  ["/slack/events", true],
  ["/slack/events?retry=1", true],
  ["/api/slack/events", false],
  ["/slack/events/", false],
  ["/metrics?next=/slack/events", false],
  ["/metrics/slack/events", false],
  ["/SLACK/EVENTS", false],
])("what comes to %s is Slack's: %s", (path, expected) => {
  expect(isForSlack(`http://localhost:3000${path}`)).toBe(expected);
});
