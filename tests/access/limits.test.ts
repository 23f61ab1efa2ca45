import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAccess } from "../../src/access/access.ts";
import { makeKey } from "../../src/access/key.ts";
import { createTokenBuckets } from "../../src/access/token-bucket.ts";
import { clockAt } from "../api/support.ts";
import { createTestDatabase } from "../support/database.ts";

async function open(requestsPerSecond?: number, adminKey?: string) {
  const db = await createTestDatabase();
  const clock = clockAt("2026-11-20T09:00:00Z");
  const access = createAccess({ db, clock, adminKey });
  const { key } = await access.create({
    scope: "read",
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
  });
  const ask = (given = key, address = "192.0.2.1") =>
    access.admit({ key: given, scope: "read", address }).then(
      () => "admitted",
      (problem: { code: string; status: number; retryAfterSeconds?: number }) =>
        `${problem.status} ${problem.code}${problem.retryAfterSeconds === undefined ? "" : ` after ${problem.retryAfterSeconds}`}`,
    );
  const countAdmitted = async (tries: number) => {
    let admitted = 0;
    for (let n = 0; n < tries; n += 1) if ((await ask()) === "admitted") admitted += 1;
    return admitted;
  };
  return { clock, ask, countAdmitted, key, access };
}

describe("the limit of a key", () => {
  it("is 400 requests at once and 200 a second after that", async () => {
    const { clock, ask, countAdmitted } = await open();
    expect(await countAdmitted(450)).toBe(400);
    expect(await ask()).toBe("429 rate_limited after 1");
    clock.advance(1_000);
    expect(await countAdmitted(450)).toBe(200);
    clock.advance(60_000);
    expect(await countAdmitted(450)).toBe(400);
  });

  it("is the key's own when it has one", async () => {
    const { clock, countAdmitted } = await open(3);
    expect(await countAdmitted(20)).toBe(6);
    clock.advance(1_000);
    expect(await countAdmitted(20)).toBe(3);
  });
});

const STRONG = "h3Qm8sZ1Lk0vXw9RtYb5Ncd7Pfg2JaUe";

/** A key of the right form that nobody has. */
const made = () => makeKey().key;

/** The same key with another secret. */
function withOtherSecret(key: string): string {
  const other = makeKey().key;
  const body = `${key.slice(0, 16)}${other.slice(16, 59)}`;
  return `${body}_${crc32(body).toString(16).padStart(8, "0")}`;
}

describe("the limit on failed keys", () => {
  it("is 20 a minute for an address, and another address is not held up", async () => {
    const { clock, ask } = await open();
    for (let n = 0; n < 20; n += 1) expect(await ask("wrong")).toBe("401 invalid_key");
    expect(await ask("wrong")).toBe("429 rate_limited after 3");
    expect(await ask("wrong", "192.0.2.2")).toBe("401 invalid_key");
    clock.advance(60_000);
    expect(await ask("wrong")).toBe("401 invalid_key");
  });

  it.each([
    ["nonsense", () => "wrong"],
    ["keys that nobody has", made],
    ["mistyped keys", () => `${made()}0`],
  ])("ends guessing at ADMIN_KEY by %s: beyond it the right one is not compared", async (_, guess) => {
    const { ask, clock } = await open(undefined, STRONG);
    for (let n = 0; n < 20; n += 1) expect(await ask(guess())).toBe("401 invalid_key");
    for (let n = 0; n < 1_000; n += 1) expect(await ask(guess())).toBe("429 rate_limited after 3");
    expect(await ask(STRONG)).toBe("429 rate_limited after 3");
    clock.advance(3_000);
    expect(await ask(STRONG)).toBe("admitted");
    expect(await ask(guess())).toBe("401 invalid_key");
    expect(await ask(guess())).toBe("429 rate_limited after 3");
  });

  it("does not lock out a good key that comes from the same address", async () => {
    const { ask } = await open();
    for (let n = 0; n < 30; n += 1) await ask("wrong");
    expect(await ask()).toBe("admitted");
  });

  it("counts wrong secrets of an existing key for that key: it does not lock out the others", async () => {
    const { ask, key, access } = await open();
    const other = (await access.create({ scope: "read" })).key;
    for (let n = 0; n < 20; n += 1) expect(await ask(withOtherSecret(key))).toBe("401 invalid_key");
    expect(await ask(withOtherSecret(key))).toBe("429 rate_limited after 3");
    expect(await ask(key)).toBe("429 rate_limited after 3");
    expect(await ask(other)).toBe("admitted");
  });

  it("does not lock out a key that worked from the address before, whoever tries its id", async () => {
    const { ask, key } = await open();
    expect(await ask(key)).toBe("admitted");
    for (let n = 0; n < 50; n += 1) await ask(withOtherSecret(key));
    expect(await ask(key)).toBe("admitted");
  });
});

describe("token buckets", () => {
  it("keep no more names than they were told to", () => {
    const buckets = createTokenBuckets(100);
    for (let n = 0; n < 5_000; n += 1) buckets.take(`address ${n}`, { perSecond: 1, burst: 2 }, n);
    expect(buckets.size).toBe(100);
  });

  it("never give more than the burst and the refill, whatever the clock does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        (steps, perSecond) => {
          const buckets = createTokenBuckets(10);
          let nowMs = 1_000_000;
          let forwardMs = 0;
          let given = 0;
          for (const step of steps) {
            nowMs += step;
            forwardMs += Math.max(0, step);
            if (buckets.take("one", { perSecond, burst: perSecond * 2 }, nowMs) === 0) given += 1;
          }
          expect(given).toBeLessThanOrEqual(perSecond * 2 + (forwardMs * perSecond) / 1_000);
        },
      ),
    );
  });
});
