import fc from "fast-check";
import { expect, test } from "vitest";
import { differences } from "./differences.ts";
import { DAYS } from "./engine-answers.ts";
import { brokenLaws } from "./laws.ts";
import { live, type Lived } from "./live.ts";
import { askOverviews, overviewDifferences } from "./overview-differences.ts";
import { storedNumbers } from "./recompute.ts";
import { sqlDifferences, verifyWorld } from "./third-answer.ts";
import { randomWorld } from "./worlds.ts";

const WORLDS = Number(process.env["WORLDS"] ?? 25);
/** `SHRINK=no` stops at the first world that fails, for who only wants to know whether one does. */
const SHRINKS = process.env["SHRINK"] !== "no";
const SEED = Number(process.env["SEED"] ?? 1);

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

const SHRINKING_MS = 60_000;

/** A world takes about a second, so a failing one is made smaller for a minute only: after it every world passes for good. */
function createPatience() {
  let failedAt: number | undefined;
  return {
    isOver: () => failedAt !== undefined && performance.now() - failedAt > SHRINKING_MS,
    async whileLooking(look: () => Promise<void>): Promise<void> {
      try {
        await look();
      } catch (problem) {
        failedAt ??= performance.now();
        throw problem;
      }
    },
  };
}

test(
  `in ${WORLDS} random worlds every number is the one that counting by hand gives, whatever the order, batching and number of deliveries`,
  { timeout: 60_000 + WORLDS * 10_000 },
  async () => {
    let [deliveries, worlds] = [0, 0];
    const patience = createPatience();
    const property = fc.asyncProperty(randomWorld, async (random) => {
      if (patience.isOver()) return;
      await patience.whileLooking(() =>
        live(random, async (lived, world) => {
          expectVerdicts(lived);
          expect(differences(lived.answers, lived.oracle)).toEqual([]);
          expect(overviewDifferences(await askOverviews(world.overviews), lived.oracle)).toEqual([]);
          expect(await sqlDifferences(world, lived.oracle, DAYS)).toEqual([]);
          expect(brokenLaws(lived.answers, lived.oracle)).toEqual([]);
          if (worlds % 8 === 0) {
            expect((await verifyWorld(world, DAYS)).differences).toEqual([]);
            const before = await storedNumbers(world, lived.oracle.today);
            await world.roller.recomputeEverything();
            expect(await storedNumbers(world, lived.oracle.today)).toEqual(before);
          }
          [deliveries, worlds] = [deliveries + lived.deliveries.length, worlds + 1];
        }),
      );
    });
    await fc.assert(property, { numRuns: WORLDS, seed: SEED, endOnFailure: !SHRINKS });
    console.log(JSON.stringify({ guarantee: "G9", seed: SEED, worlds, deliveries }));
  },
);
