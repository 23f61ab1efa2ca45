import { expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { systemClock } from "../../src/core/time.ts";
import type { Log } from "../../src/core/log.ts";
import type { Pool } from "../../src/db/client.ts";
import { createIntake } from "../../src/events/intake.ts";
import { MOST_ATTEMPTS, waitAfter } from "../../src/tickets/webhook-message.ts";
import { claimChanges, noteDelivered, recordChanges } from "../../src/tickets/webhook-store.ts";
import { createWebhooks, startWebhooks, type WebhookSettings } from "../../src/tickets/webhooks.ts";
import { workspace } from "../events/support.ts";
import { SILENT } from "../support/silent.ts";
import { keepsSilent, SECRET, startReceiver as receiver, takes } from "../support/webhook-receiver.ts";
import { createOffice, opening, said, THREAD, type Office } from "./office.ts";

const NEXT_SECRET = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;

function hearing() {
  const lines: { readonly level: string; readonly fields: unknown; readonly text: string }[] = [];
  const at = (level: string) => (fields: unknown, text: string) => void lines.push({ level, fields, text });
  return {
    lines,
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } as unknown as Log,
  };
}

type Given = Partial<WebhookSettings> & { readonly pool?: Pool; readonly log?: Log; readonly url: string };

function webhooksOf({ db }: Office, { pool = db.work, log = SILENT, url, ...settings }: Given) {
  const chosen = { urls: [url], secrets: [SECRET], allowPrivate: true, ...settings };
  return createWebhooks({ pool, settings: chosen, clock: systemClock, log });
}

/** Until nothing is due. */
async function drain(webhooks: { pass(): Promise<boolean> }): Promise<void> {
  while (await webhooks.pass());
}

/** As if the time until the next attempt had passed. */
async function letTimePass({ db }: Office): Promise<void> {
  await db.work.run((sql) => sql`update webhook_deliveries set next_at = now() where outcome is null`);
}

const by = (key: string) => ({ actor: "slack:U_KIM", key });
const thread = (name: string) => ({ ...THREAD, thread: name });

test("every change of a ticket is told, signed, in the order of its log, and without what was said", async () => {
  const office = await createOffice();
  const { told, unsigned, url } = await receiver();
  const webhooks = webhooksOf(office, { url });
  await drain(webhooks);
  const { desk, passMinutes, now } = office;
  await desk.open(opening({ subject: "<!channel> **Export** fails", description: "my password is hunter2" }));
  passMinutes(5);
  await desk.hear("TCK-1", said("agent", now(), { text: "hunter2 is no good password" }));
  await desk.act("TCK-1", { kind: "prioritize", priority: "urgent" }, by("1"));
  await desk.note("TCK-1", { author: "slack:U_KIM", key: "2", text: "a note" });
  await desk.act("TCK-1", { kind: "resolve" }, by("3"));
  await desk.act("TCK-1", { kind: "reopen" }, by("4"));
  await desk.act("TCK-1", { kind: "close" }, by("5"));
  await drain(webhooks);
  expect(told.map(({ type }) => type)).toEqual(
    ["opened", "replied", "prioritized", "resolved", "reopened", "closed"].map((action) => `ticket.${action}`),
  );
  expect(JSON.parse(told[0]?.body ?? "")).toEqual({
    type: "ticket.opened",
    timestamp: "2026-11-20T09:00:00Z",
    data: {
      ticket_id: "TCK-1",
      action: "opened",
      by: null,
      subject: "<!channel> **Export** fails",
      priority: "high",
      category: "bug",
      user_id: "u_7",
      team_id: null,
    },
  });
  expect(told[2]?.data).toMatchObject({ action: "prioritized", priority: "urgent", category: "bug" });
  expect(told.map(({ body }) => body).join()).not.toMatch(/hunter2|a note|U_KIM/);
  expect(new Set(told.map(({ id }) => id)).size).toBe(6);
  expect(unsigned).toEqual([]);
  await drain(webhooks);
  expect(told).toHaveLength(6);
});

test("tickets that come over HTTP are told too, and an endpoint that is new is not told of what was before", async () => {
  const office = await createOffice();
  const { told, url } = await receiver();
  await office.desk.open(opening());
  await drain(webhooksOf(office, { url }));
  expect(told).toEqual([]);
  const event = { type: "ticket", id: "1", action: "opened", ticket_id: "H-1", user_id: "u_9", subject: "Refund" };
  const intake = createIntake({ db: office.db, clock: { now: office.now }, workspace });
  await intake.accept([event, event], { source: "api" });
  await drain(webhooksOf(office, { url }));
  expect(told).toMatchObject([{ type: "ticket.opened", data: { ticket_id: "H-1", user_id: "u_9" } }]);
});

test("while a secret is replaced a receiver needs one of the two, and a forged or changed message is none", async () => {
  const office = await createOffice();
  const [old, other] = [await receiver(takes, SECRET), await receiver(takes, NEXT_SECRET)];
  const webhooks = webhooksOf(office, { url: "", urls: [old.url, other.url], secrets: [NEXT_SECRET, SECRET] });
  await drain(webhooks);
  await office.desk.open(opening());
  await drain(webhooks);
  expect([old.told.length, other.told.length]).toEqual([1, 1]);
  expect(old.told[0]?.id).toBe(other.told[0]?.id);
  const [{ body, headers } = { body: "", headers: {} }] = old.told;
  expect(() => new Webhook(SECRET).verify(body.replace("TCK-1", "TCK-2"), headers)).toThrow("No matching signature");
  const strange = await receiver(takes, `whsec_${Buffer.alloc(32, 9).toString("base64")}`);
  await drain(webhooksOf(office, { url: strange.url }));
  await office.desk.act("TCK-1", { kind: "resolve" }, by("1"));
  await drain(webhooksOf(office, { url: strange.url }));
  expect(strange.told).toEqual([]);
  expect(strange.unsigned).toHaveLength(1);
});

test("what fails is tried again with the same id and the same words, later ones of that ticket wait, and other tickets do not", async () => {
  const office = await createOffice();
  const { desk } = office;
  let failures = 3;
  const { told, url, of } = await receiver(({ data, type }, response) => {
    const fails = data["ticket_id"] === "TCK-1" && type === "ticket.resolved" && failures > 0;
    if (fails) failures -= 1;
    response.writeHead(fails ? 503 : 200).end();
  });
  const webhooks = webhooksOf(office, { url });
  await drain(webhooks);
  for (const name of ["1", "2"]) await desk.open(opening({ thread: thread(name) }));
  for (const ticketId of ["TCK-1", "TCK-2"]) {
    await desk.act(ticketId, { kind: "resolve" }, by("1"));
    await desk.act(ticketId, { kind: "reopen" }, by("2"));
  }
  await drain(webhooks);
  expect(of("TCK-1")).toEqual(["ticket.opened", "ticket.resolved"]);
  expect(of("TCK-2")).toEqual(["ticket.opened", "ticket.resolved", "ticket.reopened"]);
  const waiting = () =>
    office.db.read.run(
      (sql) => sql`
    select attempts from webhook_deliveries where outcome is null and next_at > now() order by row_no`,
    );
  expect(await waiting()).toEqual([{ attempts: 1 }]);
  for (let round = 0; round < 3; round += 1) {
    await letTimePass(office);
    // Another instance, as after a restart.
    await drain(webhooksOf(office, { url }));
  }
  expect(of("TCK-1")).toEqual([
    "ticket.opened",
    ...Array.from({ length: 4 }, () => "ticket.resolved"),
    "ticket.reopened",
  ]);
  const resolved = told.filter(({ type, data }) => type === "ticket.resolved" && data["ticket_id"] === "TCK-1");
  expect(new Set(resolved.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
});

test("killed after the receiver took it and before that was noted, it is sent again with the same id, and nothing is lost", async () => {
  const office = await createOffice();
  const { told, url } = await receiver();
  await drain(webhooksOf(office, { url }));
  await office.desk.open(opening());
  let statements = 0;
  const run: Pool["run"] = (work) => {
    statements += 1;
    return statements > 2 ? Promise.reject(new Error("the program ends here")) : office.db.work.run(work);
  };
  await expect(webhooksOf(office, { url, pool: { ...office.db.work, run } }).pass()).rejects.toThrow("ends here");
  expect(told).toHaveLength(1);
  const after = webhooksOf(office, { url });
  await drain(after);
  // Nobody else takes it while it may still be under way.
  expect(told).toHaveLength(1);
  await letTimePass(office);
  await drain(after);
  expect(told.map(({ id, body }) => `${id} ${body}`)).toEqual([expect.any(String), `${told[0]?.id} ${told[0]?.body}`]);
});

test("control: a change that is noted before it is sent is lost when the program is killed in between", async () => {
  const office = await createOffice();
  const { told, url } = await receiver();
  await drain(webhooksOf(office, { url }));
  await office.desk.open(opening());
  const [endpoint] = await office.db.read.run(
    (sql) => sql<{ name: string }[]>`select endpoint as name from webhook_endpoints`,
  );
  const names = [endpoint?.name ?? ""];
  await office.db.work.run((sql) => recordChanges(sql, names));
  for (const claimed of await office.db.work.run((sql) => claimChanges(sql, names)))
    await office.db.work.run((sql) => noteDelivered(sql, claimed));
  await letTimePass(office);
  await drain(webhooksOf(office, { url }));
  expect(told).toEqual([]);
});

test("killed before it was sent, it is sent after the restart", async () => {
  const office = await createOffice();
  const { told, url } = await receiver();
  await drain(webhooksOf(office, { url }));
  await office.desk.open(opening());
  let statements = 0;
  const run: Pool["run"] = (work) => {
    statements += 1;
    return statements > 1 ? Promise.reject(new Error("the program ends here")) : office.db.work.run(work);
  };
  await expect(webhooksOf(office, { url, pool: { ...office.db.work, run } }).pass()).rejects.toThrow("ends here");
  expect(told).toEqual([]);
  await drain(webhooksOf(office, { url }));
  expect(told).toHaveLength(1);
});

test("two instances tell each change once, and those of a ticket in order", async () => {
  const office = await createOffice();
  const { told, url, of } = await receiver();
  const both = [webhooksOf(office, { url }), webhooksOf(office, { url })];
  await Promise.all(both.map(drain));
  const ids = Array.from({ length: 12 }, (_, index) => `TCK-${index + 1}`);
  for (const ticketId of ids) await office.desk.open(opening({ thread: thread(ticketId) }));
  for (const ticketId of ids) await office.desk.act(ticketId, { kind: "resolve" }, by("1"));
  await Promise.all(both.map(drain));
  expect(told).toHaveLength(24);
  for (const ticketId of ids) expect(of(ticketId)).toEqual(["ticket.opened", "ticket.resolved"]);
});

test("after ten attempts it is given up with a word in the log that holds no secret and nobody's data, and the next change goes on", async () => {
  const office = await createOffice();
  const { told, url, setReply, of } = await receiver((_, response) => void response.writeHead(500).end("no"));
  const { lines, log } = hearing();
  const webhooks = webhooksOf(office, { url, log });
  await drain(webhooks);
  await office.desk.open(opening({ subject: "hunter2", userId: "dana@example.com" }));
  await office.desk.act("TCK-1", { kind: "resolve" }, by("1"));
  for (let round = 0; round < MOST_ATTEMPTS; round += 1) {
    await letTimePass(office);
    await webhooks.pass();
  }
  expect(of("TCK-1")).toEqual(Array.from({ length: MOST_ATTEMPTS }, () => "ticket.opened"));
  expect(lines.filter(({ level }) => level === "error")).toEqual([
    {
      level: "error",
      fields: {
        to: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        messageId: told[0]?.id,
        attempts: 10,
        status: 500,
      },
      text: expect.stringContaining("was given up: 10 attempts"),
    },
  ]);
  expect(lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  setReply(takes);
  await drain(webhooks);
  expect(of("TCK-1").at(-1)).toBe("ticket.resolved");
  expect(JSON.stringify(lines)).not.toMatch(/a-secret-in-the-path|whsec|hunter2|dana|TCK/);
  const stored = await office.db.read.run(
    (sql) => sql`select d::text || e::text as row from webhook_deliveries d, webhook_endpoints e`,
  );
  expect(JSON.stringify(stored)).not.toMatch(/a-secret-in-the-path|whsec|127\.0\.0\.1/);
});

test("the waits grow from seconds to hours", () => {
  const waits = Array.from({ length: MOST_ATTEMPTS }, (_, index) => waitAfter(index + 1));
  expect(waits).toEqual([5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, null]);
});

test.each([
  ["by its number", (port: number) => `http://127.0.0.1:${port}/`],
  ["by a name that leads there", (port: number) => `http://localhost:${port}/`],
  ["as IPv6 that holds IPv4", (port: number) => `http://[::ffff:127.0.0.1]:${port}/`],
])("an address of this machine, %s, is told nothing unless a setting allows it", async (_, address) => {
  const office = await createOffice();
  const { told, port, unsigned } = await receiver();
  const { lines, log } = hearing();
  const webhooks = webhooksOf(office, { url: address(port), allowPrivate: false, log });
  await drain(webhooks);
  await office.desk.open(opening());
  await drain(webhooks);
  expect([told, unsigned]).toEqual([[], []]);
  expect(lines).toMatchObject([{ level: "warn", fields: { code: "private_address" } }]);
});

test("a redirect is not followed", async () => {
  const office = await createOffice();
  const elsewhere = await receiver();
  const { told, url } = await receiver(
    (_, response) => void response.writeHead(307, { location: elsewhere.url }).end(),
  );
  const webhooks = webhooksOf(office, { url });
  await drain(webhooks);
  await office.desk.open(opening());
  await drain(webhooks);
  expect([told.length, elsewhere.told.length]).toEqual([1, 0]);
});

test("a receiver that does not answer fails the attempt", async () => {
  const office = await createOffice();
  const { told, url } = await receiver(keepsSilent);
  const { lines, log } = hearing();
  const settings = { urls: [url], secrets: [SECRET], allowPrivate: true };
  const webhooks = createWebhooks({ pool: office.db.work, settings, clock: systemClock, log, deadlineMs: 1_000 });
  await drain(webhooks);
  await office.desk.open(opening());
  await drain(webhooks);
  expect(told).toHaveLength(1);
  expect(lines).toMatchObject([{ level: "warn", fields: { name: "AbortError" } }]);
});

test("the program tells of a change by itself, and stops when it is asked to", async () => {
  const office = await createOffice();
  const { told, url, next } = await receiver();
  const heard = next();
  const settings = { urls: [url], secrets: [SECRET], allowPrivate: true };
  await drain(webhooksOf(office, { url }));
  await office.desk.open(opening());
  const stop = startWebhooks({ pool: office.db.work, settings, clock: systemClock, log: SILENT });
  await heard;
  await stop();
  expect(told).toHaveLength(1);
});

test("an address that does not answer keeps no other waiting", async () => {
  const office = await createOffice();
  const silent = await receiver(keepsSilent);
  const other = await receiver();
  const settings = { urls: [silent.url, other.url], secrets: [SECRET], allowPrivate: true };
  const parts = { pool: office.db.work, settings, clock: systemClock, log: SILENT, deadlineMs: 60_000 };
  await drain(createWebhooks(parts));
  const stop = startWebhooks(parts);
  const heard = silent.next();
  await office.desk.open(opening());
  await heard;
  for (const kind of ["resolve", "reopen", "close"] as const) await office.desk.act("TCK-1", { kind }, by(kind));
  while (other.of("TCK-1").length < 4) await other.next();
  expect(other.of("TCK-1")).toEqual(["opened", "resolved", "reopened", "closed"].map((action) => `ticket.${action}`));
  expect(silent.of("TCK-1")).toEqual(["ticket.opened"]);
  silent.hangUp();
  await stop();
});
