import { describe, expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { createVoider } from "../../src/events/void.ts";
import { settleMessage, type SurveyMessage } from "../../src/surveys/round-store.ts";
import { createSurveys, type Surveys } from "../../src/surveys/surveys.ts";
import { SILENT } from "../support/silent.ts";
import { createTestWorld } from "../support/world.ts";

const byNumber = (one: number, other: number) => one - other;
const NOW = "2026-11-20T09:00:00Z";

async function poll() {
  const world = await createTestWorld({ now: NOW });
  const { db, workspace } = world;
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const make = (intake = world.intake): Surveys =>
    createSurveys({ db, intake, voider: createVoider({ db, clock, workspace }), clock, log: SILENT });
  const surveys = make();
  const { surveyId } = await surveys.open({
    question: "How likely?",
    openedBy: "slack:U9",
    days: 7,
    places: [{ platform: "slack", channel: "C1", person: null }],
  });
  await db.work.run((sql) =>
    settleMessage(sql, { key: `${surveyId}-1`, attempts: null }, { state: "posted", messageId: "1.1" }),
  );
  const message = async () => (await surveys.result(surveyId)).messages[0] as SurveyMessage;
  const see = async (votes: Readonly<Record<string, number>>, by = surveys) =>
    by.see(
      await message(),
      Object.entries(votes).map(([person, digit]) => ({ person, digit, isBot: false })),
    );
  const events = () =>
    db.read.run(
      (sql) => sql<{ score: number; user_id: string; voided: boolean; feedback: string | null; event_id: string }[]>`
        select score, user_id, voided_at is not null as voided, feedback, event_id
        from nps_surveys join users using (user_no) order by row_no`,
    );
  const counted = async () =>
    (await events())
      .filter(({ voided }) => !voided)
      .map(({ score }) => score)
      .toSorted(byNumber);
  const nps = async () => {
    await world.settle();
    const { today } = await world.reader.series("nps", 1);
    return today.value;
  };
  let minutes = 0;
  const pass = () =>
    world.moveClock(
      Temporal.Instant.from(NOW)
        .add({ minutes: (minutes += 1) })
        .toString(),
    );
  return { ...world, surveys, make, surveyId, message, see, events, counted, nps, pass };
}

describe("public answers", () => {
  test("a changed answer takes back the earlier event, a withdrawn one leaves none", async () => {
    const { see, counted, pass, nps, events } = await poll();
    await see({ "slack:A": 9, "slack:B": 3 });
    expect(await counted()).toEqual([3, 9]);
    expect(await nps()).toBe(0);
    pass();
    await see({ "slack:A": 9, "slack:B": 10 });
    expect(await counted()).toEqual([9, 10]);
    expect(await nps()).toBe(100);
    pass();
    await see({ "slack:B": 10 });
    expect(await counted()).toEqual([10]);
    await see({});
    expect(await counted()).toEqual([]);
    expect(await nps()).toBeNull();
    expect(await events()).toHaveLength(3);
  });

  test("the same reading again sends nothing", async () => {
    const { see, events } = await poll();
    await see({ "slack:A": 9 });
    await see({ "slack:A": 9 });
    expect(await events()).toHaveLength(1);
  });

  test("a reading that began before another was stored is not stored", async () => {
    const { surveys, message, see, counted } = await poll();
    const early = await message();
    await see({ "slack:A": 2 });
    expect(await surveys.see(early, [{ person: "slack:A", digit: 10, isBot: false }])).toBe("outdated");
    expect(await counted()).toEqual([2]);
  });

  test("of many readings at once, on two instances, those stored leave one event a person", async () => {
    const { surveys, make, otherIntake, see, counted, surveyId, pass } = await poll();
    const other = make(otherIntake);
    for (let round = 0; round < 5; round += 1) {
      pass();
      await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          see({ "slack:A": (round + index) % 11, "slack:B": index }, index % 2 === 0 ? surveys : other),
        ),
      );
    }
    const { answers } = await surveys.result(surveyId);
    expect(await counted()).toEqual(answers.map(({ publicScore }) => publicScore ?? -1).toSorted(byNumber));
    expect(await counted()).toHaveLength(2);
  });

  test("neither events nor results name the person", async () => {
    const { see, events } = await poll();
    await see({ "slack:UDANA": 9 });
    expect(JSON.stringify(await events())).not.toContain("UDANA");
    expect((await events())[0]?.user_id).toMatch(/^chat_/);
  });

  test("a closed round takes no more answers", async () => {
    const { surveys, see, surveyId, counted } = await poll();
    await see({ "slack:A": 9 });
    await surveys.close(surveyId);
    expect(await see({ "slack:A": 1 })).toBe("closed");
    await expect(surveys.answer(surveyId, { person: "slack:B", score: 1, reason: null })).rejects.toMatchObject({
      code: "survey_closed",
    });
    expect(await counted()).toEqual([9]);
  });
});

describe("private answers", () => {
  test("one beats the same person's reactions until it is taken back", async () => {
    const { surveys, see, surveyId, counted, events, pass } = await poll();
    await see({ "slack:A": 9 });
    pass();
    await surveys.answer(surveyId, { person: "slack:A", score: 2, reason: "too slow" });
    expect(await counted()).toEqual([2]);
    await see({ "slack:A": 10 });
    expect(await counted()).toEqual([2]);
    expect((await events()).at(-1)).toMatchObject({ feedback: "too slow", voided: false });
    pass();
    await surveys.answer(surveyId, { person: "slack:A", score: null, reason: null });
    expect(await counted()).toEqual([10]);
  });
});

describe("after a crash", () => {
  test.each(["before the event was sent", "after it was sent", "before the earlier one was taken back"])(
    "%s, the next teller leaves one event",
    async (moment) => {
      const { db, surveys, see, make, counted, intake, pass, workspace, surveyId, message } = await poll();
      await see({ "slack:A": 9 });
      pass();
      const clock = { now: () => Temporal.Instant.from("2026-11-20T09:01:00Z") };
      const voider = createVoider({ db, clock, workspace });
      const dead = () => Promise.reject(new Error("killed"));
      const crashing = createSurveys({
        db,
        clock,
        log: SILENT,
        voider: moment.startsWith("before the earlier") ? { voidEvent: dead } : voider,
        intake: {
          accept: async (...given) => {
            if (moment === "after it was sent") await intake.accept(...given);
            return dead();
          },
        },
      });
      await expect(crashing.see(await message(), [{ person: "slack:A", digit: 3, isBot: false }])).rejects.toThrow(
        "killed",
      );
      await make().finishTelling();
      expect(await counted()).toEqual([3]);
      pass();
      await see({ "slack:A": 7 });
      expect(await counted()).toEqual([7]);
      expect((await surveys.result(surveyId)).answers).toHaveLength(1);
    },
  );

  test("an event of a killed process that arrives late is a duplicate of what was taken back", async () => {
    const { db, see, make, counted, intake, pass, workspace, message } = await poll();
    const clock = { now: () => Temporal.Instant.from(NOW) };
    const late: Parameters<typeof intake.accept>[] = [];
    const killed = createSurveys({
      db,
      clock,
      log: SILENT,
      voider: createVoider({ db, clock, workspace }),
      intake: {
        accept: (...given) => {
          late.push(given);
          return Promise.reject(new Error("killed"));
        },
      },
    });
    await expect(killed.see(await message(), [{ person: "slack:A", digit: 3, isBot: false }])).rejects.toThrow(
      "killed",
    );
    pass();
    await see({ "slack:A": 10 }, make());
    for (const given of late) await intake.accept(...given);
    expect(await counted()).toEqual([10]);
  });
});

describe("one person with several identities", () => {
  test("linking turns earlier answers over to the product's user, at the time they were given", async () => {
    const { surveys, see, counted, pass, db, nps } = await poll();
    await see({ "slack:A": 9 });
    pass();
    await see({ "slack:A": 9, "slack:B": 3 });
    pass();
    expect(await surveys.link("slack:A", { userId: "u_7" }, "slack:U9")).toBe("u_7");
    expect(await counted()).toEqual([3, 9]);
    expect(await nps()).toBe(0);
    const events = await db.read.run(
      (sql) => sql<{ user_id: string; at: string }[]>`
        select user_id, to_json(occurred_at) #>> '{}' as at from nps_surveys join users using (user_no)
        where voided_at is null and score = 9`,
    );
    expect(events).toEqual([{ user_id: "u_7", at: "2026-11-20T09:00:00+00:00" }]);
    expect(await see({ "slack:A": 10, "slack:B": 3 })).toBe("stored");
    expect(await counted()).toEqual([3, 10]);
  });

  test("two identities of one person are one answer, also when one is linked to the other and back", async () => {
    const { surveys, see, counted, pass, surveyId, nps } = await poll();
    await see({ "slack:A": 10, "slack:B": 0, "slack:C": 10 });
    expect(await nps()).toBeCloseTo(33.33, 1);
    pass();
    await surveys.link("slack:B", { person: "slack:A" }, "slack:U9");
    expect((await surveys.result(surveyId)).answers).toHaveLength(2);
    expect(await counted()).toHaveLength(2);
    await surveys.answer(surveyId, { person: "slack:B", score: 5, reason: null });
    expect(await counted()).toEqual([5, 10]);
    await surveys.link("slack:B", { userId: "u_b" }, "slack:U9");
    expect(await counted()).toEqual([5, 10, 10]);
    expect(await nps()).toBeCloseTo(33.33, 1);
  });
});
