import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventBuffer } from "../../src/client/event-buffer.ts";
import { createEventTexts } from "../../src/client/event-text.ts";
import { outcomeOf } from "../../src/client/outcome.ts";
import { retryDelayMs } from "../../src/client/retry-delay.ts";
import { openClient, startBellwether, startUnrulyServer, sumOf, type Trick } from "./support.ts";

const PATIENT = { timeoutMs: 10_000 };
/** Quick to give a silent server up. */
const HASTY = { timeoutMs: 2_000 };

describe("a server that misbehaves", () => {
  it.each<readonly [Trick, object]>([
    ["hang", HASTY],
    ["lose", PATIENT],
    ["cut", PATIENT],
    ["garbage", PATIENT],
    ["too_many", PATIENT],
    ["broken", PATIENT],
    ["slow", PATIENT],
  ])("(%s) gets the same bytes again, and everything is there once", async (trick, options) => {
    const bellwether = await startBellwether();
    const server = await startUnrulyServer(bellwether);
    server.play(trick, trick, "pass");
    const { client } = openClient({ url: server.url, key: bellwether.key }, options);
    for (let n = 0; n < 20; n += 1) client.record({ type: "signup", userId: `u${n}` });
    expect(await client.flush()).toBe(true);
    expect(new Set(server.bodies).size).toBe(1);
    const { accepted, duplicates, retries } = client.stats();
    expect(accepted + duplicates).toBe(20);
    expect(retries).toBe(trick === "slow" ? 0 : 2);
    expect(duplicates).toBe(trick === "lose" || trick === "cut" ? 20 : 0);
    expect(await bellwether.db.read.run((sql) => sql`select count(*)::int as n from signups`)).toEqual([{ n: 20 }]);
  });

  it("that says when to come back is not asked sooner", async () => {
    const server = await startUnrulyServer();
    server.play("unavailable", "pass");
    const { client } = openClient({ url: server.url, key: "k" });
    client.track("tick");
    expect(await client.flush()).toBe(true);
    const [first = 0, second = 0] = server.arrivedAtMs;
    expect(second - first).toBeGreaterThanOrEqual(990);
  });

  it.each<readonly [Trick, RegExp]>([
    ["refuse", /401 invalid_key/],
    ["elsewhere", /301: the address leads elsewhere/],
  ])("that refuses the whole batch (%s) is believed at once, and one line says so", async (trick, words) => {
    const server = await startUnrulyServer();
    server.play(trick, trick, trick, "pass");
    const { client, lines } = openClient({ url: server.url, key: "bw_private" }, { eventsPerBatch: 2 });
    for (let n = 0; n < 8; n += 1) client.track("tick", { userId: "person-17" });
    expect(await client.flush()).toBe(true);
    expect(client.stats()).toMatchObject({ accepted: 2, dropped: 6, retries: 0 });
    const warnings = lines.said.filter(({ level }) => level === "warn");
    expect(warnings).toEqual([{ level: "warn", line: expect.stringMatching(words) }]);
    expect(JSON.stringify(lines.said)).not.toMatch(/bw_private|person-17/);
  });

  it("that answers nonsense is given up after five attempts, and the next batch has its own", async () => {
    const server = await startUnrulyServer();
    server.play("garbage", "garbage", "garbage", "garbage", "broken", "pass");
    const { client } = openClient({ url: server.url, key: "k" }, { eventsPerBatch: 3 });
    for (let n = 0; n < 6; n += 1) client.track("tick");
    expect(await client.flush()).toBe(true);
    expect(client.stats()).toMatchObject({ accepted: 3, dropped: 3, retries: 4 });
  });

  it("that is gone is tried again and again, in one line a minute", async () => {
    const server = await startUnrulyServer();
    await server.leave();
    let now = 0;
    const { client, lines } = openClient({ url: server.url, key: "k" }, { nowMs: () => now });
    client.track("tick");
    await expect.poll(() => client.stats().retries).toBeGreaterThan(10);
    const warnings = () => lines.said.filter(({ level }) => level === "warn");
    expect(warnings()).toEqual([
      { level: "warn", line: "bellwether: events cannot be brought: ECONNREFUSED; 1 wait, 0 are dropped" },
    ]);
    now = 60_000;
    await expect.poll(() => warnings().length).toBe(2);
    expect(warnings()[1]?.line).toMatch(/\(\d+ more since the last line\)$/);
    expect(await client.flush(1)).toBe(false);
  });

  it("does not hold up the end: what cannot be brought in time is dropped and counted", async () => {
    const server = await startUnrulyServer();
    server.play("hang");
    const { client, lines } = openClient({ url: server.url, key: "k" }, { eventsPerBatch: 2 });
    for (let n = 0; n < 5; n += 1) client.track("tick");
    await client.close(20);
    expect(client.stats()).toMatchObject({ recorded: 5, dropped: 5, waiting: 0 });
    expect(lines.said.at(-1)?.line).toBe("bellwether: closed before 5 events could be brought");
  });

  it("costs a bounded amount of memory, and what came first is kept", async () => {
    const server = await startUnrulyServer();
    const { client, lines } = openClient({ url: server.url, key: "k" }, { room: 100, eventsPerBatch: 10 });
    for (let n = 0; n < 1_000; n += 1) {
      client.recordRequest({ method: "GET", route: `/${n}`, status: 200, durationMs: 1 });
    }
    expect(client.stats()).toMatchObject({ waiting: 90, dropped: 910 });
    for (let n = 0; n < 1_000; n += 1) client.track("payment");
    expect(client.stats()).toMatchObject({ waiting: 100, dropped: 1_900 });
    expect(lines.said.filter(({ level }) => level === "warn")).toHaveLength(1);
    expect(await client.flush()).toBe(true);
    expect(client.stats()).toMatchObject({ accepted: 100, dropped: 1_900, waiting: 0 });
    expect(server.bodies[0]).toContain('"/0"');
  });

  const trick = fc.constantFrom<Trick>("pass", "lose", "cut", "too_many", "slow", "hang");
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ act: fc.constant("record" as const), events: fc.integer({ min: 1, max: 12 }) }),
    },
    { weight: 1, arbitrary: fc.record({ act: fc.constant("flush" as const), events: fc.constant(0) }) },
  );

  it(
    "in any way, any number of times, has each event once or the client says that it dropped it",
    { timeout: 60_000 },
    async () => {
      const bellwether = await startBellwether();
      let stored = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(trick, { maxLength: 6 }),
          fc.array(step, { minLength: 1, maxLength: 8 }),
          fc.integer({ min: 4, max: 60 }),
          async (tricks, steps, room) => {
            const server = await startUnrulyServer(bellwether);
            server.play(...tricks, "pass");
            const { client } = openClient(
              { url: server.url, key: bellwether.key },
              { room, eventsPerBatch: 7, timeoutMs: 250, waitMs: 1, gzipFromBytes: 300 },
            );
            let recorded = 0;
            for (const { act, events } of steps) {
              recorded += events;
              for (let n = 0; n < events; n += 1) client.record({ type: "signup", userId: "u" });
              if (act === "flush") await client.flush();
              expect(sumOf(client.stats())).toBe(recorded);
            }
            await client.close(20_000);
            const { accepted, duplicates, dropped, waiting } = client.stats();
            expect([waiting, accepted + duplicates + dropped]).toEqual([0, recorded]);
            const [row] = await bellwether.db.read.run((sql) => sql`select count(*)::int as n from signups`);
            const now = Number(row?.["n"]);
            expect(now - stored).toBe(recorded - dropped);
            stored = now;
            await server.leave();
          },
        ),
        { numRuns: 30 },
      );
    },
  );
});

describe("the wait before another attempt", () => {
  it("doubles up to a limit, with a random half, and is never shorter than what was asked for", () => {
    const pace = { firstMs: 500, longestMs: 60_000 };
    const at = (failures: number, random: number) => retryDelayMs(failures, null, pace, () => random);
    expect([1, 2, 3, 4].map((failures) => at(failures, 1))).toEqual([500, 1_000, 2_000, 4_000]);
    expect([1, 2].map((failures) => at(failures, 0))).toEqual([250, 500]);
    expect(at(1_000, 1)).toBe(60_000);
    fc.assert(
      fc.property(fc.nat(100), fc.nat(1e6), fc.double({ min: 0, max: 1, noNaN: true }), (failures, asked, random) => {
        expect(retryDelayMs(failures, asked, pace, () => random)).toBeGreaterThanOrEqual(asked);
      }),
    );
  });

  it.each([
    ["7", 7_000],
    ["Fri, 20 Nov 2026 09:00:30 GMT", 30_000],
    ["Fri, 20 Nov 2026 08:00:00 GMT", 0],
    ["99999999", 900_000],
    ["soon", null],
    [undefined, null],
  ])("reads Retry-After %s as %s ms", (retryAfter, afterMs) => {
    const outcome = outcomeOf({ status: 503, retryAfter, body: "" }, 1, Date.parse("2026-11-20T09:00:00Z"));
    expect(outcome).toEqual({ kind: "try_again", why: "the answer is 503", afterMs, hopeless: false });
  });
});

describe("the buffer", () => {
  it("gives back what it took in, in order, once, and never holds more than its room", () => {
    const act = fc.oneof(
      fc.string({ maxLength: 8 }).map((text) => ({ text })),
      fc.nat(5).map((take) => ({ take: take + 1 })),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (acts, room) => {
        const buffer = createEventBuffer(room, () => 0);
        const model: string[] = [];
        for (const one of acts) {
          if ("text" in one) {
            const text = JSON.stringify(one.text);
            expect(buffer.add(text, false)).toBe(model.length < room);
            if (model.length < room) model.push(text);
          } else {
            const { count, body } = buffer.take(one.take);
            expect(body).toBe(`{"events":[${model.splice(0, one.take).join(",")}]}`);
            expect(count).toBeLessThanOrEqual(one.take);
          }
          expect(buffer.size).toBe(model.length);
        }
      }),
    );
  });

  it("makes no batch that a server would call too large", () => {
    const buffer = createEventBuffer(1_000, () => 0);
    const text = JSON.stringify("x".repeat(200_000));
    for (let n = 0; n < 5; n += 1) buffer.add(text, false);
    expect([buffer.take(100).count, buffer.take(100).count, buffer.take(100).count]).toEqual([2, 2, 1]);
    let added = 0;
    while (buffer.add(text, false)) added += 1;
    expect(added).toBe(79);
  });
});

describe("the form of a request on the wire", () => {
  it("is JSON that says what was told, whatever it was", () => {
    const texts = createEventTexts(() => Date.parse("2026-11-20T09:00:00.007Z"));
    const word = fc.string({ unit: "binary", maxLength: 12 });
    fc.assert(
      fc.property(
        fc.record({
          method: word,
          route: word,
          status: fc.integer(),
          durationMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
          failed: fc.boolean(),
          userId: fc.option(word, { nil: undefined }),
          teamId: fc.option(word, { nil: undefined }),
          id: fc.option(word, { nil: undefined }),
        }),
        (told) => {
          const wire = JSON.parse(texts.ofRequest(told)) as Record<string, unknown>;
          const { id, durationMs, failed, userId, teamId, ...same } = told;
          expect(wire).toEqual({
            type: "request",
            occurred_at: "2026-11-20T09:00:00.007Z",
            id: id ?? expect.stringMatching(/^[\w-]{16}-[0-9a-z]+$/),
            duration_ms: expect.any(Number),
            ...same,
            ...(failed ? { failed } : {}),
            ...(userId === undefined ? {} : { user_id: userId }),
            ...(teamId === undefined ? {} : { team_id: teamId }),
          });
          const sent = wire["duration_ms"] as number;
          expect(Math.abs(sent - Math.max(0, durationMs))).toBeLessThanOrEqual(0.0005001);
        },
      ),
      { numRuns: 500 },
    );
  });
});
