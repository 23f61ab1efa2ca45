import { expect, onTestFinished, test } from "vitest";
import { createCorrector } from "../../src/bot/digest/corrections/corrector.ts";
import { claimEdits, correctionsToName, rememberNumbers } from "../../src/bot/digest/corrections/posted-store.ts";
import { changedNumbers, correctionText } from "../../src/bot/digest/corrections/correction.ts";
import { createDigestWriter } from "../../src/bot/digest/digest-post.ts";
import { OPEN_GATE } from "../../src/bot/permission/gate.ts";
import { EVERYTHING, type View } from "../../src/bot/permission/view.ts";
import { createDiscord } from "../../src/bot/platforms/discord/discord.ts";
import type { ChatPlatform } from "../../src/bot/platform.ts";
import { Temporal } from "../../src/core/time.ts";
import { createDatabaseClock } from "../../src/db/database-clock.ts";
import { createReader } from "../../src/metrics/read/reader.ts";
import { startFakeDiscord } from "../support/discord/fake-discord.ts";
import { createJudge } from "../support/discord/judge.ts";
import { SILENT } from "../support/silent.ts";
import { startSlack } from "../support/slack/slack.ts";
import { createTestWorld } from "../support/world.ts";
import { textOf } from "./discord/reading.ts";
import { readBlocks, slackFor } from "./slack/support.ts";
import { allIsNews } from "./support/inbox.ts";
import { ledgerWith, senderOn } from "./support/ledger-world.ts";

const judge = createJudge();
const DISCORD_CHANNEL = "500000000000000031";
const PATCH = "patch /channels/{channel_id}/messages/{message_id}";

/** A company of which yesterday's digest has just been posted on both platforms; three instances watch. */
async function posted() {
  const world = await createTestWorld({ now: Temporal.Now.instant().toString() });
  const { db, workspace } = world;
  const yesterday = Temporal.Now.plainDateISO("UTC").subtract({ days: 1 });
  let nth = 0;
  const signups = (count: number, day = yesterday) =>
    Array.from({ length: count }, () => ({
      type: "signup",
      user_id: `u${(nth += 1)}`,
      occurred_at: `${day.toString()}T11:00:00Z`,
    }));
  const begun = (amount: number, day = yesterday) => {
    const money = { event: "subscription_started", team_id: `t${(nth += 1)}`, plan: "pro", amount, currency: "USD" };
    return { type: "revenue", ...money, occurred_at: `${day.toString()}T12:00:00Z` };
  };
  const arrive = async (...events: object[]) => {
    await world.post(events);
    await world.settle();
  };
  await arrive(
    ...signups(14),
    ...signups(9, yesterday.subtract({ days: 20 })),
    begun(1_000, yesterday.subtract({ days: 9 })),
  );

  const [slackFake, discordFake] = [await startSlack(), await startFakeDiscord({ judge })];
  const png = async () => Buffer.from("png");
  const slack = slackFor(slackFake, { signingSecret: slackFake.signingSecret, png });
  const { apiUrl, guildId, token } = discordFake;
  const discord = createDiscord({ token, guildId, apiUrl, png, gate: OPEN_GATE, isNews: allIsNews, log: SILENT });
  await slack.start([]);
  await discord.start([]);
  onTestFinished(async () => {
    await Promise.all([slack.stop(), discord.stop()]);
    await slackFake.close();
    await discordFake.stop();
    expect(discordFake.faultsFound).toEqual([]);
  });
  const slackChannel = await slackFake.channelId("numbers");
  const ledger = await ledgerWith(
    [
      { platform: "slack", channel: slackChannel },
      { platform: "discord", channel: DISCORD_CHANNEL },
    ],
    db,
  );
  const clock = await createDatabaseClock({ pool: db.work });
  const reader = createReader({ db, clock, workspace });
  let view: View = EVERYTHING;
  const viewOf = async () => view;
  const memory = {
    remember: (one: Parameters<typeof rememberNumbers>[1]) => db.work.run((sql) => rememberNumbers(sql, one)),
    toName: (one: Parameters<typeof correctionsToName>[1]) => db.work.run((sql) => correctionsToName(sql, one)),
  };
  const write = createDigestWriter({ reader, workspace, clock, firstEvent: "curl", viewOf, memory });
  const platforms: ChatPlatform[] = [slack, discord];
  const owe = (date: Temporal.PlainDate) =>
    db.work.run(
      (sql) => sql`
        insert into deliveries (schedule_no, destination, local_date, kind, due_at, next_at)
        select schedule_no, platform || ':' || channel, ${date.toString()}::text::date, kind, now(), now() from schedules`,
    );
  const send = async () => {
    for (const platform of platforms) await senderOn(db, platform, { write }).once();
  };
  await owe(yesterday.add({ days: 1 }));
  await send();
  const corrector = () =>
    createCorrector({ pool: db.work, platforms, reader, workspace, clock, viewOf, write, log: SILENT });
  const instances = [corrector(), corrector(), corrector()];
  const edits = () => ({
    slack: slackFake.calls.filter(({ method }) => method === "chat.update").length,
    discord: discordFake.requests.filter((name) => name === PATCH).length,
  });
  return {
    ...world,
    yesterday,
    ledger,
    slackFake,
    discordFake,
    slackChannel,
    signups,
    begun,
    arrive,
    owe,
    send,
    edits,
    ticks: () => Promise.all(instances.map((one) => one.tick())),
    setView: (given: View) => void (view = given),
    /** As if the last edit had been so long ago. */
    later: (minutes: number) =>
      db.work.run(
        (sql) => sql`
          update posted_numbers set corrected_at = corrected_at - make_interval(mins => ${minutes}),
            edit_at = edit_at - make_interval(mins => ${minutes})`,
      ),
    inSlack: async () => (await slackFake.messages(slackChannel)).map(({ blocks }) => readBlocks(blocks)),
    inDiscord: () => discordFake.world.messages.filter(({ channel_id }) => channel_id === DISCORD_CHANNEL).map(textOf),
  };
}

test("three late events: three instances make one edit on each platform, a second correction another, and it is right", async () => {
  const { arrive, signups, ticks, edits, later, inSlack, inDiscord } = await posted();
  await ticks();
  expect(edits()).toEqual({ slack: 0, discord: 0 });
  await arrive(...signups(3));
  await ticks();
  expect(edits()).toEqual({ slack: 1, discord: 1 });
  const told = /Corrected at \d\d:\d\d: sign-ups 14 → 17 \(events arrived late\)\./;
  for (const texts of [await inSlack(), inDiscord()]) {
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(told);
    expect(texts[0]).toMatch(/Sign-ups\W+17\b.*corrected, was 14/);
  }
  // A trickle is no flood: the message rests, and then says where it has come to.
  for (let more = 0; more < 4; more += 1) {
    await arrive(...signups(1));
    await ticks();
  }
  expect(edits()).toEqual({ slack: 1, discord: 1 });
  await later(11);
  await ticks();
  await ticks();
  expect(edits()).toEqual({ slack: 2, discord: 2 });
  for (const texts of [await inSlack(), inDiscord()]) {
    expect(texts[0]).toContain("sign-ups 14 → 21 (events arrived late).");
    expect(texts[0]?.match(/Corrected at/g)).toHaveLength(1);
  }
  console.log(JSON.stringify({ promise: "corrections", instances: 3, corrections: 2, edits: edits() }));
});

test("MRR that moves by less than 1 % is not mentioned; by more, it is, where money may be shown", async () => {
  const { arrive, begun, ticks, edits, later, inSlack, inDiscord, setView } = await posted();
  await arrive(begun(9));
  await ticks();
  expect(edits()).toEqual({ slack: 0, discord: 0 });
  await arrive(begun(50));
  await ticks();
  expect(edits()).toEqual({ slack: 1, discord: 1 });
  expect((await inSlack())[0]).toContain("MRR $1,000 → $1,059 (events arrived late)");

  // The channel lost the right to money: nothing of it is in the next edit.
  setView({ groups: new Set(["people", "health"]), names: new Set(), leftOut: "Revenue is not shown here." });
  await arrive(begun(100));
  await later(11);
  await ticks();
  expect(edits()).toEqual({ slack: 2, discord: 2 });
  for (const [text] of [await inSlack(), inDiscord()]) {
    expect(text).not.toMatch(/\$|MRR/);
    expect(text).toContain("Revenue is not shown here.");
  }
});

test("a correction is named by the next digest, once; one of a deleted message by that alone", async () => {
  const { arrive, signups, ticks, edits, slackFake, slackChannel, owe, send, yesterday, inSlack, inDiscord } =
    await posted();
  const [message] = await slackFake.messages(slackChannel);
  slackFake.faults.add("chat.update", { kind: "error", error: "message_not_found" }, 3);
  await arrive(...signups(3));
  for (let nth = 0; nth < 3; nth += 1) await ticks();
  expect(edits()).toEqual({ slack: 1, discord: 1 });
  expect((await inSlack())[0]).not.toContain("Corrected");
  expect(message).toBeDefined();
  await owe(yesterday.add({ days: 2 }));
  await send();
  await owe(yesterday.add({ days: 3 }));
  await send();
  for (const texts of [await inSlack(), inDiscord()]) {
    expect(texts).toHaveLength(3);
    expect(
      texts.filter((text) => /Corrected since, \d+ \w+: sign-ups 14 → 17 \(events arrived late\)\./.test(text)),
    ).toHaveLength(1);
  }
});

test("a correction that a digest was to name which was never sent is named by the one after it", async () => {
  const { arrive, signups, ticks, owe, send, yesterday, inSlack, db } = await posted();
  await arrive(...signups(3));
  await ticks();
  const [unsent, next] = [yesterday.add({ days: 2 }), yesterday.add({ days: 3 })];
  await owe(unsent);
  await send();
  await db.work.run(
    (sql) => sql`update deliveries set state = 'skipped' where local_date = ${unsent.toString()}::text::date`,
  );
  await owe(next);
  await send();
  expect((await inSlack()).map((text) => text.includes("Corrected since,"))).toEqual([true, true, false]);
});

test("an instance that is killed between deciding and editing leaves the edit to another, and an unclear answer is tried again", async () => {
  const { arrive, signups, ticks, edits, later, db, slackFake, inSlack } = await posted();
  slackFake.faults.add("chat.update", { kind: "error", error: "fatal_error" }, 1);
  await arrive(...signups(3));
  await ticks();
  // Whoever took it now is gone.
  await later(2);
  expect(await db.work.run((sql) => claimEdits(sql, "slack", 1))).toHaveLength(1);
  await ticks();
  expect((await inSlack())[0]).not.toContain("Corrected");
  await later(2);
  await ticks();
  await ticks();
  expect((await inSlack())[0]).toContain("sign-ups 14 → 17");
  expect(edits().discord).toBe(1);
});

test("control: an instance without the claim would edit three times", async () => {
  const { arrive, signups, ticks, db, edits } = await posted();
  await arrive(...signups(3));
  for (let nth = 0; nth < 3; nth += 1) {
    await ticks();
    await db.work.run((sql) => sql`update posted_numbers set edit_at = now()`);
  }
  expect(edits()).toEqual({ slack: 3, discord: 3 });
});

test("only what a reader would see as another number is a correction", () => {
  const change = (before: number | null, after: number | null) =>
    changedNumbers({ signups: before }, { signups: after }, "USD").length;
  expect([
    change(14, 14),
    change(1_000, 1_009),
    change(1_000, 1_011),
    change(0, 1),
    change(null, 0),
    change(3, null),
  ]).toEqual([0, 0, 1, 1, 1, 1]);
  expect(changedNumbers({ error_rate: 0.4101 }, { error_rate: 0.4149 }, "USD")).toEqual([]);
  expect(correctionText({ metric: "signups", before: null, after: 17, cause: null }, "USD")).toBe(
    "sign-ups no data → 17",
  );
});
