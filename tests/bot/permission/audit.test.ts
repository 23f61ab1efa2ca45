import { describe, expect, test } from "vitest";
import { writeAudit } from "../../../src/bot/permission/audit-store.ts";
import { audit } from "../../../src/operations/audit.ts";
import type { OperationParts } from "../../../src/operations/operation.ts";
import { createTestDatabase } from "../../support/database.ts";

async function record() {
  const db = await createTestDatabase();
  const run = (...words: readonly string[]) => audit.run(words, { foundation: { db } } as unknown as OperationParts);
  const asked = (subject: string) =>
    db.work.run((sql) =>
      writeAudit(sql, {
        actor: "slack:U1",
        action: "asked for money",
        subject,
        detail: { channel: "slack:C1", shown: false },
      }),
    );
  return { db, run, asked };
}

describe("npm run cli -- audit", () => {
  test("lists who did what, when, the oldest first", async () => {
    const { run, asked } = await record();
    expect((await run()).text).toBe("Nothing is on record for the last 30 days.");
    await asked("metrics show");
    await asked("metrics summary");
    const { ok, text, data } = await run("--days", "7");
    expect(ok).toBe(true);
    const day = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d UTC`;
    const line = (command: string) => `${day}  slack:U1  asked for money  ${command}  shown=false channel=slack:C1`;
    expect(text).toMatch(new RegExp(`^${line("metrics show")}\n${line("metrics summary")}$`));
    expect(data).toHaveLength(2);
  });

  test("leaves out what is older than asked for", async () => {
    const { db, run, asked } = await record();
    await asked("metrics show");
    await db.work.run((sql) => sql`update audit_log set at = now() - interval '3 days'`);
    expect((await run("--days", "2")).data).toEqual([]);
    expect((await run("--days", "4")).data).toHaveLength(1);
  });

  test.each([[["--days", "0"]], [["--days", "x"]], [["--weeks", "1"]], [["yesterday"]]])(
    "%j is answered with what to write",
    async (words) => {
      const { run } = await record();
      expect(await run(...words)).toMatchObject({ ok: false, text: expect.stringMatching(/--days/) });
    },
  );
});
