import { describe, expect, test } from "vitest";
import { OPERATOR_VISIT } from "../../src/bot/permission/gate.ts";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { createDigestList } from "../../src/bot/commands/digest-list.ts";
import { createDigestWriter, keyOf, type OwedDigest } from "../../src/bot/digest/digest-post.ts";
import { applyWantedDigests } from "../../src/bot/digest/schedule-store.ts";
import type { Message } from "../../src/bot/message.ts";
import { referenceOf } from "../../src/bot/platform.ts";
import { Temporal } from "../../src/core/time.ts";
import { createTestDatabase } from "../support/database.ts";
import { posted } from "./support/posted.ts";
import { clock, madeUpReader, workspace } from "./support/made-up-numbers.ts";

const destination = { platform: "slack", channel: "C1" } as const;

const now = clock.now();
const viewOf = async () => EVERYTHING;
const write = posted(createDigestWriter({ reader: madeUpReader(), workspace, clock, firstEvent: "curl", viewOf }));

function owed(parts: Partial<OwedDigest> = {}): OwedDigest {
  return { destination, kind: "digest", localDate: "2026-11-22", dueAt: now, daysWithout: [], ...parts };
}

const texts = ({ blocks }: Message) => blocks.flatMap((block) => (block.kind === "text" ? [block.text] : []));
const notes = ({ blocks }: Message) => blocks.flatMap((block) => (block.kind === "note" ? [block.text] : []));

describe("a digest that is posted", () => {
  test("on time says nothing about itself", async () => {
    expect((await write(owed())).blocks[0]).toMatchObject({
      kind: "text",
      text: expect.not.stringMatching(/Delayed|not sent/),
    });
  });

  test("late says when it was due", async () => {
    const message = await write(owed({ dueAt: now.subtract({ hours: 2 }) }));
    expect(texts(message)[0]).toMatch(/^Delayed: due at \d\d:\d\d, sent at \d\d:\d\d\.$/);
  });

  test("says which ones before it never came", async () => {
    expect(texts(await write(owed({ daysWithout: ["2026-11-21"] })))[0]).toBe("The digest of 21 Nov was not sent.");
    const three = ["2026-11-19", "2026-11-20", "2026-11-21"];
    expect(texts(await write(owed({ daysWithout: three })))[0]).toBe("3 digests were not sent: 19 Nov - 21 Nov.");
  });

  test.each([
    ["of an ordinary day", Temporal.PlainDate.from("2025-01-01")],
    ["of a new installation", null],
  ])("%s shows the reference of its key last", async (_, firstDay) => {
    const reader = madeUpReader({ firstDay: async () => firstDay });
    const writer = posted(createDigestWriter({ reader, workspace, clock, firstEvent: "curl", viewOf }));
    expect(notes(await writer(owed())).at(-1)).toContain(referenceOf(keyOf(destination, "2026-11-22")));
  });

  test("has a key of its own for each channel and morning, which fits a nonce", () => {
    const keys = [
      keyOf(destination, "2026-11-22"),
      keyOf(destination, "2026-11-23"),
      keyOf({ ...destination, channel: "C2" }, "2026-11-22"),
    ];
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^d-[0-9a-f]{22}$/);
  });
});

describe("digest list", () => {
  const list = async (db: Awaited<ReturnType<typeof createTestDatabase>>) => {
    const command = createDigestList({ db, clock });
    return command.run({}, { prefix: "/", ...OPERATOR_VISIT, view: EVERYTHING });
  };

  test("without a channel says what to set", async () => {
    const { message } = await list(await createTestDatabase());
    expect(texts(message)).toEqual([
      "No channel gets a digest yet. `/digest subscribe` starts one where you ask, or set `DIGEST_CHANNELS`, like `slack:C0123456789`.",
    ]);
  });

  test("says why it is not known whether a digest was sent", async () => {
    const db = await createTestDatabase();
    await db.work.transaction((sql) => applyWantedDigests(sql, { at: "09:00", channels: [destination] }, "UTC"));
    await db.work.run(
      (sql) => sql`
        insert into deliveries (schedule_no, destination, local_date, kind, state, due_at, next_at, reason)
        select schedule_no, 'slack:C1', date '2026-11-21', kind, 'uncertain', now(), now(), 'The history is closed.'
        from schedules`,
    );
    const { message } = await list(db);
    expect(texts(message)).toEqual([
      "slack:C1 may have its digest: The history is closed. It is not sent again before that is known.",
    ]);
  });

  test("shows each channel with its time and what became of the last one, and why one is paused", async () => {
    const db = await createTestDatabase();
    await db.work.transaction((sql) =>
      applyWantedDigests(
        sql,
        { at: "09:00", channels: [destination, { platform: "discord", channel: "77" }] },
        "Europe/Berlin",
      ),
    );
    await db.work.run(
      (sql) => sql`
        insert into deliveries (schedule_no, destination, local_date, kind, state, due_at, next_at, reason)
        select schedule_no, platform || ':' || channel, date '2026-11-21', kind,
          case platform when 'slack' then 'dead' else 'sent' end, now(), now(),
          case platform when 'slack' then 'The channel was archived.' end
        from schedules`,
    );
    await db.work.run((sql) => sql`update schedules set paused_at = now() where platform = 'slack'`);
    const { message } = await list(db);
    expect(message.blocks[0]).toMatchObject({
      rows: [
        ["discord:77", "09:00 Europe/Berlin", "21 Nov was sent", "on", "DIGEST_CHANNELS"],
        ["slack:C1", "09:00 Europe/Berlin", "21 Nov was refused", "paused", "DIGEST_CHANNELS"],
      ],
    });
    expect(texts(message)).toEqual([
      "slack:C1 is paused: The channel was archived. `/digest resume` tries again when that is mended, and so does the next start.",
    ]);
  });
});
