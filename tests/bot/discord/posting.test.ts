import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Temporal } from "../../../src/core/time.ts";
import type { Block, Message } from "../../../src/bot/message.ts";
import { createPoster } from "../../../src/bot/platforms/discord/posting.ts";
import { startFakeDiscord, type FakeDiscord } from "../../support/discord/fake-discord.ts";
import { SILENT } from "../../support/silent.ts";
import { describePlatform } from "../platform-contract.ts";
import { textOf } from "./reading.ts";

const POST = "post /channels/{channel_id}/messages";
const LIST = "get /channels/{channel_id}/messages";
const SINCE = Temporal.Instant.from("2026-01-01T00:00:00Z");
const DIGEST: Message = {
  title: "Friday 20 November",
  tone: "good",
  blocks: [
    { kind: "text", text: "MRR passed $16,000." },
    { kind: "note", text: "20 Nov · complete as of 09:00 · #d-7f3a" },
  ],
};

let fake: FakeDiscord;
beforeAll(async () => {
  fake = await startFakeDiscord();
});
afterAll(() => fake.stop());
afterEach(() => {
  expect(fake.faultsFound.splice(0)).toEqual([]);
  expect(fake.unknownFields.splice(0)).toEqual([]);
});

function poster(parts: { readonly token?: string; readonly apiUrl?: string; readonly timeoutMs?: number } = {}) {
  const { apiUrl, token } = fake;
  return createPoster({ apiUrl, token, png: async () => Buffer.from("png"), log: SILENT, ...parts });
}

/** A channel that no other test uses. */
function newDestination() {
  return { platform: "discord", channel: fake.world.newId() } as const;
}

function messagesIn(channel: string) {
  return fake.world.messages.filter((message) => message.channel_id === channel);
}

const KEY = "d-7f3a0000000000000000aa";

describePlatform("Discord", () => {
  const destination = newDestination();
  const sent = () => messagesIn(destination.channel);
  return {
    platform: {
      name: "discord",
      prefix: "/",
      async show(message) {
        const outcome = await poster().post({ destination, message, key: fake.world.newId() });
        expect(outcome).toMatchObject({ outcome: "sent" });
      },
    },
    wire: () => JSON.stringify(sent()),
    read: () => sent().map(textOf).join(" "),
  };
});

describe("a message posted to Discord", () => {
  test("is found by its key", async () => {
    const destination = newDestination();
    const outcome = await poster().post({ destination, message: DIGEST, key: KEY });
    const [message] = messagesIn(destination.channel);
    expect(outcome).toEqual({ outcome: "sent", externalId: message?.id });
    expect(message?.allowed_mentions).toEqual({ parse: [] });
    expect(await poster().lookUp({ destination, key: KEY }, SINCE)).toMatchObject({
      found: true,
      externalId: message?.id,
    });
    expect(await poster().lookUp({ destination, key: "d-ffff" }, SINCE)).toEqual({ found: false });
  });

  test("is uncertain when the answer was lost, and found when looked up", async () => {
    const destination = newDestination();
    fake.failNext(POST, { kind: "lose the answer" });
    expect(await poster().post({ destination, message: DIGEST, key: KEY })).toMatchObject({ outcome: "uncertain" });
    expect(messagesIn(destination.channel)).toHaveLength(1);
    expect(await poster().lookUp({ destination, key: KEY }, SINCE)).toMatchObject({ found: true });
  });

  test("is uncertain when the request was lost, and not found when looked up", async () => {
    const destination = newDestination();
    fake.failNext(POST, { kind: "lose the request" });
    expect(await poster().post({ destination, message: DIGEST, key: KEY })).toMatchObject({ outcome: "uncertain" });
    expect(await poster().lookUp({ destination, key: KEY }, SINCE)).toEqual({ found: false });
  });

  test("is uncertain after a 5xx and after too long a wait, with one request each", async () => {
    const destination = newDestination();
    const before = fake.requests.filter((name) => name === POST).length;
    fake.failNext(POST, { kind: "answer", status: 502 });
    expect(await poster().post({ destination, message: DIGEST, key: KEY })).toMatchObject({ outcome: "uncertain" });
    fake.failNext(POST, { kind: "answer late", ms: 5_000 });
    const slow = poster({ timeoutMs: 1_000 });
    expect(await slow.post({ destination, message: DIGEST, key: KEY })).toMatchObject({ outcome: "uncertain" });
    expect(fake.requests.filter((name) => name === POST)).toHaveLength(before + 2);
  });

  test("is refused by a 429, with the wait that Discord asks for", async () => {
    const destination = newDestination();
    fake.failNext(POST, { kind: "answer", status: 429, retryAfterSeconds: 7 });
    const outcome = await poster().post({ destination, message: DIGEST, key: KEY });
    expect(outcome).toMatchObject({ outcome: "refused", lasting: false });
    const waitMs = outcome.outcome === "refused" ? outcome.retryAfterMs : null;
    expect(waitMs).toBeGreaterThanOrEqual(7_000);
    expect(waitMs).toBeLessThan(7_200);
    expect(messagesIn(destination.channel)).toEqual([]);
  });

  test("is found by the reference in its small print where Discord keeps no nonce", async () => {
    const destination = newDestination();
    await poster().post({ destination, message: { ...DIGEST, blocks: DIGEST.blocks.slice(0, 1) }, key: KEY });
    const index = fake.world.messages.findIndex((message) => message.channel_id === destination.channel);
    const { nonce: _nonce, ...forgotten } = fake.world.messages[index] ?? expect.fail("nothing was posted");
    fake.world.messages[index] = forgotten as (typeof fake.world.messages)[number];
    expect(await poster().lookUp({ destination, key: KEY }, SINCE)).toMatchObject({ found: true });
  });

  test("is one message when it is sent twice with its key", async () => {
    const destination = newDestination();
    const [first, second] = [
      await poster().post({ destination, message: DIGEST, key: KEY }),
      await poster().post({ destination, message: DIGEST, key: KEY }),
    ];
    expect(second).toEqual(first);
    expect(messagesIn(destination.channel)).toHaveLength(1);
  });

  test("can be removed, also when it is gone already", async () => {
    const destination = newDestination();
    const outcome = await poster().post({ destination, message: DIGEST, key: KEY });
    const id = outcome.outcome === "sent" ? outcome.externalId : "";
    await poster().remove(destination, id);
    await poster().remove(destination, id);
    expect(messagesIn(destination.channel)).toEqual([]);
  });

  test.each([
    ["gone", "channel is gone"],
    ["hidden", "View Channel"],
    ["read-only", "Send Messages"],
  ] as const)("is refused for good in a channel that is %s, with the step that mends it", async (state, words) => {
    const destination = newDestination();
    fake.world.closedChannels.set(destination.channel, state);
    const outcome = await poster().post({ destination, message: DIGEST, key: KEY });
    expect(outcome).toMatchObject({ outcome: "refused", lasting: true, reason: expect.stringContaining(words) });
    const lookup = await poster().lookUp({ destination, key: KEY }, SINCE);
    expect(lookup).toEqual(
      state === "read-only" ? { found: false } : { found: "unknown", reason: expect.any(String), closed: true },
    );
  });

  test("is refused everywhere with a wrong token, also the second time", async () => {
    const wrong = poster({ token: "d3Jvbmc=.x.y" });
    for (const destination of [newDestination(), newDestination()])
      expect(await wrong.post({ destination, message: DIGEST, key: KEY })).toMatchObject({
        outcome: "refused",
        lasting: true,
        everywhere: true,
      });
  });

  test("is refused, not uncertain, when nobody was there to take it", async () => {
    const nobody = poster({ apiUrl: "http://127.0.0.1:9/api" });
    expect(await nobody.post({ destination: newDestination(), message: DIGEST, key: KEY })).toMatchObject({
      outcome: "refused",
      lasting: false,
    });
  });

  test("cannot be looked up when Discord fails, and that is said", async () => {
    fake.failNext(LIST, { kind: "answer", status: 503 });
    expect(await poster().lookUp({ destination: newDestination(), key: KEY }, SINCE)).toMatchObject({
      found: "unknown",
    });
  });
});

describe("the limits of Discord", () => {
  const NASTY = [
    "x".repeat(500),
    "👩‍👩‍👧‍👦".repeat(60),
    "לקוח שركة ".repeat(50),
    "@everyone <@1> `a` ```b``` *c* ~~".repeat(20),
  ];

  function heavy(name: string): Message {
    const facts = Array.from({ length: 200 }, (_, index) => ({
      label: `${name} ${index}`,
      value: name,
      detail: name,
      trend: [1, 2],
    }));
    const table: Block = {
      kind: "table",
      columns: [
        { label: name, align: "left" },
        { label: "n", align: "right" },
      ],
      rows: facts.map(({ label }) => [label, "1"]),
    };
    const words: Block = {
      kind: "table",
      columns: [
        { label: name, align: "left" },
        { label: name, align: "left" },
      ],
      rows: facts.map(({ label }) => [label, name]),
    };
    const chart: Block = {
      kind: "chart",
      chart: {
        kind: "line",
        title: name,
        unit: "count",
        labels: ["2026-11-01", "2026-11-02"],
        series: [{ label: name, values: [1, 2] }],
      },
    };
    const buttons: Block = {
      kind: "buttons",
      buttons: facts.map(({ label }, index) => ({
        label,
        command: `metrics show ${index} ${index % 2 === 0 ? name : ""}`,
      })),
    };
    const menu: Block = {
      kind: "menu",
      label: name,
      options: facts.map(({ label }, index) => ({
        label,
        command: `metrics show ${index} ${index % 2 === 0 ? name : ""}`,
      })),
    };
    const blocks: Block[] = [
      { kind: "text", text: name.repeat(20) },
      { kind: "code", text: name.repeat(20) },
      { kind: "facts", facts },
      table,
      words,
      ...Array.from({ length: 12 }, () => chart),
      buttons,
      ...Array.from({ length: 6 }, () => menu),
      { kind: "note", text: name.repeat(20) },
    ];
    return {
      title: name,
      tone: "bad",
      blocks: [...blocks, ...Array.from({ length: 200 }, () => ({ kind: "text", text: name }) as const)],
    };
  }

  test.each(NASTY.map((name) => ({ name })))("hold for 200 metrics named $name", async ({ name }) => {
    const destination = newDestination();
    expect(await poster().post({ destination, message: heavy(name), key: fake.world.newId() })).toMatchObject({
      outcome: "sent",
    });
    const [message] = messagesIn(destination.channel);
    const wire = JSON.stringify(message);
    expect(wire).toMatch(/\d+ more/);
    expect(wire).not.toMatch(/@(everyone|here)/);
  });
});
