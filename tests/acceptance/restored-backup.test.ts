import { expect, test } from "vitest";
import { openDatabase } from "../../src/db/client.ts";
import { withDatabase } from "../../src/db/connect.ts";
import { chatGround, deliveryStates, digestDueNow, started } from "./chat-ground.ts";

test("a backup from before the digest is restored within its minute: the next start finds it and posts no second", async () => {
  const ground = await chatGround();
  const { db, slack, discord, slackChannel } = ground;
  const settings = await digestDueNow(ground);
  const url = settings["DATABASE_URL"] ?? "";
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const administer = async (statement: string) => {
    const admin = await openDatabase(withDatabase(url, "postgres"));
    await admin.work.run((sql) => sql.unsafe(statement)).finally(() => admin.close());
  };
  await db.close();
  const backups = [withDatabase(url, "before"), withDatabase(url, "control")] as const;
  for (const backup of ["before", "control"]) await administer(`create database ${backup} template "${name}"`);

  const shown = async () => [(await slack.messages(slackChannel)).length, discord.world.messages.length];
  const statesAfterStart = async (address: string, before: (at: string) => Promise<void> = async () => {}) => {
    await before(address);
    const [program, ledger] = [await started({ ...settings, DATABASE_URL: address }), await openDatabase(address)];
    await expect.poll(() => deliveryStates(ledger), { timeout: 30_000 }).toEqual(["sent", "sent"]);
    await Promise.all([program.stop(), ledger.close()]);
  };
  await statesAfterStart(url);
  expect(await shown()).toEqual([1, 1]);
  await statesAfterStart(backups[0]);
  const posted = await shown();
  const postedAgain = posted.reduce((sum, count) => sum + count - 1, 0);
  console.log(JSON.stringify({ promise: "G27", restored: 1, due: posted.length, postedAgain }));
  expect(posted).toEqual([1, 1]);

  // Control: a ledger that takes what it does not know for never sent.
  await statesAfterStart(backups[1], async (address) => {
    const ledger = await openDatabase(address);
    await ledger.work.run(
      (sql) => sql`
        insert into deliveries (schedule_no, destination, local_date, kind, state, due_at, next_at)
        select schedule_no, platform || ':' || channel, (now() at time zone time_zone)::date, kind, 'pending', now(), now()
        from schedules`,
    );
    await ledger.close();
  });
  expect((await shown())[0]).toBe(2);
}, 180_000);
