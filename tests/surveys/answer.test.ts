import fc from "fast-check";
import { expect, test } from "vitest";
import { reconcile, scoresSeen, standingAnswers, tallyOf, type Answer } from "../../src/surveys/answer.ts";

const vote = (person: string, digit: number, isBot = false) => ({ person, digit, isBot });

function answer(person: string, fields: Partial<Answer> = {}): Answer {
  const changedAt = "2026-11-20T09:00:00Z";
  return { person, publicScore: null, privateScore: null, reason: null, userId: person, changedAt, ...fields };
}

test("of several digits the lowest counts, and bots never do", () => {
  const votes = [vote("slack:A", 9), vote("slack:A", 3), vote("slack:B", 10), vote("slack:BOT", 0, true)];
  expect([...scoresSeen(votes)]).toEqual([
    ["slack:A", 3],
    ["slack:B", 10],
  ]);
});

test("what was seen replaces what was stored: new, changed, withdrawn, the same", () => {
  const stored = [
    answer("slack:A", { publicScore: 3 }),
    answer("slack:B", { publicScore: 9 }),
    answer("slack:C", { publicScore: 7 }),
  ];
  const seen = new Map([
    ["slack:A", 3],
    ["slack:B", 2],
    ["slack:D", 10],
  ]);
  expect(reconcile(stored, seen)).toEqual([
    { person: "slack:B", publicScore: 2 },
    { person: "slack:C", publicScore: null },
    { person: "slack:D", publicScore: 10 },
  ]);
});

test("whatever the order of events, the digits that are there decide", () => {
  const digits = fc.array(
    fc.record({ person: fc.constantFrom("a", "b", "c"), digit: fc.integer({ min: 0, max: 10 }) }),
  );
  fc.assert(
    fc.property(digits, fc.func(fc.integer()), (votes, order) => {
      const all = votes.map((one) => ({ ...one, isBot: false }));
      const shuffled = all.toSorted((one, other) => order(one) - order(other));
      const sorted = (scores: ReadonlyMap<string, number>) =>
        [...scores].toSorted(([one], [other]) => (one < other ? -1 : 1));
      expect(sorted(scoresSeen(shuffled))).toEqual(sorted(scoresSeen([...all, ...all])));
    }),
  );
});

test("one person with two identities counts once: a private answer first, then the latest", () => {
  const later = "2026-11-21T09:00:00Z";
  const [slack, discord] = [
    answer("slack:A", { userId: "u_1", privateScore: 2 }),
    answer("discord:1", { userId: "u_1", publicScore: 10, changedAt: later }),
  ];
  expect(standingAnswers([discord, slack])).toEqual([slack]);
  const publicly = { ...slack, privateScore: null, publicScore: 2 };
  expect(standingAnswers([publicly, discord])).toEqual([discord]);
  expect(standingAnswers([publicly, { ...discord, publicScore: null }])).toEqual([publicly]);
});

test("0 to 6 detract, 9 and 10 promote", () => {
  expect(tallyOf([0, 6, 7, 8, 9, 10])).toEqual({ detractors: 2, passives: 2, promoters: 2 });
  expect(tallyOf([])).toEqual({ detractors: 0, passives: 0, promoters: 0 });
});
