import { describe, expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { dueWave, nextWave, type WavePlan } from "../../src/surveys/waves.ts";
import { createTeam, guest, member } from "./team.ts";

const day = (text: string) => Temporal.PlainDate.from(text);
const instant = (text: string) => Temporal.Instant.from(text);

function plan(parts: Partial<WavePlan> = {}): WavePlan {
  return {
    unit: "month",
    every: 1,
    startsOn: day("2026-01-31"),
    at: "10:00",
    createdAt: instant("2026-01-01T00:00:00Z"),
    lastWaveOn: null,
    ...parts,
  };
}

/** Looks once an hour, and takes every wave that is due. */
function firings(wanted: WavePlan, until: string, timeZone: string): string[] {
  const fired: string[] = [];
  let lastWaveOn = wanted.lastWaveOn;
  for (let now = wanted.createdAt; Temporal.Instant.compare(now, instant(until)) < 0; now = now.add({ hours: 1 })) {
    const due = dueWave({ ...wanted, lastWaveOn }, now, timeZone);
    if (due === null) continue;
    lastWaveOn = due.day;
    fired.push(due.dueAt.toString());
  }
  return fired;
}

describe("when a survey comes again", () => {
  test("the 31st comes back after a short month", () => {
    const days = firings(plan(), "2026-06-15T00:00:00Z", "UTC").map((at) => at.slice(5, 10));
    expect(days).toEqual(["01-31", "02-28", "03-31", "04-30", "05-31"]);
  });

  test("every quarter and every six weeks, at the same time on the wall over clock changes, each once", () => {
    const quarterly = plan({ every: 3, startsOn: day("2026-01-15") });
    expect(firings(quarterly, "2027-01-01T00:00:00Z", "Europe/Berlin")).toEqual([
      "2026-01-15T09:00:00Z",
      "2026-04-15T08:00:00Z",
      "2026-07-15T08:00:00Z",
      "2026-10-15T08:00:00Z",
    ]);
    const weeks = plan({ unit: "week", every: 6, startsOn: day("2026-02-15") });
    expect(firings(weeks, "2026-07-01T00:00:00Z", "America/New_York")).toEqual([
      "2026-02-15T15:00:00Z",
      "2026-03-29T14:00:00Z",
      "2026-05-10T14:00:00Z",
      "2026-06-21T14:00:00Z",
    ]);
  });

  test("a time that clocks jump over fires after the jump, one that comes twice the first time, a lost day the next", () => {
    const weekly = { unit: "week", every: 1 } as const;
    const jump = plan({ ...weekly, startsOn: day("2026-03-29"), at: "02:30" });
    expect(firings(jump, "2026-04-01T00:00:00Z", "Europe/Berlin")).toEqual(["2026-03-29T01:00:00Z"]);
    const twice = plan({ ...weekly, startsOn: day("2026-10-25"), at: "02:30" });
    expect(firings(twice, "2026-10-28T00:00:00Z", "Europe/Berlin")).toEqual(["2026-10-25T00:30:00Z"]);
    const lost = plan({ startsOn: day("2011-12-30"), createdAt: instant("2011-12-01T00:00:00Z") });
    expect(firings(lost, "2012-01-15T00:00:00Z", "Pacific/Apia")).toEqual(["2011-12-30T20:00:00Z"]);
  });

  test("in every rhythm and zone, the next wave that was told is the one that is due then, whatever the hour of looking", () => {
    for (const timeZone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
      for (const [unit, every] of [
        ["month", 1],
        ["month", 3],
        ["week", 1],
        ["week", 5],
      ] as const) {
        const wanted = plan({ unit, every, at: "02:30" });
        let told = nextWave(wanted, wanted.createdAt, timeZone).dueAt;
        for (const at of firings(wanted, "2027-02-01T00:00:00Z", timeZone)) {
          expect(at).toBe(told.toString());
          told = nextWave(wanted, instant(at), timeZone).dueAt;
        }
      }
  });

  test("it first fires at its first due time after it was made; of missed ones only the newest counts, for a week", () => {
    const wanted = plan({ startsOn: day("2026-11-01"), createdAt: instant("2026-11-20T09:00:00Z") });
    expect(dueWave(wanted, instant("2026-11-30T00:00:00Z"), "UTC")).toBeNull();
    expect(nextWave(wanted, instant("2026-11-20T09:00:00Z"), "UTC").dueAt.toString()).toBe("2026-12-01T10:00:00Z");
    const standingAt = (now: string) => dueWave(wanted, instant(now), "UTC");
    expect(standingAt("2026-12-01T10:01:00Z")?.standing).toBe("on time");
    expect(standingAt("2027-03-03T10:00:00Z")).toMatchObject({ standing: "late", day: day("2027-03-01") });
    expect(standingAt("2027-03-20T10:00:00Z")?.standing).toBe("missed");
  });
});

describe("/nps schedule", () => {
  const NEXT = "2026-12-20T10:00:30Z";

  test("asks each wave once with three instances, and lists and stops what it made", async () => {
    const { ask, tick, moveClock, chat, first, another, surveys } = await createTeam();
    expect((await ask(member, "nps waves")).text).toContain("/nps schedule monthly");
    const made = await ask(member, "nps schedule monthly <#C7|community> 5 How is it going? --start=2026-11-20");
    expect(made.text).toContain("will be asked every month, first Friday 20 November 10:00 UTC");
    expect((await ask(member, "nps waves")).text).toContain("none yet");
    moveClock("2026-11-20T10:00:30Z");
    const instances = [first, another(), another()];
    for (let round = 0; round < 3; round += 1) await tick(...instances);
    expect(chat.shown("C7")).toHaveLength(1);
    expect(JSON.stringify(chat.shown("C7")[0]?.posting.message)).toContain("How is it going?");
    expect((await ask(member, "nps waves")).text).toContain("2026-11-20: asked");
    moveClock(NEXT);
    await tick(...instances);
    expect(chat.shown("C7").filter(({ posting }) => !JSON.stringify(posting).includes("Not answered"))).toHaveLength(2);
    expect(await surveys.list(10)).toHaveLength(2);
    expect((await ask(guest, "nps stop 1")).ok).toBe(false);
    expect((await ask(member, "nps stop 1")).text).toContain("Stopped");
    expect((await ask(member, "nps stop 1")).text).toContain("/nps waves");
    moveClock("2027-01-20T10:00:30Z");
    await tick(...instances);
    expect(await surveys.list(10)).toHaveLength(2);
  });

  test("asks nobody within 90 days, whatever survey or platform it was, and everybody once afterwards", async () => {
    const { ask, tick, moveClock, chat, discord, surveys } = await createTeam();
    await surveys.link("discord:71", { person: "slack:U1" }, "slack:U9");
    await ask(member, "nps schedule weekly <!subteam^S1> <@&5> --weeks 4 --start 2026-11-20");
    const asked = () =>
      ["DU1", "DU2", "DU3"].map((channel) => chat.shown(channel).filter(isQuestion).length).join("") +
      ["D71", "D72"].map((channel) => discord.chat.shown(channel).filter(isQuestion).length).join("");
    const isQuestion = ({ posting }: { posting: object }) => !JSON.stringify(posting).includes("Not answered yet?");
    moveClock("2026-11-20T10:00:30Z");
    await tick();
    // U1 and 71 are one person, who is asked on the first of the platforms.
    expect(asked()).toBe("11101");
    for (const later of ["2026-12-18T10:00:30Z", "2027-01-15T10:00:30Z", "2027-02-12T10:00:30Z"]) {
      moveClock(later);
      await tick();
      expect(asked()).toBe("11101");
    }
    expect((await ask(member, "nps waves")).text).toContain("nobody to ask");
    moveClock("2027-03-12T10:00:30Z");
    await tick();
    expect(asked()).toBe("22202");
  });

  test("a wave that was missed is asked within a week, looked for first, and then left out", async () => {
    const { ask, tick, moveClock, chat, db, hurry, surveys } = await createTeam();
    await ask(member, "nps schedule monthly <@U1> --start 2026-11-20");
    moveClock("2026-11-24T12:00:00Z");
    await tick();
    await hurry();
    await tick();
    expect(chat.shown("DU1")).toHaveLength(1);
    // A dump of before the wave was restored: the program knows nothing of it, the platform does.
    for (const table of ["survey_rounds", "survey_messages"])
      await db.work.run((sql) => sql`delete from ${sql(table)}`);
    await db.work.run((sql) => sql`update survey_schedules set last_wave_on = null`);
    await tick();
    await hurry();
    await tick();
    expect(chat.shown("DU1")).toHaveLength(1);
    expect((await surveys.list(5)).map(({ kind }) => kind)).toEqual(["wave"]);
    moveClock("2027-03-01T12:00:00Z");
    await tick();
    expect((await ask(member, "nps waves")).text).toContain("2027-02-20: left out, a week late");
    expect(chat.shown("DU1")).toHaveLength(1);
  });

  test("what is not understood is said, and nothing is made", async () => {
    const { ask } = await createTeam();
    expect((await ask(member, "nps schedule daily")).text).toContain("`monthly`, `quarterly` or `weekly`");
    expect((await ask(member, "nps schedule monthly --at noon")).text).toContain("`at` must be a time");
    expect((await ask(member, "nps schedule monthly <#C1> <@U1>")).text).toContain("Name one channel");
    expect((await ask(guest, "nps schedule monthly")).ok).toBe(false);
    expect((await ask(member, "nps waves")).data).toEqual([]);
  });
});
