import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestWord } from "../../src/core/nearest-word.ts";

const METRICS = [
  "mrr",
  "arr",
  "arpu",
  "signups",
  "churn_rate",
  "error_rate",
  "open_tickets",
  "activations",
  "activation_rate",
];

test.each([
  ["mmr", "mrr"],
  ["MRR", "mrr"],
  ["sginups", "signups"],
  ["signup", "signups"],
  ["churnrate", "churn_rate"],
  ["opentickets", "open_tickets"],
  ["eror_rate", "error_rate"],
  ["open", "open_tickets"],
])("%s is taken for %s", (typed, meant) => {
  expect(nearestWord(typed, METRICS)).toBe(meant);
});

test.each(["x", "revenue", "", "activat", "zzzzzz"])("nothing is guessed for '%s'", (typed) => {
  expect(nearestWord(typed, METRICS)).toBeNull();
});

test.each(["11", "-1", "1.5"])("no number is taken for another: %s", (typed) => {
  expect(nearestWord(typed, ["0", "1", "10", "1.0"])).toBeNull();
});

test("one slip of the finger in a word of four letters or more still finds it", () => {
  const words = ["summary", "preview", "latency", "sessions"];
  const slip = fc.tuple(fc.constantFrom(...words), fc.nat(6), fc.constantFrom("drop", "double", "swap", "replace"));
  fc.assert(
    fc.property(slip, ([word, place, kind]) => {
      const at = place % (word.length - 1);
      const before = word.slice(0, at);
      const [letter = "", next = ""] = word.slice(at);
      const after = word.slice(at + 1);
      const typed = {
        drop: before + after,
        double: before + letter + letter + after,
        swap: before + next + letter + word.slice(at + 2),
        replace: `${before}q${after}`,
      }[kind];
      expect(nearestWord(typed, words)).toBe(word);
    }),
  );
});
