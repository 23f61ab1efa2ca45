import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ApiParts } from "../../src/api/api.ts";
import type { Verdict } from "../../src/events/verdict.ts";
import { createRig, NO_DATABASE, obedientIntake, post } from "./support.ts";

const signup = { type: "signup", user_id: "u1" };
const batch = (events: unknown[]) => JSON.stringify({ events });

function open(parts: Partial<ApiParts> = {}) {
  const { api } = createRig(NO_DATABASE, { intake: obedientIntake(), ...parts });
  return async (body: string | Uint8Array, path = "/api/events") => {
    const response = await api.request(path, post(body as Uint8Array<ArrayBuffer>));
    const { code, detail = "" } = (await response.json()) as { code?: string; detail?: string };
    return { said: `${response.status} ${code ?? ""}`.trim(), detail, retryAfter: response.headers.get("retry-after") };
  };
}

describe("a body of much structure and few bytes", () => {
  // None of them ends, so whoever parses them first finds that they are no JSON.
  it.each([
    ["empty objects", "{},"],
    ["empty lists", "[],"],
    ["lists within lists", "["],
    ["objects within objects", '{"a":'],
    ["numbers", "1,"],
    ["the same field again and again", '"a":1,'],
  ])("is refused before it is parsed: %s", async (_, part) => {
    const send = open();
    const { said, detail } = await send(`{"events":[${part.repeat(250_001)}`);
    expect([said, detail]).toEqual(["413 too_large", "The body has more than 250,000 fields and list items."]);
  });

  it.each(["/api/track/ticket", "/api/track/nps", "/api/events/void"])("is refused by %s as well", async (path) => {
    expect((await open()('{"a":'.repeat(125_001), path)).said).toBe("413 too_large");
  });

  it.each([1, 10, 10_001])("is one of many field names, %i to an object", async (perObject) => {
    const field = (n: number) => `"a field ${n}":1`;
    const objects = Array.from(
      { length: Math.ceil(10_600 / perObject) },
      (_one, object) => `{${Array.from({ length: perObject }, (_, n) => field(object * perObject + n)).join(",")}}`,
    );
    const { said, detail } = await open()(`{"events":[${objects.join(",")}`);
    expect([said, detail]).toEqual(["413 too_large", "The body has more than 10,000 different field names."]);
  });

  it("is one also when it is gzipped", async () => {
    const packed = gzipSync(`{"events":[${"{},".repeat(260_000)}{}]}`);
    expect(packed.length).toBeLessThan(3_000);
    expect(await open()(packed)).toMatchObject({ said: "413 too_large", detail: expect.stringContaining("250,000") });
  });

  it("is not one because of what stands in its texts, nor for a full batch of large events", async () => {
    const send = open();
    expect((await send(batch([{ type: "track", name: "[{,:".repeat(200_000) }]))).said).toBe("200");
    const metadata = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field_${n}`, n]));
    expect((await send(batch(Array.from({ length: 1_000 }, () => ({ ...signup, metadata }))))).said).toBe("200");
  });
});

describe("gzip", () => {
  it("that unpacks to more than 100 times its size is refused, and 1 MB never is for that", async () => {
    const send = open();
    const spaces = (bytes: number) => gzipSync(batch([signup]) + " ".repeat(bytes));
    expect((await send(spaces(1_000_000))).said).toBe("200");
    expect(await send(spaces(2_000_000))).toMatchObject({
      said: "413 too_large",
      detail: "The body unpacks to more than 100 times its size.",
    });
  });

  it("of a thousand events that differ in their ids alone is taken", async () => {
    const events = Array.from({ length: 1_000 }, (_, n) => ({ ...signup, id: `signup-${n}`, metadata: { a: "x" } }));
    expect((await open()(gzipSync(batch(events), { level: 9 }))).said).toBe("200");
  });
});

describe("bodies in flight", () => {
  /** An intake that answers when it is told to. */
  function patientIntake() {
    const waiting: (() => void)[] = [];
    return {
      waiting,
      accept: (events: readonly unknown[]) =>
        new Promise<Verdict[]>((resolve) => {
          waiting.push(() => resolve(events.map(() => ({ verdict: "accepted" }))));
        }),
      stop: async () => {},
    };
  }

  it("are bounded by their bytes, until they are answered", async () => {
    const intake = patientIntake();
    const send = open({ intake, bodyLimits: { bytesInFlight: 1_000 } });
    const body = (bytes: number) => batch([signup]).padEnd(bytes);
    const first = send(body(600));
    while (intake.waiting.length === 0) await Promise.resolve();
    expect(await send(body(401))).toMatchObject({ said: "503 busy", retryAfter: "1" });
    const small = send(body(400));
    while (intake.waiting.length < 2) await Promise.resolve();
    expect((await send(body(100))).said).toBe("503 busy");
    for (const answer of intake.waiting.splice(0)) answer();
    expect([(await first).said, (await small).said]).toEqual(["200", "200"]);
    const again = send(body(1_000));
    while (intake.waiting.length === 0) await Promise.resolve();
    intake.waiting[0]?.();
    expect((await again).said).toBe("200");
  });

  it("give their bytes back when they are refused, cut off or fail", async () => {
    const failing = { accept: () => Promise.reject(new Error("broken")), stop: async () => {} };
    const send = open({ intake: failing, bodyLimits: { bytesInFlight: 1_000 } });
    for (const body of ["{".padEnd(900), "7".padEnd(900), batch([signup]).padEnd(900), gzipSync("x".repeat(900))])
      expect((await send(body)).said).not.toBe("503 busy");
    expect((await send(batch([signup]).padEnd(1_000))).said).toBe("500 internal_error");
  });

  it("count as they are unpacked, too", async () => {
    const send = open({ bodyLimits: { bytesInFlight: 100_000 } });
    expect((await send(gzipSync(batch([signup]).padEnd(200_000)))).said).toBe("503 busy");
    expect((await send(gzipSync(batch([signup]).padEnd(50_000)))).said).toBe("200");
  });
});

it("forty large bodies at once let others in between two of them", async () => {
  const send = open();
  const events = Array.from({ length: 1_000 }, () => signup);
  let betweenThem = 0;
  let done = false;
  const count = () => {
    betweenThem += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  const answers = await Promise.all(Array.from({ length: 40 }, () => send(batch(events))));
  done = true;
  expect(answers.every(({ said }) => said === "200")).toBe(true);
  expect(betweenThem).toBeGreaterThanOrEqual(40);
});
