import { afterEach, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { createLifecycle } from "../../src/core/lifecycle.ts";
import { localDay, systemClock } from "../../src/core/time.ts";
import { clockComplaint } from "../../src/db/clock-watch.ts";
import { layFoundation } from "../../src/foundation.ts";
import { openRooms } from "../../src/rooms.ts";
import { recordingLog } from "../api/support.ts";
import { freshFolder, removeFolder } from "../support/program.ts";

let lifecycle = createLifecycle();
let folder = "";

afterEach(async () => {
  await lifecycle.stop(10_000);
  await removeFolder(folder);
});

const signup = (id: string, fields: object = {}) => ({ type: "signup", id, user_id: id, ...fields });

/** What the program does on a machine whose clock is so many hours off; its embedded database goes by the right one. */
async function startWith(hoursOff: number) {
  folder = await freshFolder();
  lifecycle = createLifecycle();
  const config = readConfig({ DATA_DIR: folder, TIMEZONE: "UTC" });
  const log = recordingLog();
  const localClock = { now: () => systemClock.now().add({ hours: hoursOff }) };
  const foundation = await layFoundation({ config, log, lifecycle, purpose: "service", localClock });
  const rooms = openRooms(foundation, config);
  lifecycle.onStop("intake", () => rooms.intake.stop());
  return { foundation, rooms, log };
}

test.each([26, -26])(
  "with a clock that is %i h off, events, days, keys and sessions go by the database's",
  async (hours) => {
    const { foundation, rooms, log } = await startWith(hours);
    const now = systemClock.now();
    const today = localDay(now, "UTC");

    const verdicts = await rooms.intake.accept(
      [
        signup("undated"),
        signup("of-now", { occurred_at: now.toString() }),
        signup("of-yesterday", { occurred_at: now.subtract({ hours: 24 }).toString() }),
        signup("of-the-future", { occurred_at: now.add({ minutes: 10 }).toString() }),
      ],
      { source: "api" },
    );
    expect(verdicts.map((one) => ("code" in one ? one.code : one.verdict))).toEqual([
      "accepted",
      "accepted",
      "accepted",
      "in_the_future",
    ]);
    const [undated] = await foundation.db.read.run(
      (sql) => sql<{ s: number }[]>`
      select extract(epoch from clock_timestamp() - occurred_at)::float8 as s from signups where event_id = 'undated'`,
    );
    expect(Math.abs(undated?.s ?? Infinity)).toBeLessThan(60);

    await rooms.roller.drain();
    const summary = await rooms.reader.summary(7);
    expect(summary.date_range.end).toBe(today.subtract({ days: 1 }).toString());
    expect(summary.new_signups).toBe(1);

    const { key, keyId } = await rooms.access.create({ scope: "read", expiresAt: now.add({ hours: 1 }) });
    expect(await rooms.access.verify(key)).toMatchObject({ ok: true });
    const session = await rooms.access.sessions.begin(keyId);
    expect(await rooms.access.sessions.open(session?.token ?? "")).toMatchObject({ keyId });

    expect(log.lines.filter(({ level }) => level === "warn").map(({ fields }) => fields["driftSeconds"])).toEqual([
      hours * 3_600,
    ]);
    expect(clockComplaint(foundation.clock.driftMs())).toContain("set it, for example by NTP");
  },
);
