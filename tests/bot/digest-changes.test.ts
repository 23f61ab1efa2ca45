import { describe, expect, test } from "vitest";
import type { Asker, Place } from "../../src/bot/asker.ts";
import { createCommands } from "../../src/bot/commands/commands.ts";
import { recordOwed } from "../../src/bot/digest/delivering.ts";
import { applyWantedDigests, listSchedules } from "../../src/bot/digest/schedule-store.ts";
import { createSubscriptions } from "../../src/bot/digest/subscriptions.ts";
import { createGate, OPEN_GATE } from "../../src/bot/permission/gate.ts";
import { readAudit } from "../../src/bot/permission/audit-store.ts";
import { referenceText } from "../../src/bot/permission/reference.ts";
import { standingPolicy } from "../../src/bot/permission/standing-policy.ts";
import type { ChatPlatform, Destination } from "../../src/bot/platform.ts";
import { createDiscord } from "../../src/bot/platforms/discord/discord.ts";
import { createTerminal } from "../../src/bot/platforms/terminal/terminal.ts";
import { runText } from "../../src/bot/run-command.ts";
import { createLog } from "../../src/core/log.ts";
import { systemClock } from "../../src/core/time.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startFakeDiscord } from "../support/discord/fake-discord.ts";
import { CHANNEL, PERSON } from "../support/discord/guild.ts";
import { createJudge } from "../support/discord/judge.ts";
import { startSlack, type Route } from "../support/slack/slack.ts";
import { textOf as discordText } from "./discord/reading.ts";
import { readBlocks, slackFor } from "./slack/support.ts";
import { createFakeChat } from "./support/fake-chat.ts";
import { senderFor, senderOn } from "./support/ledger-world.ts";
import { madeUpReader, noRules, noSurveys, workspace } from "./support/made-up-numbers.ts";

const member: Asker = { platform: "slack", person: "U1", groups: [], standing: "member" };
const guest: Asker = { ...member, person: "U2", standing: "guest" };
const numbers: Place = { platform: "slack", channel: "C1", name: "numbers", kind: "private", thread: null };
const C1 = { platform: "slack", channel: "C1" } as const;

type Reached = readonly Pick<ChatPlatform, "name" | "lookUp">[];

function commandsOn(db: TestDatabase, platforms: () => Reached) {
  const subscriptions = createSubscriptions({
    pool: db.work,
    get platforms() {
      return platforms();
    },
    timeZone: "UTC",
    usualAt: "09:00",
    clock: systemClock,
  });
  const context = { reader: madeUpReader(), clock: systemClock, workspace, firstEvent: "curl", accessBook: noRules };
  return createCommands({ ...noSurveys, ...context, db, subscriptions });
}

async function world() {
  const db = await createTestDatabase();
  const chat = createFakeChat();
  const commands = commandsOn(db, () => [chat.platform]);
  const gate = createGate({ db, standing: standingPolicy([], [], []) });
  const nameOf = async (subject: Parameters<typeof referenceText>[0]) => `@${referenceText(subject)}`;
  const ask = async (text: string, { asker = member, request = text }: { asker?: Asker; request?: string } = {}) => {
    const visit = { prefix: "/", asker, place: numbers, audience: "person", nameOf, request } as const;
    const { ok, message } = await runText(text, { commands, gate, ...visit });
    return { ok, text: JSON.stringify(message.blocks) };
  };
  const apply = (channels: readonly Destination[]) =>
    db.work.transaction((sql) => applyWantedDigests(sql, { at: "07:00", channels }, "UTC"));
  const listed = async () =>
    (await db.read.run(listSchedules)).map(({ destination, at, origin, pausedBy }) => [
      destination.channel,
      at,
      origin,
      pausedBy,
    ]);
  /** As if all schedules had been made days ago, and their time had come a minute ago. */
  const come = async () => {
    await db.work.run(
      (sql) => sql`
        update schedules set created_at = now() - interval '3 days', at = (now() at time zone 'UTC' - interval '1 minute')::time`,
    );
    await db.work.run((sql) => sql`delete from deliveries`);
    await db.work.run(
      (sql) => sql`
        insert into deliveries (schedule_no, destination, local_date, kind, state, due_at, next_at)
        select schedule_no, platform || ':' || channel, (now() at time zone 'UTC' - interval '1 minute')::date - 1, kind,
          'sent', now(), now() from schedules`,
    );
    await db.work.run((sql) => recordOwed(sql));
  };
  return { db, chat, ask, apply, listed, come, once: senderFor(db, chat).once };
}

describe("a channel is subscribed to the digest", () => {
  test("at the usual time or another one, and keeps it over a start", async () => {
    const { ask, apply, listed } = await world();
    expect((await ask("digest subscribe")).text).toContain(
      "Done: @slack:C1 gets the digest every day at 09:00 Europe/Berlin.",
    );
    expect((await ask("digest subscribe 7:30 --channel <#C2>")).ok).toBe(true);
    await apply([]);
    expect(await listed()).toEqual([
      ["C1", "09:00", "chat", null],
      ["C2", "07:30", "chat", null],
    ]);
    expect((await ask("digest list")).text).toContain('"07:30 UTC","none yet","on","chat"');
  });

  test("once: a second time is told what there is", async () => {
    const { ask, listed } = await world();
    await Promise.all([ask("digest subscribe 09:30"), ask("digest subscribe 09:30")]);
    expect(await ask("digest subscribe 10:00")).toMatchObject({
      ok: false,
      text: expect.stringContaining("has its digest at 09:30 already"),
    });
    expect(await listed()).toEqual([["C1", "09:30", "chat", null]]);
  });

  test("not by a guest, who is told whom to ask, and not where the bot is not", async () => {
    const { ask, chat, listed } = await world();
    for (const line of ["subscribe", "at 10:00", "pause", "resume", "unsubscribe", "send now"])
      expect([line, (await ask(`digest ${line}`, { asker: guest })).ok]).toEqual([line, false]);
    expect((await ask("digest subscribe", { asker: guest })).text).toContain("Guests may not");
    chat.setSight("closed");
    expect(await ask("digest subscribe")).toMatchObject({ ok: false });
    expect(await listed()).toEqual([]);
    chat.setSight("can see");
    expect((await ask("digest subscribe")).ok).toBe(true);
  });

  test.each([
    ["digest subscribe noon", "`at` must be a time from 00:00 to 23:59"],
    ["digest subscribe 24:00", "`at` must be a time from 00:00 to 23:59"],
    ["digest subscribe --channel <@U1>", "A digest goes to a channel"],
    ["digest subscribe --channel discord:channel:77", "on another platform"],
    ["digest at 10:00", "gets no digest"],
    ["digest pause", "gets no digest"],
    ["digest send now", "gets no digest"],
  ])("`%s` is refused with the reason, and changes nothing", async (line, words) => {
    const { ask, db, listed } = await world();
    expect(await ask(line)).toMatchObject({ ok: false, text: expect.stringContaining(words) });
    expect(await listed()).toEqual([]);
    expect(await db.read.run((sql) => readAudit(sql, 1))).toEqual([]);
  });

  test("and who did it is on record", async () => {
    const { ask, db } = await world();
    await ask("digest subscribe 09:30");
    await ask("digest pause");
    expect((await db.read.run((sql) => readAudit(sql, 1))).map(({ at: _, ...row }) => row)).toEqual([
      {
        actor: "slack:U1",
        action: "digest changed",
        subject: "slack:C1",
        detail: { change: "subscribe", at: "09:30" },
      },
      { actor: "slack:U1", action: "digest changed", subject: "slack:C1", detail: { change: "pause" } },
    ]);
  });
});

describe("an edition of its own", () => {
  test("is subscribed beside the daily one, with its weekday, and each is told when", async () => {
    const { ask, db } = await world();
    expect((await ask("digest subscribe")).ok).toBe(true);
    expect((await ask("digest subscribe 10:00 --edition weekly --day fri")).text).toContain(
      "gets the weekly digest every Friday at 10:00 Europe/Berlin.",
    );
    expect((await ask("digest subscribe --edition monthly")).text).toContain(
      "gets the monthly digest on the first day of each month at 09:00 Europe/Berlin.",
    );
    expect(await ask("digest subscribe --edition weekly")).toMatchObject({
      ok: false,
      text: expect.stringContaining("has its weekly digest every Friday at 10:00 already"),
    });
    expect((await db.read.run(listSchedules)).map(({ edition, weekday, at }) => [edition, weekday, at])).toEqual([
      ["daily", null, "09:00"],
      ["weekly", 5, "10:00"],
      ["monthly", null, "09:00"],
    ]);
    const list = (await ask("digest list")).text;
    expect(list).toContain('"every Friday at 10:00 UTC"');
    expect(list).toContain('"on the first day of each month at 09:00 UTC"');
  });

  test("is changed alone or with the others", async () => {
    const { ask, db } = await world();
    await ask("digest subscribe");
    await ask("digest subscribe --edition weekly");
    const standing = async () =>
      (await db.read.run(listSchedules)).map(({ edition, weekday, at, pausedBy }) => [edition, weekday, at, pausedBy]);
    expect((await ask("digest at 11:00 --edition weekly --day Wednesday")).text).toContain(
      "gets the weekly digest every Wednesday at 11:00",
    );
    expect((await ask("digest pause --edition weekly")).text).toContain(
      "gets the weekly digest no more until `/digest resume --edition weekly`.",
    );
    expect(await standing()).toEqual([
      ["daily", null, "09:00", null],
      ["weekly", 3, "11:00", "slack:U1"],
    ]);
    expect((await ask("digest resume")).ok).toBe(true);
    expect((await ask("digest at 08:00")).text).toContain(
      "gets the digest every day at 08:00 Europe/Berlin and the weekly digest every Wednesday at 08:00 Europe/Berlin",
    );
    await ask("digest unsubscribe --edition daily");
    expect(await standing()).toEqual([["weekly", 3, "08:00", null]]);
  });

  test("of an environment's daily digest is a weekly one of chat: a new time for all is for that alone", async () => {
    const { ask, apply, db } = await world();
    await apply([C1]);
    await ask("digest subscribe --edition weekly");
    expect((await ask("digest at 11:30")).text).toContain("gets the weekly digest every Monday at 11:30");
    await apply([C1]);
    expect((await db.read.run(listSchedules)).map(({ edition, at }) => [edition, at])).toEqual([
      ["daily", "07:00"],
      ["weekly", "11:30"],
    ]);
    await apply([]);
    expect((await db.read.run(listSchedules)).map(({ edition }) => edition)).toEqual(["weekly"]);
  });

  test("that the channel does not have is refused with the one that it has", async () => {
    const { ask } = await world();
    await ask("digest subscribe --edition weekly");
    expect(await ask("digest send now")).toMatchObject({
      ok: false,
      text: expect.stringContaining(
        "That channel gets no daily digest, but the weekly digest: add `--edition weekly`.",
      ),
    });
    expect((await ask("digest send now --edition weekly")).ok).toBe(true);
  });

  test.each([
    ["digest subscribe --edition yearly", "`edition` must be `daily`, `weekly` or `monthly`"],
    ["digest subscribe --day monday", "Only a weekly digest has a `day`"],
    ["digest subscribe --edition weekly --day m", "`day` must be a weekday, like `monday`"],
    ["digest subscribe --sections mony", "Did you mean `money`?"],
  ])("`%s` is refused with the reason", async (line, words) => {
    const { ask, listed } = await world();
    expect(await ask(line)).toMatchObject({ ok: false, text: expect.stringContaining(words) });
    expect(await listed()).toEqual([]);
  });
});

describe("the sections of a digest", () => {
  test("are chosen when it is subscribed, and changed by a list or by a menu that carries all", async () => {
    const { ask, db } = await world();
    expect((await ask("digest subscribe --sections numbers,tickets")).text).toContain(
      "It has only numbers and tickets.",
    );
    const shown = (await ask("digest sections")).text;
    expect(shown).toContain("the digest has only numbers and tickets");
    expect(shown).toContain('"label":"With money","command":"digest sections --sections numbers,money,tickets');
    expect(shown).toContain('"label":"Without numbers","command":"digest sections --sections tickets');
    const [, command = ""] = /"With chart","command":"([^"]+)"/.exec(shown) ?? [];
    expect(command).toBe("digest sections --sections numbers,chart,tickets --edition daily --channel slack:C1");
    expect((await ask(command)).text).toContain("the digest has only numbers, chart and tickets");
    expect((await db.read.run(listSchedules))[0]?.sections).toEqual(["numbers", "chart", "tickets"]);
    expect((await ask("digest list")).text).toContain("slack:C1 (daily) has only numbers, chart and tickets.");
    expect((await ask("digest sections all")).text).toContain("the digest has all sections");
  });

  test("always are at least one: the last has no option to go", async () => {
    const { ask } = await world();
    await ask("digest subscribe --sections uptime");
    expect((await ask("digest sections")).text).not.toContain("Without");
  });

  test("of a digest of the environment are kept over starts, and gone when the channel was taken out", async () => {
    const { ask, apply, db } = await world();
    const sections = async () => (await db.read.run(listSchedules))[0]?.sections.length;
    await apply([C1]);
    await ask("digest sections money");
    await ask("digest notable on");
    await apply([C1]);
    expect(await sections()).toBe(1);
    expect((await db.read.run(listSchedules))[0]?.notableOnly).toBe(true);
    await apply([]);
    await apply([C1]);
    expect(await sections()).toBe(8);
    expect((await db.read.run(listSchedules))[0]?.notableOnly).toBe(false);
  });
});

describe("only when something is notable", () => {
  test("is chosen when it is subscribed or later, with the rule, which the list says too", async () => {
    const { ask } = await world();
    expect((await ask("digest subscribe --notable")).text).toContain("Posted only when something is notable");
    expect((await ask("digest list")).text).toContain("slack:C1 (daily): Posted only when something is notable");
    expect((await ask("digest notable off")).text).toContain(
      "gets the digest every day at 09:00 Europe/Berlin, whatever",
    );
    expect((await ask("digest list")).text).not.toContain("notable");
    expect((await ask("digest notable")).text).toContain("1 % of MRR or more won, lost or changed");
  });
});

describe("a digest that the environment made", () => {
  test("is paused and resumed in chat, over starts, and says who made it when its time or end is asked for", async () => {
    const { ask, apply, listed } = await world();
    await apply([C1]);
    expect((await ask("digest pause")).text).toContain("although `DIGEST_CHANNELS` names it");
    await apply([C1]);
    expect(await listed()).toEqual([["C1", "07:00", "environment", "slack:U1"]]);
    expect((await ask("digest list")).text).toContain("slack:C1 is paused by @slack:U1. `/digest resume`");
    expect((await ask("digest at 10:00")).text).toContain("`DIGEST_AT` says its time");
    expect((await ask("digest unsubscribe")).text).toContain("take the channel out of it");
    await ask("digest resume");
    expect(await listed()).toEqual([["C1", "07:00", "environment", null]]);
  });

  test("that a platform refused is tried again at a start, paused by nobody", async () => {
    const { apply, chat, come, once, db } = await world();
    await apply([C1]);
    await come();
    chat.meet("C1", { outcome: "refused", reason: "Archived.", retryAfterMs: null, lasting: true });
    await once();
    expect((await db.read.run(listSchedules))[0]).toMatchObject({ pausedFor: "Archived.", pausedBy: null });
    await apply([C1]);
    await once();
    expect(chat.shown("C1")).toHaveLength(1);
  });
});

describe("a digest that nobody wants any more", () => {
  test.each(["pause", "unsubscribe"])("is not posted after `%s`, although it was owed", async (verb) => {
    const { ask, chat, come, once } = await world();
    await ask("digest subscribe");
    await come();
    await ask(`digest ${verb}`);
    await once();
    expect(chat.shown("C1")).toEqual([]);
  });

  test("would be posted, had nobody said so", async () => {
    const { ask, chat, come, once } = await world();
    await ask("digest subscribe");
    await come();
    await once();
    expect(chat.shown("C1")).toHaveLength(1);
  });

  test("owes nothing of the time in which it was paused", async () => {
    const { ask, come, db } = await world();
    await ask("digest subscribe");
    await come();
    await ask("digest pause");
    await db.work.run((sql) => sql`delete from deliveries`);
    await ask("digest resume");
    await db.work.run((sql) => recordOwed(sql));
    expect(await db.work.run((sql) => sql`select state from deliveries`)).toEqual([]);
  });
});

describe("`digest send now`", () => {
  test("posts one for one request, however often it comes, and the one of the morning comes as well", async () => {
    const { ask, chat, once, db } = await world();
    await ask("digest subscribe");
    await Promise.all([1, 2, 3].map(() => ask("digest send now", { request: "click 1" })));
    await once();
    await ask("digest send now", { request: "click 1" });
    await once();
    expect(chat.shown("C1")).toHaveLength(1);
    await ask("digest send now", { request: "click 2" });
    await once();
    expect(chat.shown("C1")).toHaveLength(2);
    await db.work.run(
      (sql) => sql`
        update schedules set created_at = now() - interval '3 days', at = (now() at time zone 'UTC' - interval '1 minute')::time`,
    );
    await db.work.run((sql) => recordOwed(sql));
    await once();
    expect(new Set(chat.shown("C1").map(({ key }) => key)).size).toBe(3);
  });

  test("whose reply was lost is looked up before anything else", async () => {
    const { ask, chat, once } = await world();
    await ask("digest subscribe");
    chat.meet("C1", "accept and lose the reply");
    await ask("digest send now");
    await once();
    await once();
    expect(chat.shown("C1")).toHaveLength(1);
  });
});

describe("the same is told and done", () => {
  test("in Slack", async () => {
    const db = await createTestDatabase();
    const fake = await startSlack();
    const channel = await fake.channelId("numbers");
    const slack = slackFor(fake, { signingSecret: fake.signingSecret, png: async () => Buffer.from("png") });
    await slack.start(commandsOn(db, () => [slack]));
    const route: Route = { kind: "http", handle: slack.handle };
    const type = async (text: string) => {
      const { blocks, response_type } = await fake.type(route, "/digest", text, { channel }).next();
      return [response_type, readBlocks(blocks)];
    };
    fake.strangers.add(channel);
    expect(await type("subscribe 09:30")).toEqual(["ephemeral", expect.stringMatching(/invite/i)]);
    fake.strangers.clear();
    expect(await type("subscribe 09:30")).toEqual([
      "ephemeral",
      expect.stringContaining("gets the digest every day at 09:30"),
    ]);
    expect((await type("sections"))[1]).toContain("movements yes who came, changed plan or left");
    expect((await type("sections numbers,chart"))[1]).toContain("has only numbers and chart.");
    expect((await type("send now"))[1]).toContain("is on its way");
    await senderOn(db, slack).once();
    expect(await fake.messages(channel)).toHaveLength(1);
    expect((await type("pause"))[1]).toContain("gets no digest until /digest resume");
    await slack.stop();
    await fake.close();
  });

  test("in Discord", async () => {
    const db = await createTestDatabase();
    const fake = await startFakeDiscord({ judge: createJudge() });
    const { apiUrl, token, guildId } = fake;
    const parts = { token, guildId, apiUrl, png: async () => Buffer.from("png"), log: createLog("silent") };
    const discord = createDiscord({ ...parts, gate: OPEN_GATE, isNews: async () => true });
    await discord.start(commandsOn(db, () => [discord]));
    const type = async (name: string, options: { name: string; value: string }[] = []) => {
      const asked = fake.ask(["digest", name], options, { user: PERSON.kim, channel: CHANNEL.numbers });
      return [asked.isPrivate, discordText(await fake.until(() => asked.reply))];
    };
    fake.world.closedChannels.set(CHANNEL.numbers, "hidden");
    expect((await type("subscribe", [{ name: "at", value: "09:30" }]))[1]).toContain("View Channel");
    fake.world.closedChannels.clear();
    expect((await type("subscribe", [{ name: "at", value: "09:30" }]))[1]).toContain(
      "#numbers gets the digest every day at 09:30",
    );
    const chosen = (await type("sections", [{ name: "sections", value: "numbers,chart" }]))[1];
    expect(chosen).toContain("In #numbers, the digest has only numbers and chart.");
    expect(chosen).toContain("With money");
    expect((await type("send"))[1]).toContain("is on its way to #numbers");
    await senderOn(db, discord).once();
    expect(fake.world.messages.filter(({ channel_id }) => channel_id === CHANNEL.numbers)).toHaveLength(1);
    expect((await type("pause"))[1]).toContain("gets no digest until");
    await discord.stop();
    await fake.stop();
    expect(fake.faultsFound).toEqual([]);
  });

  test("in the terminal, which has to name the channel", async () => {
    const db = await createTestDatabase();
    const commands = commandsOn(db, () => []);
    const type = async (text: string) => {
      let written = "";
      const terminal = createTerminal({ write: (part) => (written += part), columns: 100, colour: false });
      const nameOf = async (subject: Parameters<typeof referenceText>[0]) => referenceText(subject);
      const place: Place = { platform: "terminal", channel: "terminal", name: null, kind: "terminal", thread: null };
      const asker: Asker = { platform: "terminal", person: "operator", groups: [], standing: "admin" };
      const visit = { prefix: "bw ", asker, place, audience: "person", nameOf, gate: OPEN_GATE } as const;
      await terminal.show((await runText(text, { commands, ...visit })).message);
      return written;
    };
    expect(await type("digest subscribe 09:30")).toContain("Name the channel");
    expect(await type("digest subscribe 09:30 --channel slack:C1")).toContain("slack:C1 gets the digest every day");
    expect(await type("digest pause --channel slack:C1")).toContain("gets no digest until");
    expect(await type("digest list")).toContain("is paused by somebody in the terminal");
  });
});
