import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAccess } from "../../src/access/access.ts";
import { Temporal } from "../../src/core/time.ts";
import { clockAt } from "../api/support.ts";
import { createTestDatabase } from "../support/database.ts";

const START = "2026-11-20T09:00:00Z";

async function open(adminKey?: string) {
  const db = await createTestDatabase();
  const clock = clockAt(START);
  return { db, clock, access: createAccess({ db, clock, adminKey }) };
}

describe("keys", () => {
  it("are shown once and kept only as their SHA-256", async () => {
    const { db, access } = await open();
    const { key, keyId } = await access.create({ scope: "read" });
    expect(key).toMatch(/^bw_[0-9a-f]{12}_[A-Za-z0-9_-]{43}_[0-9a-f]{8}$/);
    const [row] = await db.read.run(
      (sql) => sql`select row_to_json(k)::text as row, encode(hash, 'hex') as hash from api_keys k`,
    );
    expect(row?.["hash"]).toBe(createHash("sha256").update(key).digest("hex"));
    expect(row?.["row"]).toContain(keyId);
    expect(row?.["row"]).not.toContain(key.slice(16, 59));
  });

  it("carry scope, source and rate", async () => {
    const { access } = await open();
    const { key, keyId } = await access.create({ scope: "ingest", source: "segment", requestsPerSecond: 7 });
    expect(await access.verify(key)).toEqual({
      ok: true,
      caller: { keyId, scope: "ingest", source: "segment", requestsPerSecond: 7 },
    });
    expect(await access.list()).toEqual([
      {
        keyId,
        scope: "ingest",
        source: "segment",
        requestsPerSecond: 7,
        createdAt: START,
        expiresAt: null,
        revokedAt: null,
      },
    ]);
  });

  it("work in a process that has seen other keys before within a second of being made", async () => {
    const { db, clock, access } = await open();
    await access.verify((await access.create({ scope: "read" })).key);
    const { key } = await createAccess({ db, clock }).create({ scope: "read" });
    clock.advance(1_000);
    expect(await access.verify(key)).toMatchObject({ ok: true });
  });

  it("say that they are mistyped when one character is wrong, wherever it is", async () => {
    const { access } = await open();
    const { key } = await access.create({ scope: "read" });
    for (let at = 3; at < key.length; at += 1) {
      const wrong = key.slice(0, at) + (key[at] === "a" ? "b" : "a") + key.slice(at + 1);
      expect(await access.verify(wrong)).toEqual({
        ok: false,
        complaint: "The key is mistyped or cut off: its checksum does not fit.",
      });
    }
  });

  it("that are whole but of nobody are unknown, and those of other makers foreign", async () => {
    const [one, other] = [await open(), await open()];
    const { key } = await other.access.create({ scope: "read" });
    expect(await one.access.verify(key)).toEqual({ ok: false, complaint: "There is no such key." });
    expect(await one.access.verify("sk_live_1")).toMatchObject({
      ok: false,
      complaint: expect.stringContaining("bw_"),
    });
  });

  it("stop at the instant they expire", async () => {
    const { clock, access } = await open();
    const { key } = await access.create({
      scope: "read",
      expiresAt: Temporal.Instant.from("2026-11-20T10:00:00Z"),
    });
    clock.advance(3_600_000 - 1);
    expect(await access.verify(key)).toMatchObject({ ok: true });
    clock.advance(1);
    expect(await access.verify(key)).toEqual({ ok: false, complaint: "The key has expired." });
  });
});

describe("revoking", () => {
  it("stops a key at once here, and within 10 s in every other process", async () => {
    const { db, clock, access } = await open();
    const elsewhere = createAccess({ db, clock });
    const { key, keyId } = await access.create({ scope: "read" });
    expect(await elsewhere.verify(key)).toMatchObject({ ok: true });

    expect(await access.revoke(keyId)).toBe(true);
    expect(await access.verify(key)).toEqual({ ok: false, complaint: "The key was revoked." });
    clock.advance(10_000);
    expect(await elsewhere.verify(key)).toEqual({ ok: false, complaint: "The key was revoked." });
  });

  it("answers false for a key that is not there or revoked already", async () => {
    const { access } = await open();
    const { keyId } = await access.create({ scope: "read" });
    expect([await access.revoke(keyId), await access.revoke(keyId), await access.revoke("000000000000")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("verifying", () => {
  it("asks the database once for a thousand calls of a good key and of unknown ones", async () => {
    const { db, clock, access } = await open();
    const { key } = await access.create({ scope: "read" });
    const { key: unknown } = await (await open()).access.create({ scope: "read" });
    let queries = 0;
    const run: typeof db.intake.run = (work) => {
      queries += 1;
      return db.intake.run(work);
    };
    const counting = { ...db, intake: { ...db.intake, run } };
    const counted = createAccess({ db: counting, clock });
    for (let n = 0; n < 1_000; n += 1) {
      expect((await counted.verify(key)).ok).toBe(true);
      expect((await counted.verify(unknown)).ok).toBe(false);
    }
    expect(queries).toBe(1);
  });

  it("goes on for 10 s while the database is away, then says that it cannot tell", async () => {
    const { db, clock, access } = await open();
    const { key } = await access.create({ scope: "read" });
    expect(await access.verify(key)).toMatchObject({ ok: true });
    await db.close();
    clock.advance(9_999);
    expect(await access.verify(key)).toMatchObject({ ok: true });
    clock.advance(1);
    await expect(access.verify(key)).rejects.toThrow();
  });
});

describe("the admin key", () => {
  it("of the configuration is accepted as admin, needs no database and makes no other", async () => {
    const { access, db } = await open("x".repeat(32));
    expect(await access.ensureAdminKey()).toBeNull();
    expect(await access.verify("x".repeat(32))).toMatchObject({ ok: true, caller: { scope: "admin" } });
    expect(await access.verify("x".repeat(33))).toMatchObject({ ok: false });
    expect(await db.read.run((sql) => sql`select 1 from api_keys`)).toHaveLength(0);
  });

  it("is made once at first start, whoever starts at the same time", async () => {
    const { db, clock, access } = await open();
    const others = Array.from({ length: 4 }, () => createAccess({ db, clock }));
    const made = await Promise.all([access, ...others].map((one) => one.ensureAdminKey()));
    const keys = made.filter((key) => key !== null);
    expect(keys).toHaveLength(1);
    expect(await access.verify(keys[0]?.key ?? "")).toMatchObject({
      ok: true,
      caller: { scope: "admin", source: "api" },
    });
    expect(await access.ensureAdminKey()).toBeNull();
  });

  it("is made again once the last one is revoked", async () => {
    const { access } = await open();
    await access.ensureAdminKey();
    const [first] = await access.list();
    await access.revoke(first?.keyId ?? "");
    expect((await access.ensureAdminKey())?.key).toMatch(/^bw_/);
  });
});

describe("admission", () => {
  it("tells a missing, wrong and under-scoped key apart", async () => {
    const { access } = await open();
    const { key } = await access.create({ scope: "read" });
    const ask = (given: string | null, scope: "ingest" | "read" | "admin") =>
      access.admit({ key: given, scope, address: "192.0.2.1" }).then(
        () => "admitted",
        (problem: { code: string; status: number }) => `${problem.status} ${problem.code}`,
      );
    expect(await ask(null, "read")).toBe("401 missing_key");
    expect(await ask("nonsense", "read")).toBe("401 invalid_key");
    expect(await ask(key, "ingest")).toBe("403 insufficient_scope");
    expect(await ask(key, "admin")).toBe("403 insufficient_scope");
    expect(await ask(key, "read")).toBe("admitted");
  });

  it("lets an admin key read and ingest", async () => {
    const { access } = await open();
    const { key, keyId } = await access.create({ scope: "admin" });
    for (const scope of ["ingest", "read", "admin"] as const) {
      expect(await access.admit({ key, scope, address: "192.0.2.1" })).toMatchObject({ keyId });
    }
  });
});
