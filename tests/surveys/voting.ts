import { nps } from "../oracle/nps.ts";
import type { Ground } from "./grounds.ts";

export const VOTERS = 500;

/** Numbers from 0 to below 1 that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Each votes; half of them change or withdraw, in between others' votes. */
export async function vote(
  ground: Ground,
  message: string,
  random: () => number,
  midway: (share: number) => Promise<void>,
): Promise<void> {
  const steps = VOTERS * 2;
  for (let step = 0; step < steps; step += 1) {
    const person = ground.person(step < VOTERS ? step : Math.floor(random() * VOTERS));
    const digits = ground.held(message).get(person) ?? [];
    const [old] = digits;
    if (step >= VOTERS && old !== undefined && random() < 0.8) ground.unreact(message, old, person);
    if (step < VOTERS || random() < 0.7) ground.react(message, Math.floor(random() * 11), person);
    if (step % 25 === 0) await ground.settled();
    await midway(step / steps);
  }
}

/** What the oracle makes of one answer each. */
export function oracleOf(scores: readonly number[]) {
  const facts = scores.map((score, index) => {
    const user = `u${index}`;
    return {
      id: user,
      at: BigInt(index),
      arrival: index,
      type: "nps",
      day: "2026-11-20",
      user,
      team: null,
      body: { score },
    };
  });
  const rules = { detractorUpTo: 6, promoterFrom: 9, order: () => 0 };
  const { score, responses, interval } = nps(facts as never, "2026-11-20", rules as never);
  return { nps_score: score, nps_responses: responses, nps_interval: interval };
}
