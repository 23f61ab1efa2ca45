import { describe, expect, test } from "vitest";
import { createDigestWriter } from "../../../src/bot/digest/digest-post.ts";
import { writeEdition } from "../../../src/bot/digest/digest-reading.ts";
import { EDITIONS, kindOf, type Edition } from "../../../src/bot/digest/edition.ts";
import { SECTIONS } from "../../../src/bot/digest/section.ts";
import type { Message } from "../../../src/bot/message.ts";
import { ALL_GROUPS } from "../../../src/bot/permission/need.ts";
import { EVERYTHING, isWhole, type View } from "../../../src/bot/permission/view.ts";
import { systemClock, Temporal } from "../../../src/core/time.ts";
import { createFakeChat } from "../support/fake-chat.ts";
import { ledgerWith, senderOn, slack } from "../support/ledger-world.ts";
import { MOVEMENTS } from "../support/made-up-movements.ts";
import { posted } from "../support/posted.ts";
import { madeUpReader, workspace } from "../support/made-up-numbers.ts";

const LEFT_OUT = "Revenue is not shown in #general: everyone can read it.";
const others = new Set(ALL_GROUPS.filter((group) => group !== "revenue"));
const WITHOUT_MONEY: View = { groups: others, names: new Set(), leftOut: LEFT_OUT };
const MONEY = /MRR|ARR|\$|[Rr]evenue:|churn/;

function writerFor(viewOf: () => View) {
  const reader = madeUpReader({ movements: async () => MOVEMENTS });
  const parts = { reader, workspace, clock: systemClock, firstEvent: "curl" };
  return posted(createDigestWriter({ ...parts, viewOf: async () => viewOf() }));
}

const wordsOf = ({ title = "", blocks }: Message) => JSON.stringify([title, ...blocks]);

describe("a digest in a channel that may not be shown money", () => {
  const owed = {
    destination: { platform: "slack", channel: "C1" },
    kind: "digest",
    localDate: "2026-11-22",
    dueAt: Temporal.Now.instant(),
    daysWithout: [],
  } as const;

  test("tells everything else, and says what is left out", async () => {
    const words = wordsOf(await writerFor(() => WITHOUT_MONEY)(owed));
    expect(words).toContain(LEFT_OUT);
    expect(words.replace(LEFT_OUT, "")).not.toMatch(MONEY);
    expect(words).toContain("Active users");
    expect(wordsOf(await writerFor(() => EVERYTHING)(owed))).toMatch(MONEY);
  });

  test.each(ALL_GROUPS)("is whole but for %s when only that may not be shown", async (group) => {
    const groups = new Set(ALL_GROUPS.filter((one) => one !== group));
    const words = wordsOf(await writerFor(() => ({ ...WITHOUT_MONEY, groups }))(owed));
    const signs = {
      revenue: "MRR",
      people: "Sign-ups",
      health: "Error rate",
      satisfaction: "NPS",
      support: "open ticket",
    };
    for (const [sign, text] of Object.entries(signs))
      expect([sign, words.includes(text)]).toEqual([sign, sign !== group]);
  });

  test("of a day in which only money moved has a quiet headline", async () => {
    const words = wordsOf(await writerFor(() => ({ ...WITHOUT_MONEY, groups: new Set() }))(owed));
    expect(words).toContain("No data for this day.");
  });
});

describe("accounts", () => {
  const WITHOUT_NAMES: View = { ...EVERYTHING, names: new Set() };
  const NAMES = /Initech|Globex|Hooli|Umbrella/;
  const reader = madeUpReader({ movements: async () => MOVEMENTS });

  function owedOf(edition: Edition) {
    const destination = { platform: "slack", channel: "C1" } as const;
    const plan = { edition, sections: SECTIONS, notableOnly: false };
    const localDate = "2026-11-23";
    return { destination, kind: kindOf(edition), localDate, dueAt: Temporal.Now.instant(), daysWithout: [], plan };
  }

  describe.each(EDITIONS)("in a %s digest", (edition) => {
    const words = async (view: View) => {
      const parts = { reader, workspace, clock: systemClock, firstEvent: "curl", viewOf: async () => view };
      return wordsOf(await posted(createDigestWriter(parts))(owedOf(edition)));
    };

    test("are named where they may be, with plan and amount", async () => {
      expect(await words(EVERYTHING)).toContain("Upgraded: Initech (Pro → Workflow, +$220), Hooli (+$58)");
    });

    test("are counted where they may not be named", async () => {
      const text = await words(WITHOUT_NAMES);
      expect(text).not.toMatch(NAMES);
      expect(text).toContain("New: 1 account, +$79 · Upgraded: 2 accounts, +$278 · Cancelled: 1 account, −$47");
    });

    test("are not even counted where money is not shown", async () => {
      const text = await words({ ...WITHOUT_MONEY, names: new Set(ALL_GROUPS) });
      expect(text).not.toMatch(NAMES);
      expect(text.replace(LEFT_OUT, "")).not.toMatch(MONEY);
      expect(text).not.toMatch(/account|Upgraded/);
    });

    test("of the data of a preview are left out as well", async () => {
      const plan = { edition, sections: SECTIONS, notableOnly: false };
      const wanted = { plan, morning: Temporal.PlainDate.from("2026-11-23"), schedule: "preview" };
      const parts = { reader, workspace, clock: systemClock, firstEvent: "curl" };
      const dataFor = async (view: View) => JSON.stringify((await writeEdition(parts, { ...wanted, view })).digest);
      expect(await dataFor(EVERYTHING)).toMatch(NAMES);
      expect(await dataFor(WITHOUT_NAMES)).not.toMatch(NAMES);
      const secret = await dataFor({ ...WITHOUT_MONEY, names: new Set(ALL_GROUPS) });
      expect(secret).not.toMatch(NAMES);
      expect(secret).not.toMatch(/16,?412|220/);
    });

    test.each(ALL_GROUPS)("%s alone being left out, nothing of it is told", async (group) => {
      const groups = new Set(ALL_GROUPS.filter((one) => one !== group));
      const text = await words({ ...WITHOUT_MONEY, groups, names: groups });
      const signs = {
        revenue: "MRR",
        people: "Sign-ups",
        health: "uptime",
        satisfaction: "NPS",
        support: "open ticket",
      };
      for (const [sign, sought] of Object.entries(signs))
        expect([sign, text.includes(sought)]).toEqual([sign, sign !== group]);
    });
  });

  test("whether a digest comes at all says nothing of money that is not shown", async () => {
    const plan = { edition: "daily", sections: SECTIONS, notableOnly: true } as const;
    const write = (view: View) =>
      createDigestWriter({ reader, workspace, clock: systemClock, firstEvent: "curl", viewOf: async () => view });
    expect(await write(EVERYTHING)({ ...owedOf("daily"), plan })).not.toBeNull();
    expect(await write(WITHOUT_MONEY)({ ...owedOf("daily"), plan })).toBeNull();
  });
});

describe("a channel that was opened to everyone after the first attempt", () => {
  async function secondAttempt(isRecheckedBeforeEach: boolean, then: View) {
    const world = await ledgerWith([slack("C1")]);
    await world.makeDue(0);
    const chat = createFakeChat();
    chat.meet("C1", { outcome: "refused", reason: "No.", retryAfterMs: null, lasting: false });
    let view = EVERYTHING;
    const write = writerFor(() => view);
    const mustLeaveOut = async () => isRecheckedBeforeEach && !isWhole(view);
    const sender = senderOn(world.db, chat.platform, { write, mustLeaveOut });
    await sender.once();
    view = then;
    await world.pass(60_000);
    await sender.once();
    return chat.shown("C1").map(({ posting }) => wordsOf(posting.message));
  }

  test("is not shown the money that was written for it before", async () => {
    const [words = "", ...more] = await secondAttempt(true, WITHOUT_MONEY);
    expect(more).toEqual([]);
    expect(words).toContain(LEFT_OUT);
    expect(words.replace(LEFT_OUT, "")).not.toMatch(MONEY);
  });

  test("is not shown the names that were written for it before", async () => {
    const [words = ""] = await secondAttempt(true, { ...EVERYTHING, names: new Set() });
    expect(words).toContain("New: 1 account");
    expect(words).not.toContain("Globex");
  });

  test("would be, were it not checked again", async () => {
    const [words = ""] = await secondAttempt(false, WITHOUT_MONEY);
    expect(words).toMatch(MONEY);
    expect(words).toContain("Globex");
  });
});
