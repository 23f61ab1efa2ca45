import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "../../support/child.ts";

const INSTANCES = 3;

/** Mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Kills or stops instances at random until told to end; whoever is killed is started again at once. */
export async function harass(start: () => Child, random: () => number, isOver: () => boolean) {
  const children = Array.from({ length: INSTANCES }, start);
  const harm = { killed: 0, stopped: 0 };
  while (!isOver()) {
    await sleep(300 + 500 * random());
    const index = Math.floor(random() * INSTANCES);
    const victim = children[index];
    if (victim === undefined) continue;
    if (random() < 0.5) {
      victim.process.kill("SIGKILL");
      await victim.ended;
      children[index] = start();
      harm.killed += 1;
    } else {
      victim.process.kill("SIGSTOP");
      harm.stopped += 1;
      void sleep(1_700 + 1_000 * random()).then(() => victim.process.kill("SIGCONT"));
    }
  }
  for (const child of children) {
    child.process.kill("SIGCONT");
    child.process.kill("SIGKILL");
  }
  await Promise.all(children.map((child) => child.ended));
  return harm;
}
