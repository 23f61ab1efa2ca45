import { amplification } from "./amplification.ts";
import type { Attack } from "./attack.ts";
import { forgedSessions } from "./forged-sessions.ts";
import { hostilePaths } from "./hostile-paths.ts";
import { manyPlans } from "./many-plans.ts";
import { onTarget } from "./on-target.ts";
import { silentSockets } from "./silent-sockets.ts";

const ATTACKS: readonly Attack[] = [forgedSessions, hostilePaths, amplification, silentSockets, manyPlans];
const MOST_P99_MS = 200;
const MOST_MEMORY_MB = 400;

/** `npm run attack`: every attack against a built service of its own, on loopback; or those whose names are given. */
async function main(names: readonly string[]): Promise<number> {
  let broken = 0;
  for (const attack of ATTACKS.filter(({ name }) => names.length === 0 || names.some((one) => name.includes(one)))) {
    const report = await onTarget(attack);
    const holds =
      report.failure === null &&
      report.healthz.failed === 0 &&
      report.healthz.p99 < MOST_P99_MS &&
      report.memoryMb < MOST_MEMORY_MB;
    process.stdout.write(`${JSON.stringify({ attack: attack.name, holds, ...report })}\n`);
    if (!holds) broken += 1;
  }
  return broken === 0 ? 0 : 1;
}

process.exit(await main(process.argv.slice(2)));
