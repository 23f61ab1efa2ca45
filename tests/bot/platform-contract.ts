import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Attempt, MessageRef, Reaction, ThreadRef } from "../../src/bot/conversation.ts";
import type { Standing } from "../../src/bot/asker.ts";
import { DIGITS, TICKET } from "../../src/bot/emoji.ts";
import type { Block, Message } from "../../src/bot/message.ts";
import type { ChatPlatform, Destination, Platform } from "../../src/bot/platform.ts";
import { Temporal } from "../../src/core/time.ts";

/** A platform under test, and what people (and their programs) got from it. */
export interface PlatformUnderTest {
  readonly platform: Platform;
  /** Everything that arrived, as it went over the wire: text, markup, mentions, control characters. */
  wire(): string;
  /** The same as a person reads it: without markup and without line breaks that the platform put in. */
  read(): string;
}

const DAYS = Array.from({ length: 14 }, (_, index) => `2026-11-${String(index + 1).padStart(2, "0")}`);
const LONG_NAME = Array.from({ length: 50 }, (_, index) => `name-${String(index).padStart(4, "0")}`).join(" ");

/** One block of every kind, with words to look for. */
const BLOCKS: {
  readonly [Kind in Block["kind"]]: { readonly block: Block & { kind: Kind }; readonly words: readonly string[] };
} = {
  text: { block: { kind: "text", text: "MRR passed $16,000." }, words: ["MRR passed $16,000."] },
  code: {
    block: { kind: "code", text: "curl http://localhost:3000/api/events" },
    words: ["curl http://localhost:3000/api/events"],
  },
  note: { block: { kind: "note", text: "as of 2 min ago" }, words: ["as of 2 min ago"] },
  facts: {
    block: {
      kind: "facts",
      facts: [{ label: "Sign-ups", value: "14", detail: "3 fewer than last Friday", tone: "bad", trend: [1, null, 3] }],
    },
    words: ["Sign-ups", "14", "3 fewer than last Friday"],
  },
  table: {
    block: {
      kind: "table",
      columns: [
        { label: "Plan", align: "left" },
        { label: "MRR", align: "right" },
      ],
      rows: [["Pro", "$79"]],
    },
    words: ["Plan", "MRR", "Pro", "$79"],
  },
  chart: {
    block: {
      kind: "chart",
      chart: {
        kind: "line",
        title: "MRR, last 14 days",
        unit: "money",
        currency: "USD",
        labels: DAYS,
        series: [{ label: "MRR", values: DAYS.map((_, index) => (index === 5 ? null : 100 + index)) }],
      },
    },
    words: ["MRR, last 14 days", "$100", "$113"],
  },
  buttons: {
    block: { kind: "buttons", buttons: [{ label: "Details", command: "metrics summary --days 30" }] },
    words: ["Details"],
  },
  menu: {
    block: {
      kind: "menu",
      label: "Another period",
      options: [
        { label: "The last week", command: "metrics summary --days 7" },
        { label: "The last quarter", command: "metrics summary --days 90" },
      ],
    },
    words: ["Another period", "The last week", "The last quarter"],
  },
};

function inEveryPlace(text: string): Message {
  return {
    title: text,
    tone: "warning",
    blocks: [
      { kind: "text", text },
      { kind: "note", text },
      { kind: "code", text },
      { kind: "facts", facts: [{ label: text, value: text, detail: text, trend: [1, 2] }] },
      { kind: "table", columns: [{ label: text, align: "left" }], rows: [[text]] },
      {
        kind: "chart",
        chart: {
          kind: "bar",
          title: text,
          unit: "count",
          labels: [text, "b"],
          series: [{ label: text, values: [1, 2] }],
        },
      },
      { kind: "buttons", buttons: [{ label: text, command: "metrics help" }] },
      { kind: "menu", label: text, options: [{ label: text, command: "metrics help" }] },
    ],
  };
}

/** What every platform has to do with a message. `start` gives a fresh one. */
export function describePlatform(name: string, start: () => PlatformUnderTest): void {
  async function shown(message: Message): Promise<PlatformUnderTest> {
    const under = start();
    await under.platform.show(message);
    return under;
  }

  describe(`${name} as a platform`, () => {
    test.each(Object.values(BLOCKS).map(({ block, words }) => ({ kind: block.kind, block, words })))(
      "shows a block of kind $kind",
      async ({ block, words }) => {
        const read = (await shown({ title: "Friday", tone: "neutral", blocks: [block] })).read();
        for (const word of ["Friday", ...words]) expect(read).toContain(word);
      },
    );

    test("shows a message without a title", async () => {
      expect((await shown({ tone: "warning", blocks: [{ kind: "text", text: "No." }] })).read()).toContain("No.");
    });

    test("shows blocks that have nothing in them", async () => {
      const blocks: Block[] = [
        { kind: "text", text: "" },
        { kind: "facts", facts: [] },
        { kind: "table", columns: [], rows: [] },
        { kind: "buttons", buttons: [] },
        { kind: "menu", label: "", options: [] },
        { kind: "chart", chart: { kind: "line", title: "Nothing", unit: "count", labels: [], series: [] } },
        { kind: "note", text: "the end" },
      ];
      expect((await shown({ tone: "neutral", blocks })).read()).toContain("the end");
    });

    test("says in words that a chart has no data", async () => {
      const chart = {
        kind: "line",
        title: "NPS",
        unit: "score",
        labels: DAYS,
        series: [{ label: "NPS", values: DAYS.map(() => null) }],
      } as const;
      expect((await shown({ tone: "neutral", blocks: [{ kind: "chart", chart }] })).read()).toContain("no data");
    });

    test("never loses the end of a name of 500 characters without saying so", async () => {
      const read = (await shown({ tone: "neutral", blocks: [{ kind: "text", text: LONG_NAME }] })).read();
      expect(read.includes("name-0049") || /…|\d+ more/.test(read)).toBe(true);
      const fact = await shown({
        tone: "neutral",
        blocks: [{ kind: "facts", facts: [{ label: LONG_NAME, value: "1" }] }],
      });
      expect(fact.read().includes("name-0049") || /…|\d+ more/.test(fact.read())).toBe(true);
    });

    test("shows 200 rows, or says how many more there are", async () => {
      const rows = Array.from({ length: 200 }, (_, index) => [`row-${index}-`, String(index)]);
      const columns = [
        { label: "Name", align: "left" },
        { label: "n", align: "right" },
      ] as const;
      const read = (await shown({ tone: "neutral", blocks: [{ kind: "table", columns, rows }] })).read();
      const missing = rows.filter(([first]) => !read.includes(first ?? "")).length;
      expect(missing === 0 || read.includes(`${missing} more`)).toBe(true);
    });

    test.each([
      ["emoji", "👩‍👩‍👧‍👦 launch 🇩🇪 1️⃣"],
      ["right-to-left text", "לקוח חדש شركة"],
      ["Chinese", "東京支社の売上"],
      ["combining marks", "e\u0301a\u0308 नमस्ते"],
    ])("keeps %s as it is", async (_, text) => {
      expect((await shown({ tone: "neutral", blocks: [{ kind: "text", text }] })).read()).toContain(text);
    });

    test("survives hostile text in every place", async () => {
      const hostile = [
        "@everyone @here <!channel> <@U123> <@&1> <#C1>",
        "`code` ```fence``` *bold* _it_ ~x~ [a](http://evil.example) <b>&amp;",
        "\u001b[2J\u001b]0;title\u0007\u001b[31mred\u009b1m\u0000\u0008\r\nnext line\u2028x",
        "\u202egnp.exe\u2066\u200b\ufeff",
        "\ud800 lone surrogate",
        `e${"\u0301".repeat(500)}`,
      ];
      for (const text of hostile) {
        const under = await shown(inEveryPlace(text));
        expect(under.wire().length).toBeGreaterThan(0);
        expect(under.read()).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(under.read()).not.toMatch(/\p{M}{20}/u);
      }
    });

    test("keeps what people wrote beside a mention readable", async () => {
      const read = (
        await shown({ tone: "neutral", blocks: [{ kind: "text", text: "Umbrella @everyone Corp" }] })
      ).read();
      expect(read).toContain("Umbrella");
      expect(read).toContain("everyone Corp");
    });
  });
}

/** A chat platform under test, started, with people in it. */
export interface ChatUnderTest {
  readonly platform: ChatPlatform;
  /** An ordinary channel. */
  readonly channel: string;
  /** Two people and a bot that is not ours. */
  readonly people: readonly [string, string];
  readonly otherBot: string;
  /** Somebody who takes no direct messages, and an id that is nobody's. */
  readonly closed: string;
  readonly nobody: string;
  /** How people stand, by their id. */
  readonly standings: Readonly<Record<string, Standing>>;
  /** What was told, as "reactions m1" or "posted m2 in t1"; `ready` counts apart. */
  readonly told: readonly string[];
  readonly readies: () => number;
  /** Resolves with the id. Without a thread it stands in the channel. */
  say(text: string, more?: { readonly author?: string; readonly thread?: ThreadRef }): Promise<string>;
  rewrite(id: string, text: string, thread?: ThreadRef): Promise<void>;
  takeBack(id: string, thread?: ThreadRef): Promise<void>;
  react(id: string, emoji: string, person: string): Promise<void>;
  unreact(id: string, emoji: string, person: string): Promise<void>;
  /** What stands in a place, as people read it, the oldest first. */
  read(destination: Destination): Promise<readonly string[]>;
  /** Events that are under way have come. */
  settled(): Promise<void>;
  /** The next requests are answered with "wait 0 s". */
  makeBusy(): void;
  /** The connection breaks and comes back. */
  reconnect(): Promise<void>;
  setWeather(weather: { lost: number; doubled: number; delayed: number; random: () => number } | null): void;
  stop(): Promise<void>;
}

const words = (text: string): Message => ({ tone: "neutral", blocks: [{ kind: "text", text }] });

/** Numbers from 0 to below 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** What every chat platform has to do with messages, threads, reactions and people. */
export function describeChat(name: string, start: () => Promise<ChatUnderTest>): void {
  describe(`${name} as a chat platform`, () => {
    let under: ChatUnderTest;
    beforeEach(async () => {
      under = await start();
    });
    afterEach(() => under.stop());

    const here = () => ({ platform: under.platform.name, channel: under.channel });
    const refTo = (id: string): MessageRef => ({ ...here(), id });
    let keys = 0;
    async function posted(message: Message, destination: Destination = here()): Promise<string> {
      const outcome = await under.platform.post({ destination, message, key: `k-${(keys += 1)}-${process.pid}` });
      if (outcome.outcome !== "sent") throw new Error(outcome.reason);
      return outcome.externalId;
    }
    async function valueOf<T>(attempt: Promise<Attempt<T>>): Promise<T> {
      const answer = await attempt;
      if (!answer.ok) throw new Error(answer.reason);
      return answer.value;
    }
    const tally = (reactions: readonly Reaction[]) =>
      reactions.map(({ emoji, person }) => `${emoji} ${person.id}`).toSorted();

    test("edits a message in place: the last edit stands, its picture included", async () => {
      const id = await posted(words("open"));
      const chart = BLOCKS.chart.block;
      await valueOf(
        under.platform.edit(refTo(id), { tone: "good", blocks: [{ kind: "text", text: "claimed" }, chart] }),
      );
      await valueOf(under.platform.edit(refTo(id), words("resolved")));
      expect(await under.read(here())).toEqual([expect.stringContaining("resolved")]);
      expect(await under.platform.edit(refTo(under.nobody), words("x"))).toMatchObject({ ok: false, why: "gone" });
    });

    test("waits and edits all the same when it is asked to wait", async () => {
      const id = await posted(words("open"));
      under.makeBusy();
      expect(await under.platform.edit(refTo(id), words("resolved"))).toEqual({ ok: true, value: null });
    });

    test("posts into a thread, once, and finds it there by its key", async () => {
      const thread = await valueOf(under.platform.startThread(refTo(await under.say("It fails.")), "TCK-1 It fails"));
      const posting = { destination: thread, message: words("Ticket TCK-1"), key: "t-1" };
      const outcome = await under.platform.post(posting);
      const externalId = outcome.outcome === "sent" ? outcome.externalId : "";
      expect(await under.platform.lookUp(posting, Temporal.Instant.from("2020-01-01T00:00:00Z"))).toEqual({
        found: true,
        externalId,
        ...(name === "Discord" ? { duplicates: [] } : {}),
      });
      expect((await under.read(thread)).join()).toContain("Ticket TCK-1");
      expect((await under.read(here())).join()).not.toContain("Ticket TCK-1");
      await valueOf(under.platform.edit({ ...thread, id: externalId }, words("Ticket TCK-1 resolved")));
      expect((await under.read(thread)).join()).toContain("resolved");
    });

    test("knows the thread of a message, and begins one where there is none, once", async () => {
      const id = await under.say("It fails.");
      expect(await under.platform.threadOf(refTo(id))).toEqual({ ok: true, value: null });
      const [one, other] = await Promise.all([
        valueOf(under.platform.startThread(refTo(id), "a")),
        valueOf(under.platform.startThread(refTo(id), "b")),
      ]);
      expect(one).toEqual(other);
      await posted(words("hello"), one);
      expect(await under.platform.threadOf(refTo(id))).toEqual({ ok: true, value: one });
      expect(await under.platform.startThread(refTo(under.nobody), "x")).toMatchObject({ ok: false, why: "gone" });
    });

    test("reads a thread whole, the starter first, over all pages", async () => {
      const [dana, kim] = under.people;
      const id = await under.say("It fails <b>now</b> & here", { author: dana });
      const thread = await valueOf(under.platform.startThread(refTo(id), "It fails"));
      for (let index = 1; index <= 250; index += 1)
        await under.say(`reply ${index}`, { author: index % 2 === 0 ? dana : kim, thread });
      await posted(words("from the bot"), thread);
      const { messages, missing } = await valueOf(under.platform.readThread(thread));
      expect(missing).toBeNull();
      expect(messages.map(({ text }) => text).slice(0, 3)).toEqual([
        "It fails <b>now</b> & here",
        "reply 1",
        "reply 2",
      ]);
      expect(messages).toHaveLength(252);
      expect(messages[1]?.author).toEqual({ id: kim, isBot: false });
      expect(messages.at(-1)?.author?.isBot).toBe(true);
      expect(messages.map(({ id: one }) => one)).toEqual([...new Set(messages.map(({ id: one }) => one))]);
    });

    test("marks what was edited and what was deleted in a thread", async () => {
      const id = await under.say("first");
      const thread = await valueOf(under.platform.startThread(refTo(id), "a thread"));
      const second = await under.say("second", { thread });
      const third = await under.say("third", { thread });
      await under.rewrite(second, "second, better", thread);
      await under.takeBack(third, thread);
      await under.takeBack(id);
      const { messages } = await valueOf(under.platform.readThread(thread));
      expect(messages.map(({ text, state }) => `${state}: ${text}`)).toEqual(["deleted: ", "edited: second, better"]);
      expect(messages[0]?.author).toBeNull();
    });

    test("adds its own reactions in order, and again without harm", async () => {
      const id = await posted(words("How likely?"));
      await valueOf(under.platform.react(refTo(id), DIGITS));
      await valueOf(under.platform.react(refTo(id), DIGITS));
      const reactions = await valueOf(under.platform.reactionsOf(refTo(id)));
      expect(reactions.map(({ emoji }) => emoji)).toEqual([...DIGITS]);
      expect(reactions.every(({ person }) => person.isBot)).toBe(true);
      expect(await under.platform.react(refTo(under.nobody), DIGITS)).toMatchObject({ ok: false, why: "gone" });
    });

    test("reads all people of a reaction over all pages, and tells bots from people", async () => {
      const id = await posted(words("How likely?"));
      const many = Array.from({ length: 230 }, (_, index) => personNumber(under, index));
      for (const person of many) await under.react(id, DIGITS[9], person);
      await under.react(id, TICKET, under.people[0]);
      await under.react(id, DIGITS[0], under.otherBot);
      under.makeBusy();
      const reactions = await valueOf(under.platform.reactionsOf(refTo(id)));
      expect(reactions.filter(({ emoji }) => emoji === DIGITS[9])).toHaveLength(230);
      expect(tally(reactions)).toContain(`${TICKET} ${under.people[0]}`);
      expect(reactions.filter(({ person }) => person.isBot).map(({ emoji }) => emoji)).toEqual([DIGITS[0]]);
    });

    test("tells where reactions changed, but not of its own", async () => {
      const id = await posted(words("How likely?"));
      await valueOf(under.platform.react(refTo(id), DIGITS.slice(0, 2)));
      const before = under.told.length;
      await under.react(id, DIGITS[7], under.people[0]);
      await under.unreact(id, DIGITS[7], under.people[0]);
      await under.settled();
      expect(under.told.slice(before)).toEqual([`reactions ${id}`, `reactions ${id}`]);
      expect(before).toBe(0);
    });

    test("tells when a message is gone", async () => {
      const id = await under.say("soon gone");
      await under.takeBack(id);
      await under.settled();
      expect(under.told).toContain(`reactions ${id}`);
      expect(await under.platform.reactionsOf(refTo(id))).toMatchObject({ ok: false, why: "gone" });
    });

    test("tells of what others write in threads, and not of what is outside of them or its own", async () => {
      const id = await under.say("It fails.");
      const thread = await valueOf(under.platform.startThread(refTo(id), "It fails"));
      await posted(words("Ticket TCK-1"), thread);
      const reply = await under.say("again", { thread, author: under.people[1] });
      await under.rewrite(reply, "and again", thread);
      await under.takeBack(reply, thread);
      await under.say("elsewhere");
      await under.settled();
      expect(under.told.filter((one) => !one.startsWith("reactions"))).toEqual([
        `posted ${reply} in ${thread.thread}`,
        `edited ${reply} in ${thread.thread}`,
        `deleted ${reply} in ${thread.thread}`,
      ]);
    });

    test("says that it is ready at first and after each break", async () => {
      const before = under.readies();
      expect(before).toBeGreaterThanOrEqual(1);
      await under.reconnect();
      expect(under.readies()).toBe(before + 1);
    });

    test("reactions read at each event and at each ready equal those that are there, in any weather", async () => {
      const random = seeded(7);
      const id = await posted(words("How likely?"));
      under.setWeather({ lost: 0.3, doubled: 0.3, delayed: 0.3, random });
      for (let index = 0; index < 120; index += 1) {
        const person = personNumber(under, Math.floor(random() * 20));
        const emoji = DIGITS[Math.floor(random() * 11)] ?? DIGITS[0];
        if (random() < 0.3) await under.unreact(id, emoji, person);
        else await under.react(id, emoji, person);
      }
      under.setWeather(null);
      await under.reconnect();
      await under.settled();
      // Counting what was told does not converge: a third of it was lost.
      const events = under.told.filter((one) => one === `reactions ${id}`).length;
      expect(events).not.toBe(120);
      expect(under.readies()).toBeGreaterThan(1);
      const first = tally(await valueOf(under.platform.reactionsOf(refTo(id))));
      expect(first.length).toBeGreaterThan(0);
      expect(new Set(first).size).toBe(first.length);
    });

    test("reaches a person alone, or says that they do not take it", async () => {
      const [dana] = under.people;
      const direct = await valueOf(under.platform.directTo(dana));
      await posted(words("Only for you"), direct);
      expect((await under.read(direct)).join()).toContain("Only for you");
      expect(await under.platform.directTo(under.nobody)).toMatchObject({ ok: false, why: "gone" });
      const closed = await under.platform.directTo(under.closed);
      const message = words("x");
      const refused = closed.ok
        ? await under.platform.post({ destination: closed.value, message, key: "c-1" })
        : closed;
      expect(refused).toMatchObject({ why: "closed" });
    });

    test("names the people of a list, and who of them is not there", async () => {
      const [dana, kim] = under.people;
      const ids = [dana, kim, under.nobody, dana];
      const { people, missing } = await valueOf(under.platform.audienceOf({ kind: "people", ids }));
      expect(people.map(({ id }) => id).toSorted()).toEqual([dana, kim].toSorted());
      expect(missing).toEqual([under.nobody]);
    });

    test("names those who run the place", async () => {
      const admins = await valueOf(under.platform.adminsOf());
      expect(admins.length).toBeGreaterThan(0);
      for (const admin of admins) expect(await under.platform.standingOf(admin), admin).toBe("admin");
    });

    test("says how each stands: who runs the place, who is of the team, who is a guest, and whom it does not know", async () => {
      const { standings, platform, nobody } = under;
      expect(new Set(Object.values(standings)).size).toBeGreaterThanOrEqual(2);
      for (const [person, standing] of Object.entries({ ...standings, [nobody]: "unknown" }))
        expect(await platform.standingOf(person), person).toBe(standing);
    });

    test("links to a message", async () => {
      const id = await posted(words("here"));
      expect(await valueOf(under.platform.linkTo(refTo(id)))).toMatch(/^https?:\/\//);
    });
  });
}

function personNumber({ people }: ChatUnderTest, index: number): string {
  return /^\d+$/.test(people[0]) ? String(710_000_000_000_000_000n + BigInt(index)) : `U0VOTER${index}`;
}
