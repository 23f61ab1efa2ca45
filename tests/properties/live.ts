import { createOracle, type Oracle } from "../oracle/numbers.ts";
import { createWorld, type World } from "../support/world.ts";
import { deliver, type Delivered } from "./deliver.ts";
import { askEngine, type EngineAnswers } from "./engine-answers.ts";
import type { RandomWorld } from "./worlds.ts";

export interface Lived extends Delivered {
  readonly random: RandomWorld;
  readonly answers: EngineAnswers;
  readonly oracle: Oracle;
}

/** Lets a world happen, asks the engine and counts by hand. The database is gone afterwards. */
export async function live<T>(random: RandomWorld, then: (lived: Lived, world: World) => Promise<T>): Promise<T> {
  const world = await createWorld(random.setting);
  try {
    const delivered = await deliver(world, random);
    const oracle = createOracle(delivered.deliveries, random.setting);
    return await then({ ...delivered, random, oracle, answers: await askEngine(world.reader) }, world);
  } finally {
    await world.close();
  }
}
