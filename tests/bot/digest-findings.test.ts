import { expect, test } from "vitest";
import { WHOLE_DAILY } from "../../src/bot/digest/digest-plan.ts";
import { writeEdition } from "../../src/bot/digest/digest-reading.ts";
import { findingsSentence } from "../../src/bot/digest/quality-words.ts";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { Temporal } from "../../src/core/time.ts";
import { createDataQuality } from "../../src/metrics/quality/data-quality.ts";
import { worldOf } from "../golden/told.ts";
import { textLines } from "./support/message-lines.ts";

test("a digest tells what was first noted on its day to look wrong, and the next one does not", async () => {
  const world = await worldOf([{ type: "signup", user_id: "u1", occurred_at: "2026-06-10T12:00:00Z" }]);
  await world.db.work.run(
    (sql) => sql`
    insert into findings (code, subject, count, noted_at) values
      ('wrong_direction', 't1', 2, '2026-06-14T23:59:00Z'), ('unpriced', 't2', 1, '2026-06-14T00:00:00Z'),
      ('far_date', 'signup', 9, '2026-06-13T12:00:00Z')`,
  );
  const { reader, workspace, db } = world;
  const parts = { reader, workspace, firstEvent: "curl", quality: createDataQuality({ db }) };
  const on = async (morning: string) => {
    const clock = { now: () => Temporal.Instant.from(`${morning}T12:00:00Z`) };
    const asked = { plan: WHOLE_DAILY, view: EVERYTHING, morning: Temporal.PlainDate.from(morning), schedule: "s" };
    return textLines((await writeEdition({ ...parts, clock }, asked)).message).join("\n");
  };
  expect(await on("2026-06-15")).toContain(
    "Data quality: 3 events look wrong (2 wrong direction, 1 unpriced); `data-quality` lists them.",
  );
  world.moveClock("2026-06-16T12:00:00Z");
  await world.settle();
  expect(await on("2026-06-16")).not.toContain("Data quality");
});

test("nothing is said of nothing, and of many kinds the most frequent", () => {
  expect(findingsSentence([])).toBeNull();
  expect(findingsSentence([{ code: "unpriced", count: 1 }])).toBe(
    "Data quality: 1 event looks wrong (1 unpriced); `data-quality` lists it.",
  );
  const codes = ["unpriced", "rounded", "far_date", "two_sources", "amount_jump"] as const;
  expect(findingsSentence(codes.map((code, at) => ({ code, count: 9 - at })))).toContain("7 far date, 2 other kinds)");
});
