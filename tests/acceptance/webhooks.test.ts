import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../src/db/client.ts";
import { startProgram, type Program } from "../support/program.ts";
import { startOwnServer } from "../support/server.ts";
import { keepsSilent, SECRET, startReceiver, takes } from "../support/webhook-receiver.ts";
import { started } from "./chat-ground.ts";

async function open(program: Program, ticketId: string): Promise<void> {
  const event = {
    type: "ticket",
    id: ticketId,
    action: "opened",
    ticket_id: ticketId,
    subject: "hunter2",
    user_id: "u_7",
  };
  const headers = { authorization: `Bearer ${program.adminKey}`, "content-type": "application/json" };
  const body = JSON.stringify({ events: [event] });
  const answer = await fetch(`${program.url}/api/events`, { method: "POST", headers, body });
  expect(await answer.json()).toMatchObject({ accepted: 1 });
}

test("the program is killed with -9 after a receiver took a change and before it learned so: the next start sends it again with the same id, and nothing is lost", async () => {
  const { url } = await startOwnServer();
  await (await startProgram({ DATABASE_URL: url })).stop();
  const db = await openDatabase(url);
  onTestFinished(() => db.close());
  const receiver = await startReceiver(keepsSilent);
  const settings = {
    DATABASE_URL: url,
    TICKET_WEBHOOKS: receiver.url,
    TICKET_WEBHOOK_SECRET: SECRET,
    TICKET_WEBHOOKS_ALLOW_PRIVATE: "true",
  };
  const first = await started(settings);
  const endpoints = () => db.read.run((sql) => sql`select from webhook_endpoints`);
  await expect.poll(async () => (await endpoints()).length, { timeout: 30_000 }).toBe(1);
  const heard = receiver.next();
  await open(first, "H-1");
  await heard;
  await first.kill();
  receiver.setReply(takes);
  // As if the minute had passed in which nobody else tries.
  await db.work.run((sql) => sql`update webhook_deliveries set next_at = now() where outcome is null`);
  const second = await started(settings);
  await open(second, "H-2");
  const states = () => db.read.run((sql) => sql`select ticket_id, outcome from webhook_deliveries order by ticket_id`);
  await expect.poll(states, { timeout: 30_000 }).toEqual([
    { ticket_id: "H-1", outcome: "delivered" },
    { ticket_id: "H-2", outcome: "delivered" },
  ]);
  expect(await second.stop()).toBe(0);
  const ofFirst = receiver.told
    .filter(({ data }) => data["ticket_id"] === "H-1")
    .map(({ id, body }) => `${id} ${body}`);
  console.log(
    JSON.stringify({
      killed: 1,
      changes: 2,
      sent: receiver.told.length,
      ids: new Set(receiver.told.map(({ id }) => id)).size,
    }),
  );
  expect(ofFirst).toEqual([ofFirst[0], ofFirst[0]]);
  expect(receiver.of("H-2")).toEqual(["ticket.opened"]);
  expect(receiver.unsigned).toEqual([]);
  expect(first.output() + second.output()).not.toMatch(/a-secret-in-the-path|whsec_|hunter2|u_7/);
}, 120_000);

test("without the setting the program tells an address of this machine nothing, and says why in its log", async () => {
  const { url } = await startOwnServer();
  const receiver = await startReceiver();
  const address = `https://localhost:${receiver.port}/`;
  const program = await started({ DATABASE_URL: url, TICKET_WEBHOOKS: address, TICKET_WEBHOOK_SECRET: SECRET });
  const db = await openDatabase(url);
  onTestFinished(() => db.close());
  const endpoints = () => db.read.run((sql) => sql`select from webhook_endpoints`);
  await expect.poll(async () => (await endpoints()).length, { timeout: 30_000 }).toBe(1);
  await open(program, "H-1");
  await expect.poll(() => program.output(), { timeout: 30_000 }).toContain("private_address");
  expect([receiver.told, receiver.unsigned]).toEqual([[], []]);
  expect(await program.stop()).toBe(0);
}, 120_000);
