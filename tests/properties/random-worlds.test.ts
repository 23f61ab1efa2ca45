import fc from "fast-check";
import { expect, test } from "vitest";
import { createOracle, type Oracle } from "../oracle/numbers.ts";
import { createWorld, type World } from "../support/world.ts";
import { deliver, type Delivered } from "./deliver.ts";
import { differences } from "./differences.ts";
import { askEngine, type EngineAnswers } from "./engine-answers.ts";
import { brokenLaws } from "./laws.ts";
import { storedNumbers } from "./recompute.ts";
import { randomWorld, type RandomWorld } from "./worlds.ts";

const WORLDS = Number(process.env["WORLDS"] ?? 25);
const SEED = process.env["SEED"];

interface Lived extends Delivered {
  readonly answers: EngineAnswers;
  readonly oracle: Oracle;
}

async function live(random: RandomWorld, then: (world: World, lived: Lived) => Promise<void>): Promise<void> {
  const world = await createWorld(random.setting);
  try {
    const delivered = await deliver(world, random);
    const oracle = createOracle(delivered.deliveries, random.setting);
    await then(world, { ...delivered, oracle, answers: await askEngine(world.reader) });
  } finally {
    await world.close();
  }
}

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
      await live(random, async (world, lived) => {
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
