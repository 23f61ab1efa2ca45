import { expect, test } from "vitest";
import { recordOwed } from "../../src/bot/digest/delivering.ts";
import { createDigestWriter } from "../../src/bot/digest/digest-post.ts";
import type { Message } from "../../src/bot/message.ts";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { systemClock } from "../../src/core/time.ts";
import { ledgerWith, senderFor, slack } from "./support/ledger-world.ts";
import { createFakeChat } from "./support/fake-chat.ts";
import { madeUpReader, workspace as berlin } from "./support/made-up-numbers.ts";

const workspace = { ...berlin, timeZone: "UTC" };
const viewOf = async () => EVERYTHING;
const write = createDigestWriter({ reader: madeUpReader(), workspace, clock: systemClock, firstEvent: "curl", viewOf });

/** A digest with real words that was due so many minutes ago, when nobody ran. */
async function afterDowntime(minutes: number) {
  const world = await ledgerWith([slack("C1")]);
  await world.makeDue(minutes);
  const chat = createFakeChat();
  const sender = senderFor(world.db, chat, write);
  // Looked up first, then sent.
  const send = async () => {
    for (let round = 0; round < 2; round += 1) await sender.once();
  };
  const texts = () => chat.shown("C1").map(({ posting }) => textsOf(posting.message));
  return { ...world, chat, send, texts };
}

function textsOf({ blocks }: Message): string[] {
  return blocks.flatMap((block) => (block.kind === "text" ? [block.text] : []));
}

test("down for ten minutes at the due time, the digest comes late and says so; down for a minute, it says nothing", async () => {
  const late = await afterDowntime(11);
  await late.send();
  expect(late.texts()).toHaveLength(1);
  expect(late.texts()[0]?.[0]).toMatch(/^Delayed: due at \d\d:\d\d, sent at \d\d:\d\d\.$/);
  const punctual = await afterDowntime(1);
  await punctual.send();
  expect(punctual.texts().flat().join()).not.toContain("Delayed");
  console.log(JSON.stringify({ promise: "G14", downMinutes: 10, sent: late.texts().length, labelled: true }));
});

test("down for seven hours, the digest is left out, and the next one says which was", async () => {
  const { pool, chat, send, texts, states } = await afterDowntime(7 * 60);
  await send();
  expect(chat.seen.posts).toBe(0);
  expect(await states()).toEqual({ "slack:C1": "skipped" });
  // A day later: what was left out is yesterday's.
  await pool.run((sql) => sql`delete from deliveries where state <> 'skipped'`);
  await pool.run((sql) => sql`update deliveries set local_date = (now() at time zone 'UTC')::date - 1`);
  await pool.run((sql) => sql`update schedules set at = (now() at time zone 'UTC' - interval '1 second')::time`);
  await pool.run((sql) => recordOwed(sql));
  await send();
  expect(texts()).toHaveLength(1);
  expect(texts()[0]?.[0]).toMatch(/^The digest of \d+ \w+ was not sent\.$/);
  console.log(JSON.stringify({ promise: "G14", downHours: 7, sent: 0, toldNextDay: true }));
});
