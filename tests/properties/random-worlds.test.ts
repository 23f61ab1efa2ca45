import fc from "fast-check";
import { expect, test } from "vitest";
import { differences } from "./differences.ts";
import { brokenLaws } from "./laws.ts";
import { live, type Lived } from "./live.ts";
import { storedNumbers } from "./recompute.ts";
import { randomWorld } from "./worlds.ts";

const WORLDS = Number(process.env["WORLDS"] ?? 25);
const SEED = process.env["SEED"];

const tally = (judgements: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    ["accepted", "duplicate", "conflict", "rejected"].map((kind) => [
      kind,
      judgements.filter((one) => one === kind).length,
    ]),
  );

function expectVerdicts({ isInOrder, verdicts, oracle }: Lived): void {
  if (isInOrder) expect(verdicts).toEqual(oracle.judgements);
  expect(tally(verdicts)).toEqual(tally(oracle.judgements));
}

test(
  `in ${WORLDS} random worlds every number is the one that counting by hand gives, whatever the order, batching and number of deliveries`,
  { timeout: 60_000 + WORLDS * 10_000 },
  async () => {
    let [events, worlds] = [0, 0];
    const property = fc.asyncProperty(randomWorld, async (random) => {
      await live(random, async (lived, world) => {
        expectVerdicts(lived);
        expect(differences(lived.answers, lived.oracle)).toEqual([]);
        expect(brokenLaws(lived.answers, lived.oracle)).toEqual([]);
        if (worlds % 8 === 0) {
          const before = await storedNumbers(world);
          await world.roller.recomputeEverything();
          expect(await storedNumbers(world)).toEqual(before);
        }
        [events, worlds] = [events + lived.deliveries.length, worlds + 1];
      });
    });
    await fc.assert(property, {
      numRuns: WORLDS,
      ...(SEED === undefined ? {} : { seed: Number(SEED) }),
      interruptAfterTimeLimit: 45_000 + WORLDS * 8_000,
    });
    console.log(JSON.stringify({ guarantee: "G9", worlds, deliveries: events }));
  },
);
