import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "../support/database.ts";
import { createRig, NO_DATABASE, obedientIntake, post } from "./support.ts";

const MB = 1024 * 1024;
const batch = (events: unknown[]) => JSON.stringify({ events });
const signup = { type: "signup", user_id: "u1" };

async function open() {
  const intake = obedientIntake();
  const { api } = createRig(NO_DATABASE, { intake });
  const send = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
    const response = await api.request("/api/events", post(body, undefined, headers));
    const answer = (await response.json()) as { code?: string };
    return {
      status: response.status,
      answer,
      said: answer.code === undefined ? response.status : `${response.status} ${answer.code}`,
    };
  };
  return { intake, api, send };
}

const gzipped = (text: string | Uint8Array) => new Uint8Array(gzipSync(text));

describe("POST /api/events", () => {
  it("answers the verdicts of a batch, with the tickets that were made", async () => {
    const intake = {
      accept: () =>
        Promise.resolve([
          { verdict: "accepted", warnings: [{ code: "unpriced", reason: "It has no price." }] },
          { verdict: "accepted", ticketId: "TCK-1" },
          { verdict: "duplicate", ticketId: "TCK-0" },
          { verdict: "conflict", code: "conflict", reason: "Another payload has this id." },
          { verdict: "rejected", code: "missing_field", reason: "`user_id` is missing." },
        ] as const).then((verdicts) => [...verdicts]),
      stop: () => Promise.resolve(),
    };
    const { api } = createRig(NO_DATABASE, { intake });
    const response = await api.request("/api/events", post(batch([1, 2, 3, 4, 5])));
    expect(await response.json()).toEqual({
      accepted: 2,
      duplicates: 1,
      rejected: [
        { index: 3, code: "conflict", reason: "Another payload has this id." },
        { index: 4, code: "missing_field", reason: "`user_id` is missing." },
      ],
      warnings: [{ index: 0, code: "unpriced", reason: "It has no price." }],
      tickets: [
        { index: 1, ticket_id: "TCK-1" },
        { index: 2, ticket_id: "TCK-0" },
      ],
    });
  });

  it("hands the events to the intake as they are, under the source of the key", async () => {
    const intake = obedientIntake();
    const { api, access } = createRig(await createTestDatabase(), { intake });
    const { key } = await access.create({ scope: "ingest", source: "segment" });
    await api.request("/api/events", post(batch([signup]), key));
    expect(intake.origins).toEqual([{ source: "segment" }]);
    expect(intake.events).toEqual([signup]);
  });

  it.each([
    ["", "400 invalid_json"],
    ["{", "400 invalid_json"],
    ['{"events":[1,]}', "400 invalid_json"],
    ["NaN", "400 invalid_json"],
    ['{"events":["\u0000"]}', "400 invalid_json"],
    ["\u0000", "400 invalid_json"],
    ["null", "400 invalid_body"],
    ["7", "400 invalid_body"],
    ["[]", "400 invalid_body"],
    ['"events"', "400 invalid_body"],
    ["{}", "400 invalid_body"],
    ['{"events":null}', "400 invalid_body"],
    ['{"events":{}}', "400 invalid_body"],
    ['{"events":"x"}', "400 invalid_body"],
    ['{"events":[]}', "400 invalid_body"],
    ['{"__proto__":{"events":[1]}}', "400 invalid_body"],
  ])("says of %j: %s", async (body, expected) => {
    const { send } = await open();
    expect((await send(body)).said).toBe(expected);
  });

  it("refuses what is not UTF-8, lone surrogates as raw bytes included", async () => {
    const { send } = await open();
    for (const bytes of [
      [0xff, 0xfe, 0x7b, 0],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xc0, 0x80, 0x22],
    ]) {
      expect((await send(new Uint8Array(bytes))).said).toBe("400 invalid_json");
    }
  });

  it("takes a byte order mark, any content type and none", async () => {
    const { send } = await open();
    expect((await send(`\ufeff${batch([signup])}`)).said).toBe(200);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense"]) {
      expect((await send(batch([signup]), { "content-type": type })).said).toBe(200);
    }
  });

  it("takes 1,000 events and refuses 1,001", async () => {
    const { send, intake } = await open();
    expect((await send(batch(Array.from({ length: 1_000 }, () => signup)))).answer).toMatchObject({ accepted: 1_000 });
    expect((await send(batch(Array.from({ length: 1_001 }, () => signup)))).said).toBe("413 too_many_events");
    expect(intake.events).toHaveLength(1_000);
  });

  it("survives JSON that is 100,000 and 4 million levels deep", async () => {
    const { send } = await open();
    const deep = (levels: number) => `{"events":[${"[".repeat(levels)}${"]".repeat(levels)}]}`;
    expect((await send(deep(100_000))).status).toBe(200);
    expect((await send(deep(4_000_000))).status).toBeLessThan(500);
    expect((await send("[".repeat(4_000_000))).said).toBe("400 invalid_json");
  });
});

describe("sizes", () => {
  it("above the limit are refused by the announced length, before a byte is read", async () => {
    const { api } = await open();
    const body = new ReadableStream({ pull: () => Promise.reject(new Error("was read")) });
    const headers = { authorization: "Bearer x", "content-length": String(60 * MB) };
    const unread = new Request("http://localhost/api/events", {
      method: "POST",
      headers: { ...headers, ...(post("").headers as Record<string, string>) },
      body,
      duplex: "half",
    } as RequestInit);
    const response = await api.fetch(unread);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, "too_large"]);
  });

  it("are counted when nothing was announced", async () => {
    const { api } = await open();
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += MB;
        controller.enqueue(new Uint8Array(MB).fill(0x20));
      },
    });
    const request = new Request("http://localhost/api/events", { ...post(""), body, duplex: "half" } as RequestInit);
    expect((await api.fetch(request)).status).toBe(413);
    expect(sent).toBeLessThan(12 * MB);
  });
});

describe("gzip", () => {
  it("is told by its first bytes, with or without the header", async () => {
    const { send } = await open();
    expect((await send(gzipped(batch([signup])))).said).toBe(200);
    expect((await send(gzipped(batch([signup])), { "content-encoding": "gzip" })).said).toBe(200);
    expect((await send(batch([signup]), { "content-encoding": "gzip" })).said).toBe(200);
  });

  it("bombs are defused: 10 MB of zeros, 1 GB in 1 MB, and one inside another", async () => {
    const { send } = await open();
    const zeros = new Uint8Array(10 * MB);
    expect((await send(gzipped(zeros))).said).toBe("413 too_large");
    const once = gzipSync(new Uint8Array(256 * MB));
    const gigabyte = Buffer.concat([once, once, once, once]);
    expect((await send(new Uint8Array(gigabyte))).said).toBe("413 too_large");
    expect((await send(gzipped(gzipSync(zeros)))).said).toBe("400 invalid_json");
  });

  it("that is cut off or damaged is invalid", async () => {
    const { send } = await open();
    const whole = gzipped(batch([signup]));
    expect((await send(whole.slice(0, -6))).said).toBe("400 invalid_json");
    expect((await send(whole.map((byte, index) => (index === 15 ? byte ^ 0xff : byte)))).said).toBe("400 invalid_json");
    expect((await send(new Uint8Array([0x1f, 0x8b]))).said).toBe("400 invalid_json");
  });
});

describe("one-event routes", () => {
  it.each([
    ["activation", "activation"],
    ["revenue", "revenue"],
    ["ticket", "ticket"],
    ["nps", "nps"],
    ["health-check", "health_check"],
  ])("/api/track/%s takes the fields of one %s event", async (name, type) => {
    const { api, intake } = await open();
    const response = await api.request(`/api/track/${name}`, post('{"id":"1","user_id":"u1"}'));
    expect([response.status, await response.json()]).toEqual([200, { verdict: "accepted" }]);
    expect(intake.events).toEqual([{ id: "1", user_id: "u1", type }]);
  });

  it("answer a ticket's id, a refusal as 400 and a conflict as 409", async () => {
    const verdicts = [
      { verdict: "duplicate", ticketId: "TCK-9" },
      { verdict: "rejected", code: "missing_field", reason: "`score` is missing." },
      { verdict: "conflict", code: "conflict", reason: "Another payload has this id." },
    ] as const;
    let turn = 0;
    const intake = { accept: () => Promise.resolve([verdicts[turn++] ?? verdicts[0]]), stop: () => Promise.resolve() };
    const { api } = createRig(NO_DATABASE, { intake });
    const send = async () => {
      const response = await api.request("/api/track/ticket", post("{}"));
      return [response.status, await response.json()];
    };
    expect(await send()).toEqual([200, { verdict: "duplicate", ticket_id: "TCK-9" }]);
    expect(await send()).toMatchObject([400, { code: "missing_field", detail: "`score` is missing." }]);
    expect(await send()).toMatchObject([409, { code: "conflict" }]);
  });

  it("refuse what is no object and what says it is of another type", async () => {
    const { api } = await open();
    for (const body of ["[]", "null", "7", '{"type":"nps"}', '{"type":null}']) {
      const response = await api.request("/api/track/ticket", post(body));
      expect([response.status, await response.json()]).toMatchObject([400, { code: "invalid_body" }]);
    }
  });
});

describe("any body at all", () => {
  const documented = new Set([200, 400, 413]);

  it("gets a documented status", { timeout: 60_000 }, async () => {
    const { send } = await open();
    const bytes = fc.uint8Array({ maxLength: 400 });
    const bodies = fc.oneof(
      bytes,
      bytes.map((some) => new Uint8Array([0x1f, 0x8b, 8, 0, ...some])),
      bytes.map((some) => gzipped(some)),
      fc.json({ maxDepth: 6 }),
      fc.jsonValue().map((value) => JSON.stringify({ events: value })),
      fc.array(fc.jsonValue(), { maxLength: 20 }).map(batch),
      fc.string({ unit: "binary" }).map((text) => batch([{ type: text, user_id: text }])),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status } = await send(body as Uint8Array<ArrayBuffer>);
        expect(documented).toContain(status);
      }),
      { numRuns: 400 },
    );
  });
});
