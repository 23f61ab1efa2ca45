import { describe, expect, test } from "vitest";
import { recordOwed } from "../../src/bot/digest/delivering.ts";
import { keyOf } from "../../src/bot/digest/digest-post.ts";
import type { Claim } from "../../src/bot/digest/ledger-store.ts";
import { listSchedules } from "../../src/bot/digest/schedule-store.ts";
import { USUAL_TIMING } from "../../src/bot/digest/settlement.ts";
import { createInbox, noteEvent } from "../../src/bot/inbox-store.ts";
import type { ChatName } from "../../src/bot/platform.ts";
import { createTestDatabase } from "../support/database.ts";
import { createFakeChat } from "./support/fake-chat.ts";
import { ledgerWith, oneOwed, senderFor, slack, TEXT, type FakeChat } from "./support/ledger-world.ts";

const refused = (parts: { retryAfterMs?: number; lasting?: boolean; everywhere?: true } = {}) =>
  ({ outcome: "refused", reason: "No.", retryAfterMs: null, lasting: false, ...parts }) as const;

function openPromise<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe("one delivery", () => {
  test("is sent once, however often its owners come", async () => {
    const { chat, once, states, pool } = await oneOwed();
    await once();
    await pool.run((sql) => recordOwed(sql));
    await once();
    expect(chat.shown("C1")).toHaveLength(1);
    expect(await states()).toEqual({ "slack:C1": "sent" });
  });

  test("three instances at once send each of twenty digests once", async () => {
    const channels = Array.from({ length: 20 }, (_, n) => slack(`C${n}`));
    const world = await ledgerWith(channels);
    await world.makeDue(0);
    const chat = createFakeChat();
    const instances = [1, 2, 3].map(() => senderFor(world.db, chat));
    for (let round = 0; round < 3; round += 1)
      await Promise.all(instances.map((one) => Promise.all([world.pool.run((sql) => recordOwed(sql)), one.once()])));
    expect(channels.map(({ channel }) => chat.shown(channel).length)).toEqual(channels.map(() => 1));
    expect(chat.seen.posts).toBe(20);
  });

  test("whose reply was lost is looked up before anything else, and found", async () => {
    const { chat, once, pass, states } = await oneOwed();
    chat.meet("C1", "accept and lose the reply");
    await once();
    expect(await states()).toEqual({ "slack:C1": "uncertain" });
    await once();
    expect(chat.seen).toEqual({ posts: 1, looks: 0 });
    await pass(USUAL_TIMING.lookAfterMs);
    await once();
    expect(chat.seen).toEqual({ posts: 1, looks: 1 });
    expect(await states()).toEqual({ "slack:C1": "sent" });
  });

  test("whose request was lost is sent again after the platform said that it is not there, within three minutes", async () => {
    const { chat, once, pass, states } = await oneOwed();
    chat.meet("C1", "lose the request");
    await once();
    expect(USUAL_TIMING.lookAfterMs).toBeLessThanOrEqual(180_000);
    await pass(USUAL_TIMING.lookAfterMs);
    await once();
    await once();
    expect(chat.seen).toEqual({ posts: 2, looks: 1 });
    expect(await states()).toEqual({ "slack:C1": "sent" });
  });

  test("stays uncertain and is not sent again while the platform cannot say whether it is there", async () => {
    const { chat, once, pass, states, rows } = await oneOwed();
    chat.meet("C1", "lose the request");
    chat.setSight("blind");
    await once();
    for (let round = 0; round < 5; round += 1) {
      await pass(USUAL_TIMING.lookAgainMs);
      await once();
    }
    expect(chat.seen.posts).toBe(1);
    expect(await states()).toEqual({ "slack:C1": "uncertain" });
    expect((await rows())[0]?.reason).toBe("history cannot be read");
  });

  test("in a channel that is closed when it is looked up is given up, and looked up again at the next start", async () => {
    const { chat, once, pass, states, apply } = await oneOwed();
    chat.meet("C1", "accept and lose the reply");
    chat.setSight("closed");
    await once();
    await pass(USUAL_TIMING.lookAfterMs);
    await once();
    expect(await states()).toEqual({ "slack:C1": "dead" });
    chat.setSight("can see");
    await apply([slack("C1")]);
    await once();
    expect(await states()).toEqual({ "slack:C1": "sent" });
    expect(chat.seen.posts).toBe(1);
  });

  test("an adapter that throws has said nothing definite", async () => {
    const { chat, once, states } = await oneOwed();
    chat.meet("C1", "throw");
    await once();
    expect(await states()).toEqual({ "slack:C1": "uncertain" });
  });

  test("a second message that appears late is deleted within ten minutes", async () => {
    const { chat, once, pass, states } = await oneOwed();
    chat.meet("C1", "accept when looked for twice");
    await once();
    await pass(USUAL_TIMING.lookAfterMs);
    await once();
    await once();
    expect(chat.seen.posts).toBe(2);
    await pass(USUAL_TIMING.recheckMs);
    await once();
    expect(chat.shown("C1")).toHaveLength(1);
    expect(await states()).toEqual({ "slack:C1": "sent" });
    expect(USUAL_TIMING.lookAfterMs + USUAL_TIMING.recheckMs).toBeLessThan(600_000);
  });

  test("a platform that says when to come again is not asked before", async () => {
    const { chat, once, pass, rows } = await oneOwed();
    chat.meet("C1", refused({ retryAfterMs: 37_000 }));
    await once();
    const [row] = await rows();
    expect(row?.state).toBe("pending");
    expect(row?.nextMs).toBeGreaterThan(30_000);
    expect(row?.nextMs).toBeLessThanOrEqual(37_000);
    await pass(row?.nextMs === undefined ? 0 : row.nextMs - 2_000);
    await once();
    expect(chat.seen.posts).toBe(1);
    await pass(2_000);
    await once();
    expect(chat.shown("C1")).toHaveLength(1);
  });

  test("the message is frozen at the first attempt", async () => {
    const { chat, once, pass, db } = await oneOwed();
    chat.meet("C1", "lose the request");
    await once();
    const other = senderFor(db, chat, async () => ({ tone: "bad", blocks: [] }) as never);
    await pass(USUAL_TIMING.lookAfterMs);
    await other.once();
    await other.once();
    expect(chat.shown("C1").map(({ posting }) => posting.message)).toEqual([TEXT]);
  });

  test("a sender that is told to stop gives back what it has not sent, and another sends it at once", async () => {
    const { chat, db, states } = await oneOwed();
    const asked = openPromise<void>();
    const answer = openPromise<typeof TEXT>();
    const slow = senderFor(db, chat, () => {
      asked.resolve();
      return answer.promise;
    });
    await slow.deliverer.pass();
    await asked.promise;
    const stopped = slow.deliverer.stop();
    answer.resolve(TEXT);
    await stopped;
    expect(chat.seen.posts).toBe(0);
    expect(await states()).toEqual({ "slack:C1": "pending" });
    await senderFor(db, chat).once();
    expect(chat.shown("C1")).toHaveLength(1);
  });

  test("numbers that cannot be read delay it and lose nothing", async () => {
    const { chat, pass, db, states } = await oneOwed();
    const broken = senderFor(db, chat, async () => Promise.reject(new Error("no numbers")));
    await broken.once();
    expect(await states()).toEqual({ "slack:C1": "pending" });
    await pass(60_000);
    await senderFor(db, chat).once();
    expect(chat.shown("C1")).toHaveLength(1);
  });
});

describe("a process that ends in the middle", () => {
  const claimed = async () => {
    const world = await oneOwed();
    const [claim] = await world.ledger.claim(1, "killed");
    if (claim === undefined) throw new Error("nothing was claimed");
    return { ...world, claim };
  };
  const goOn = async ({ pass, once }: Awaited<ReturnType<typeof claimed>>) => {
    await once();
    await pass(USUAL_TIMING.leaseMs + 1);
    for (let round = 0; round < 3; round += 1) await once();
    await pass(USUAL_TIMING.recheckMs);
    await once();
  };
  const posting = (claim: Claim) => ({
    destination: slack(claim.channel),
    key: keyOf(slack(claim.channel), claim.localDate),
    message: TEXT,
  });

  test("after the claim: another sends it when the lease has ended, not before", async () => {
    const world = await claimed();
    await world.once();
    expect(world.chat.seen.posts).toBe(0);
    await goOn(world);
    expect(world.chat.shown("C1")).toHaveLength(1);
  });

  test("after the message was frozen", async () => {
    const world = await claimed();
    await world.ledger.freeze(world.claim, TEXT);
    await goOn(world);
    expect(world.chat.shown("C1")).toHaveLength(1);
  });

  test("after the platform accepted, before it was written down: it is found, not sent again", async () => {
    const world = await claimed();
    await world.ledger.freeze(world.claim, TEXT);
    world.chat.accept(posting(world.claim));
    await goOn(world);
    expect(world.chat.seen.posts).toBe(0);
    expect(world.chat.shown("C1")).toHaveLength(1);
    expect(await world.states()).toEqual({ "slack:C1": "sent" });
  });

  test("stopped between its last look at the clock and the socket for longer than the lease: the second message goes", async () => {
    const world = await claimed();
    await world.pass(USUAL_TIMING.leaseMs + 1);
    for (let round = 0; round < 3; round += 1) await world.once();
    expect(world.chat.shown("C1")).toHaveLength(1);
    const externalId = world.chat.accept(posting(world.claim));
    expect(await world.ledger.settle(world.claim, { state: "sent", externalId })).toBe(false);
    await world.ledger.confess(world.claim, externalId);
    await world.pass(USUAL_TIMING.recheckMs);
    await world.once();
    expect(world.chat.shown("C1")).toHaveLength(1);
  });

  test("whoever has lost the claim can freeze, settle and give back nothing", async () => {
    const world = await claimed();
    await world.pass(USUAL_TIMING.leaseMs + 1);
    await world.ledger.expire();
    expect(await world.ledger.freeze(world.claim, TEXT)).toBeNull();
    expect(await world.ledger.settle(world.claim, { state: "dead", reason: "No." })).toBe(false);
    await world.ledger.giveBack(world.claim, 0);
    expect(await world.states()).toEqual({ "slack:C1": "uncertain" });
  });
});

describe("channels and platforms", () => {
  test("one that refuses for good is paused with its reason and delays no other; the next start tries it again", async () => {
    const world = await ledgerWith([slack("C1"), slack("C2")]);
    await world.makeDue(0);
    const chat = createFakeChat();
    const { once } = senderFor(world.db, chat);
    chat.meet("C1", refused({ lasting: true }));
    await once();
    expect(await world.states()).toEqual({ "slack:C1": "dead", "slack:C2": "sent" });
    const listed = await world.pool.run(listSchedules);
    expect(listed.map(({ pausedFor }) => pausedFor)).toEqual(["No.", null]);
    await world.apply([slack("C1"), slack("C2")]);
    await once();
    expect(await world.states()).toEqual({ "slack:C1": "sent", "slack:C2": "sent" });
    expect(chat.shown("C2")).toHaveLength(1);
  });

  test("a channel that never answers holds up none of the others", async () => {
    const channels = Array.from({ length: 5 }, (_, n) => slack(`C${n}`));
    const world = await ledgerWith(channels);
    await world.makeDue(0);
    const chat = createFakeChat();
    let answer: (outcome: { outcome: "sent"; externalId: string }) => void = () => {};
    const forever = new Promise<{ outcome: "sent"; externalId: string }>((resolve) => (answer = resolve));
    const { post } = chat.platform;
    Object.assign(chat.platform, {
      post: (one: Parameters<typeof post>[0]) => (one.destination.channel === "C0" ? forever : post(one)),
    });
    const { deliverer } = senderFor(world.db, chat);
    await deliverer.pass();
    await expect
      .poll(async () => Object.values(await world.states()).filter((state) => state === "sent").length)
      .toBe(4);
    expect((await world.states())["slack:C0"]).toBe("sending");
    answer({ outcome: "sent", externalId: "m9" });
    await deliverer.idle();
  });

  test("a token that was revoked stops that platform after the requests under way, and nothing is lost", async () => {
    const channels = Array.from({ length: 40 }, (_, n) => slack(`C${n}`));
    const world = await ledgerWith(channels);
    await world.makeDue(0);
    const chat = createFakeChat();
    for (const { channel } of channels) chat.meet(channel, refused({ lasting: true, everywhere: true }));
    const { once } = senderFor(world.db, chat);
    for (let round = 0; round < 5; round += 1) await once();
    expect(chat.seen.posts).toBeLessThanOrEqual(16);
    expect(new Set(Object.values(await world.states()))).toEqual(new Set(["pending"]));
  });

  test("each platform's sender takes its own deliveries only", async () => {
    const names: readonly ChatName[] = ["slack", "discord"];
    const world = await ledgerWith([slack("C1"), { platform: "discord", channel: "77" }]);
    await world.makeDue(0);
    const [slackChat, discordChat] = names.map((name) => createFakeChat(name)) as [FakeChat, FakeChat];
    await senderFor(world.db, slackChat).once();
    expect(await world.states()).toEqual({ "discord:77": "pending", "slack:C1": "sent" });
    await senderFor(world.db, discordChat).once();
    expect(discordChat.shown("77")).toHaveLength(1);
  });
});

describe("after a time without Bellwether", () => {
  test("a late digest is looked up first: a restored backup sends nothing twice", async () => {
    const { chat, once, db, states } = await oneOwed("C1", 30);
    await once();
    await once();
    expect(chat.seen).toEqual({ posts: 1, looks: 1 });
    await db.work.run(
      (sql) => sql`delete from deliveries where state = 'sent' and due_at > now() - interval '2 hours'`,
    );
    await db.work.run((sql) => recordOwed(sql));
    await once();
    await once();
    expect(chat.seen.posts).toBe(1);
    expect(await states()).toEqual({ "slack:C1": "sent" });
  });

  test("one that is more than six hours late is skipped, and the next knows it", async () => {
    const { chat, once, states, pool, ledger } = await oneOwed("C1", 7 * 60);
    await once();
    expect(chat.seen.posts).toBe(0);
    expect(await states()).toEqual({ "slack:C1": "skipped" });
    const [row] = await pool.run(
      (sql) => sql<{ scheduleNo: number; next: string; skipped: string }[]>`
        select schedule_no as "scheduleNo", (local_date + 1)::text as next, local_date::text as skipped
        from deliveries where state = 'skipped'`,
    );
    if (row === undefined) throw new Error("nothing was skipped");
    expect(await ledger.daysWithout({ kind: "digest", scheduleNo: row.scheduleNo, localDate: row.next })).toEqual([
      row.skipped,
    ]);
  });

  test("a digest that could not be sent for six hours is skipped", async () => {
    const { chat, once, pass, states } = await oneOwed();
    chat.meet("C1", ...Array.from({ length: 9 }, () => refused({ retryAfterMs: 3_600_000 })));
    for (let hour = 0; hour < 7; hour += 1) {
      await once();
      await pass(3_600_001);
    }
    await once();
    expect(await states()).toEqual({ "slack:C1": "skipped" });
    expect(chat.count()).toBe(0);
  });
});

describe("the schedules of the environment", () => {
  const channelsOf = async (world: Awaited<ReturnType<typeof ledgerWith>>) =>
    (await world.pool.run(listSchedules)).map(({ destination, at }) => `${destination.channel} ${at}`);

  test("follow it at each start; those made in chat stay", async () => {
    const world = await ledgerWith([slack("C1"), slack("C2")]);
    await world.pool.run(
      (sql) => sql`
        insert into schedules (kind, platform, channel, at, time_zone, origin)
        values ('digest', 'slack', 'C3', '07:15', 'UTC', 'chat')`,
    );
    await world.apply([slack("C2"), slack("C3"), slack("C4")]);
    expect(await channelsOf(world)).toEqual(["C2 00:00", "C3 07:15", "C4 00:00"]);
  });

  test("a channel that comes back starts anew and owes nothing of the time between", async () => {
    const world = await ledgerWith([slack("C1")]);
    await world.makeDue(10);
    await world.apply([]);
    await world.pool.run((sql) => sql`delete from deliveries`);
    await world.apply([slack("C1")]);
    await world.pool.run((sql) => recordOwed(sql));
    expect(await world.rows()).toEqual([]);
  });
});

describe("the inbox", () => {
  test("of five deliveries of one event at once, one is news", async () => {
    const db = await createTestDatabase();
    const inbox = createInbox(db.intake, "slack");
    const answers = await Promise.all(Array.from({ length: 5 }, () => inbox.isNews("Ev1")));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await createInbox(db.intake, "discord").isNews("Ev1")).toBe(true);
  });

  test("an event whose effect was rolled back is news again", async () => {
    const { work } = await createTestDatabase();
    const failing = work.transaction(async (sql) => {
      await noteEvent(sql, "slack", "Ev1");
      throw new Error("the effect failed");
    });
    await expect(failing).rejects.toThrow("the effect failed");
    expect(await createInbox(work, "slack").isNews("Ev1")).toBe(true);
  });
});
