import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { roundOfTickets } from "../../../src/bot/tickets/rounds.ts";
import { createRoller } from "../../../src/metrics/rollup/roller.ts";
import { readConfig } from "../../../src/config.ts";
import { supportSettingsOf } from "../../../src/support-config.ts";
import { Temporal } from "../../../src/core/time.ts";
import { SILENT } from "../../support/silent.ts";
import { workspace } from "../support/made-up-numbers.ts";
import { movableClock, threadOf, TIME_ZONE } from "./counter.ts";
import { startDiscordCounter, type DiscordCounter } from "./discord-counter.ts";

/** A Friday afternoon in Berlin: 55 minutes before the team goes home. */
const OPENED = "2026-11-20T16:05:00+01:00";
const HOURS = readConfig({ BUSINESS_HOURS: "mon-fri 09:00-17:00" });
const AROUND_THE_CLOCK = readConfig({});

let counter: DiscordCounter;
afterEach(() => counter.stop());

async function begin(config: typeof HOURS): Promise<void> {
  counter = await startDiscordCounter(supportSettingsOf(config, TIME_ZONE), movableClock(OPENED));
}

const find = () => counter.ticketing.desk.find("TCK-1");

/** What is said at that local time, as Discord tells it. */
async function sayAt(local: string, content: string, author: string, thread?: string): Promise<string> {
  const timestamp = Temporal.Instant.from(`${local}+01:00`).toString().replace("Z", ".000000+00:00");
  const place = thread ?? counter.channel;
  if (thread !== undefined) passTo(local);
  const { id } = counter.fake.crowd.say(place, { content, author, more: { timestamp } });
  if (thread !== undefined) await counter.ticketing.follower.catchUp(await find());
  return id;
}

/** Until that local time. */
function passTo(local: string): void {
  const minutes = counter.clock
    .now()
    .until(Temporal.Instant.from(`${local}+01:00`))
    .total("minutes");
  counter.clock.passMinutes(minutes);
}

async function openOnFriday(): Promise<string> {
  const id = await sayAt("2026-11-20T16:00", "Export fails.", counter.dana);
  await counter.choose(id, counter.dana);
  return (await threadOf(counter, "TCK-1")).thread;
}

async function seen() {
  await counter.ticketing.cards.idle();
  const said = await counter.read(await threadOf(counter, "TCK-1"));
  return {
    card: said.find((text) => text.startsWith("TCK-1 · ")) ?? "",
    warnings: said.filter((text) => text.includes(" is due ")),
  };
}

const act = (name: string) => counter.command(`ticket ${name}`, { ticket: "TCK-1" }, counter.kim);

describe("with business hours", () => {
  beforeEach(() => begin(HOURS));

  test("the card's due time is counted in them, and the warning comes when a quarter of them is left", async () => {
    await openOnFriday();
    // 8 h of work: 55 min on Friday, the rest from Monday 09:00 on.
    expect((await seen()).card).toContain("first response due 23 Nov 16:05");
    for (const quiet of ["2026-11-20T17:30", "2026-11-21T12:00", "2026-11-22T23:59", "2026-11-23T14:04"]) {
      passTo(quiet);
      await roundOfTickets(counter.ticketing);
    }
    expect((await seen()).warnings).toEqual([]);
    passTo("2026-11-23T14:05");
    await roundOfTickets(counter.ticketing);
    await roundOfTickets(counter.ticketing);
    expect((await seen()).warnings).toEqual([
      expect.stringContaining("TCK-1: first response is due 23 Nov 16:05, in 2 h of working time. It is nobody's yet."),
    ]);
  });

  test("first response and resolution, by the calendar and in working time, are those counted by hand from the thread", async () => {
    const thread = await openOnFriday();
    await sayAt("2026-11-20T16:30", "Anybody there?", counter.dana, thread);
    await sayAt("2026-11-23T15:35", "I look at it.", counter.kim, thread);
    await sayAt("2026-11-23T15:40", "Thank you.", counter.dana, thread);
    passTo("2026-11-24T10:05");
    await act("resolve");
    passTo("2026-11-24T10:30");
    // Friday 16:05-17:00, Monday 09:00-15:35: 55 + 395 min. By the calendar 71.5 h.
    // Friday 55 min, Monday 480, Tuesday 09:00-10:05 65: 600 min. By the calendar 90 h.
    const shown = await act("show");
    expect(shown).toContain(
      "Answered after 2 d 23 h (7 h 30 min of working time), resolved after 3 d 18 h (10 h of working time).",
    );
    const { db, clock } = counter;
    passTo("2026-11-25T08:00");
    await createRoller({ db, clock, workspace: { ...workspace, timeZone: TIME_ZONE }, log: SILENT }).drain();
    const { first_response_hours, resolution_hours } = await counter.ticketing.overviews.supportOverview(7);
    expect([first_response_hours.median, resolution_hours.median]).toEqual([71.5, 90]);
    const stats = await counter.command("ticket stats", { days: "7" }, counter.kim);
    expect(stats).toMatch(/First response · 2 d 23 h .*First response, working time · 7 h 30 min/);
    expect(stats).toMatch(/Resolution · 3 d 18 h .*Resolution, working time · 10 h/);
  });

  test("an answer leaves the resolution due, from the opening on", async () => {
    const thread = await openOnFriday();
    await sayAt("2026-11-23T09:30", "I look at it.", counter.kim, thread);
    // 72 h of work are nine days: 55 min on Friday, eight days until 2 December 17:00, and 425 min of the third.
    expect((await seen()).card).toContain("resolution due 3 Dec 16:05");
  });
});

describe("around the clock", () => {
  beforeEach(() => begin(AROUND_THE_CLOCK));

  test("the same thread is due by the calendar", async () => {
    const thread = await openOnFriday();
    expect((await seen()).card).toContain("first response due 21 Nov 00:05");
    passTo("2026-11-20T22:04");
    await roundOfTickets(counter.ticketing);
    expect((await seen()).warnings).toEqual([]);
    passTo("2026-11-20T22:05");
    await roundOfTickets(counter.ticketing);
    expect((await seen()).warnings).toEqual([expect.stringContaining("due 21 Nov 00:05, in 2 h.")]);
    await sayAt("2026-11-20T23:05", "I look at it.", counter.kim, thread);
    passTo("2026-12-12T18:05");
    expect(await act("show")).toContain("resolution was due 23 Nov 16:05: overdue by 19 d 2 h");
    expect(await counter.command("ticket list", {}, counter.kim)).toContain("in progress, overdue");
  });

  test("what it took is told by the calendar", async () => {
    const thread = await openOnFriday();
    await sayAt("2026-11-20T23:05", "I look at it.", counter.kim, thread);
    passTo("2026-11-21T10:05");
    await act("resolve");
    expect(await act("show")).toContain("Answered after 7 h, resolved after 18 h.");
  });
});

describe("after the resolution", () => {
  beforeEach(() => begin(AROUND_THE_CLOCK));

  test("the customer's word opens the ticket again within a week, and no more after it", async () => {
    const thread = await openOnFriday();
    passTo("2026-11-20T17:00");
    await act("resolve");
    await sayAt("2026-11-20T17:01", "You are welcome.", counter.kim, thread);
    expect((await find()).ticket.status).toBe("resolved");
    await sayAt("2026-11-27T16:59", "It happens again.", counter.dana, thread);
    expect((await find()).ticket.status).toBe("open");
    passTo("2026-11-28T10:00");
    await act("resolve");
    await sayAt("2026-12-05T10:01", "And again.", counter.dana, thread);
    expect((await find()).ticket.status).toBe("resolved");
    passTo("2026-12-12T10:00");
    await roundOfTickets(counter.ticketing);
    expect((await find()).ticket.status).toBe("resolved");
    passTo("2026-12-12T10:02");
    await roundOfTickets(counter.ticketing);
    expect((await find()).ticket.status).toBe("closed");
  });
});
