import { expect, test } from "vitest";
import { createNumbering } from "../../src/events/numbering.ts";
import { createTestDatabase } from "../support/database.ts";
import { API, intakeOn, request, rowsOf, tally } from "./support.ts";

const people = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) =>
    request(undefined, { user_id: `u${from + n}`, team_id: `t${(from + n) % 50}` }),
  );

test("people met by many calls at once are numbered densely by one instance", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  await Promise.all(Array.from({ length: 10 }, (_, call) => intake.accept(people(call * 250, 1_000), API)));
  const [row] = await rowsOf(db, "select count(*)::integer as people, max(user_no) as largest from users");
  expect(row).toEqual({ people: 3_250, largest: 3_250 });
  const [teams] = await rowsOf(db, "select count(*)::integer as teams, max(team_no) as largest from teams");
  expect(teams).toEqual({ teams: 50, largest: 50 });
});

test("several instances that meet the same people at once give each one number, and leave few out", async () => {
  const db = await createTestDatabase();
  const intakes = [1, 2, 3, 4].map(() => intakeOn(db));
  const verdicts = await Promise.all(intakes.map((intake) => intake.accept(people(0, 1_000), API)));
  expect(tally(verdicts.flat()).accepted).toBe(4_000);
  const rows = await rowsOf(
    db,
    "select count(distinct user_id)::integer as people, count(distinct user_no)::integer as numbers, max(user_no) <= 4000 as dense from users",
  );
  expect(rows).toEqual([{ people: 1_000, numbers: 1_000, dense: true }]);
  const [requests] = await rowsOf(
    db,
    "select bool_and(n = 4) as each_four_times from (select count(*) as n from usage_logs join users using (user_no) group by user_id) counted",
  );
  expect(requests).toEqual({ each_four_times: true });
});

test("known people cost no number", async () => {
  const db = await createTestDatabase();
  for (let round = 0; round < 3; round += 1) await intakeOn(db).accept(people(0, 20), API);
  expect(await rowsOf(db, "select max(user_no) as largest from users")).toEqual([{ largest: 20 }]);
});

test("a numbering that may remember two ids still answers hundreds, and asks once for those that come together", async () => {
  const asked: (readonly string[])[] = [];
  const numbering = createNumbering({
    capacity: 2,
    look: async (ids) => {
      asked.push(ids);
      return new Map(ids.map((id) => [id, Number(id)]));
    },
  });
  const ids = Array.from({ length: 300 }, (_, n) => String(n));
  const answers = await Promise.all([numbering.learn(ids.slice(0, 200)), numbering.learn(ids.slice(100))]);
  expect(answers.map((answer) => answer.get("150"))).toEqual([150, 150]);
  expect(asked).toEqual([ids]);
  expect(ids.filter((id) => numbering.get(id) !== undefined).length).toBeLessThanOrEqual(4);
  expect(numbering.get("299")).toBe(299);
});

test("a look-up that fails fails those who asked, and the next one is tried", async () => {
  let tries = 0;
  const numbering = createNumbering({
    capacity: 10,
    look: async (ids) => {
      tries += 1;
      if (tries === 1) throw new Error("away");
      return new Map(ids.map((id) => [id, 1]));
    },
  });
  await expect(numbering.learn(["a"])).rejects.toThrow("away");
  expect((await numbering.learn(["a"])).get("a")).toBe(1);
});
