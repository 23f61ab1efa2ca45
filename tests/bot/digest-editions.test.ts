import { describe, expect, test } from "vitest";
import { createDigestWriter, type WriteDigest } from "../../src/bot/digest/digest-post.ts";
import type { Edition } from "../../src/bot/digest/edition.ts";
import { recordDue } from "../../src/bot/digest/owed-store.ts";
import { listSchedules, readSchedules } from "../../src/bot/digest/schedule-store.ts";
import { SECTIONS } from "../../src/bot/digest/section.ts";
import { addSchedule, oweNow } from "../../src/bot/digest/subscription-store.ts";
import type { Message } from "../../src/bot/message.ts";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { dueDeliveries } from "../../src/core/schedule.ts";
import { localDay, Temporal } from "../../src/core/time.ts";
import { createTestDatabase } from "../support/database.ts";
import { createFakeChat } from "./support/fake-chat.ts";
import { senderOn, slack, TEXT } from "./support/ledger-world.ts";
import { clock, madeUpDaily, madeUpDays, madeUpReader, workspace } from "./support/made-up-numbers.ts";

const viewOf = async () => EVERYTHING;

interface WorldOptions {
  readonly write?: WriteDigest;
  readonly notableOnly?: boolean;
}

/** A channel with all editions, on the morning of the next first of a month, on which the weekly one is due as well. */
async function allEditions({ write = async () => TEXT, notableOnly = false }: WorldOptions = {}) {
  const db = await createTestDatabase();
  const now = Temporal.Now.instant();
  const first = localDay(now, "UTC").with({ day: 1 }).add({ months: 1 });
  const morning = first.toZonedDateTime({ timeZone: "UTC", plainTime: "09:00" }).toInstant();
  const subscribe = (edition: Edition) => {
    const weekday = edition === "weekly" ? first.dayOfWeek : null;
    const wanted = { edition, weekday, sections: SECTIONS, notableOnly, at: "09:00", timeZone: "UTC" };
    return db.work.run((sql) => addSchedule(sql, { destination: slack("C1"), ...wanted }));
  };
  for (const edition of ["daily", "weekly", "monthly"] as const) await subscribe(edition);
  // The days before have had their digests.
  await db.work.run(
    (sql) => sql`
      insert into deliveries (schedule_no, destination, local_date, kind, state, due_at, next_at, settled_at)
      select schedule_no, 'slack:C1', ${first.subtract({ days: 1 }).toString()}::text::date, kind, 'sent', now(), now(), now()
      from schedules`,
  );
  const record = () =>
    db.work.run(async (sql) => {
      const { schedules } = await readSchedules(sql);
      await recordDue(sql, dueDeliveries(schedules, morning));
    });
  const chat = createFakeChat();
  const instances = [1, 2, 3].map(() => senderOn(db, chat.platform, { write }));
  const states = async () => {
    const rows = await db.work.run(
      (sql) => sql<{ kind: string; state: string }[]>`
        select kind, state from deliveries where local_date = ${first.toString()}::text::date order by kind`,
    );
    return Object.fromEntries(rows.map(({ kind, state }) => [kind, state]));
  };
  const all = async () => Promise.all(instances.map((instance) => instance.once()));
  return { db, chat, record, states, all, first };
}

const ALL = (state: string) => ({ digest: state, "monthly digest": state, "weekly digest": state });

describe("a channel with a daily, a weekly and a monthly digest", () => {
  test("gets each once from three instances, and again nothing", async () => {
    const { chat, record, states, all } = await allEditions();
    await Promise.all([record(), record(), record()]);
    await all();
    await record();
    await all();
    expect(await states()).toEqual(ALL("sent"));
    expect(new Set(chat.shown("C1").map(({ key }) => key)).size).toBe(3);
    expect(chat.shown("C1")).toHaveLength(3);
  });

  test("would get each from every instance without the claims", async () => {
    const { chat } = await allEditions();
    for (const key of ["daily", "weekly", "monthly"])
      await Promise.all([1, 2, 3].map(() => chat.platform.post({ destination: slack("C1"), key, message: TEXT })));
    expect(chat.shown("C1")).toHaveLength(9);
  });

  test("is told that the weekly one of last week did not come, by the weekly one", async () => {
    const asked: { kind: string; daysWithout: readonly string[]; edition: string | undefined }[] = [];
    const world = await allEditions({
      write: async ({ kind, daysWithout, plan }) => {
        asked.push({ kind, daysWithout, edition: plan?.edition });
        return TEXT;
      },
    });
    const missed = world.first.subtract({ days: 7 }).toString();
    await world.db.work.run(
      (sql) => sql`
        update deliveries set state = 'skipped', local_date = ${missed}::text::date where kind = 'weekly digest'`,
    );
    await world.record();
    await world.all();
    expect(asked.toSorted((one, other) => (one.kind < other.kind ? -1 : 1))).toEqual([
      { kind: "digest", daysWithout: [], edition: "daily" },
      { kind: "monthly digest", daysWithout: [], edition: "monthly" },
      { kind: "weekly digest", daysWithout: [missed], edition: "weekly" },
    ]);
  });
});

/** Yesterday was as quiet as the rest, or twice as many signed up. */
function writerOf(isQuiet: () => boolean): WriteDigest {
  const daily = async (days: number) =>
    madeUpDaily(madeUpDays(days, (_, daysAgo) => (daysAgo === 1 && !isQuiet() ? { signups: 60 } : {})));
  return createDigestWriter({ reader: madeUpReader({ daily }), workspace, clock, firstEvent: "curl", viewOf });
}

describe("a digest that is wanted only when something is notable", () => {
  test("is not posted on a quiet day, by nobody and at no later time", async () => {
    let quiet = true;
    const { db, chat, record, states, all } = await allEditions({ notableOnly: true, write: writerOf(() => quiet) });
    await record();
    await all();
    expect(await states()).toEqual(ALL("quiet"));
    quiet = false;
    await record();
    await all();
    expect(chat.shown("C1")).toEqual([]);
    const [listed] = await db.read.run(listSchedules);
    expect(listed).toMatchObject({ notableOnly: true, last: { state: "quiet" }, pausedFor: null });
  });

  test("is posted on a day with something unusual", async () => {
    const { chat, record, states, all } = await allEditions({ notableOnly: true, write: writerOf(() => false) });
    await record();
    await all();
    expect(await states()).toMatchObject({ digest: "sent", "monthly digest": "quiet" });
    expect(chat.shown("C1").map(({ posting }) => textOf(posting.message))).toEqual([
      expect.stringContaining("Sign-ups rose to 60"),
    ]);
  });

  test("is posted at once when somebody asks for it, whatever is in it", async () => {
    const { db, chat, all } = await allEditions({ notableOnly: true, write: writerOf(() => true) });
    await db.work.run((sql) => oweNow(sql, { destination: slack("C1"), editions: ["weekly"] }, "click"));
    await all();
    expect(chat.shown("C1").map(({ posting }) => textOf(posting.message))).toEqual([
      expect.stringContaining("Nothing unusual."),
    ]);
  });

  test("counts no quiet day among those without a digest", async () => {
    let without: readonly string[] = ["nothing asked"];
    const world = await allEditions({
      write: async ({ kind, daysWithout }) => {
        if (kind === "digest") without = daysWithout;
        return TEXT;
      },
    });
    await world.db.work.run((sql) => sql`update deliveries set state = 'quiet' where kind = 'digest'`);
    await world.record();
    await world.all();
    expect(without).toEqual([]);
  });
});

function textOf({ title = "", blocks }: Message): string {
  return [title, ...blocks.flatMap((block) => (block.kind === "text" ? [block.text] : []))].join("\n");
}
