import { expect, test } from "vitest";
import { createAccess } from "../../src/access/access.ts";
import type { NewKey } from "../../src/access/key.ts";
import { readAudit } from "../../src/bot/permission/audit-store.ts";
import { Temporal } from "../../src/core/time.ts";
import { keys } from "../../src/operations/keys.ts";
import type { OperationParts } from "../../src/operations/operation.ts";
import { createTestDatabase } from "../support/database.ts";

test.each([
  [["create"], "Say what the key may do: --scope ingest|read|admin."],
  [["create", "--scope", "banana"], "Say what the key may do: --scope ingest|read|admin. You wrote `banana`."],
])("keys %j says which scopes there are, and what was written", async (words, complaint) => {
  expect(await keys.run(words, { rooms: {} } as unknown as OperationParts)).toMatchObject({
    ok: false,
    text: complaint,
  });
});

const NOW = Temporal.Instant.from("2026-11-20T22:30:00Z");

async function openKeys() {
  const db = await createTestDatabase();
  const clock = { now: () => NOW };
  const access = createAccess({ db, clock });
  const parts = { rooms: { access }, foundation: { clock, db, workspace: { timeZone: "Europe/Berlin" } } };
  const run = (...words: string[]) => keys.run(words, parts as unknown as OperationParts);
  return { db, access, run };
}

test.each([
  ["2027-01-31", "2027-01-31T23:00:00Z", "2027-02-01 00:00 Europe/Berlin"],
  ["2026-11-20", "2026-11-20T23:00:00Z", "2026-11-21 00:00 Europe/Berlin"],
  ["90d", "2027-02-18T22:30:00Z", "2027-02-18 23:30 Europe/Berlin"],
])("a key that expires %s works until then, and says so", async (expires, instant, told) => {
  const { access, run } = await openKeys();
  const made = await run("create", "--scope", "read", "--expires", expires);
  expect(made).toMatchObject({ ok: true, data: { expiresAt: instant } });
  expect(made.text).toContain(`Works until ${told}.`);
  expect(await access.list()).toMatchObject([{ expiresAt: instant }]);
  expect((await run("list")).text).toContain(`until ${told}`);
});

test.each(["2026-11-19", "2027-02-30", "0d", "3661d", "90", "tomorrow", "2045-01-01", "-5d", ""])(
  "a key does not expire %j",
  async (expires) => {
    const { access, run } = await openKeys();
    const refused = await run("create", "--scope", "read", `--expires=${expires}`);
    expect(refused).toMatchObject({ ok: false });
    expect(refused.text).toContain(`such as 90d, up to 3660d; you wrote \`${expires}\`.`);
    expect(await access.list()).toEqual([]);
  },
);

test("keys that are made and revoked are on record, without anything secret", async () => {
  const { db, run } = await openKeys();
  const made = (await run("create", "--scope", "ingest", "--source", "shop", "--expires", "90d")).data as NewKey;
  await run("revoke", made.keyId);
  await run("revoke", made.keyId);
  const rows = await db.read.run((sql) => readAudit(sql, 1));
  expect(rows).toMatchObject([
    {
      actor: "cli",
      action: "key created",
      subject: made.keyId,
      detail: { scope: "ingest", source: "shop", expires_at: "2027-02-18T22:30:00Z" },
    },
    { actor: "cli", action: "key revoked", subject: made.keyId, detail: {} },
  ]);
  const secret = made.key.split("_")[2] ?? "";
  expect(secret).not.toBe("");
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test("the key of the first start is on record", async () => {
  const { db, access } = await openKeys();
  const made = await access.ensureAdminKey();
  await access.ensureAdminKey();
  expect(await db.read.run((sql) => readAudit(sql, 1))).toMatchObject([
    { actor: "first start", action: "key created", subject: made?.keyId, detail: { scope: "admin" } },
  ]);
});
