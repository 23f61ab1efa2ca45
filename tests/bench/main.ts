import { availableParallelism, cpus, loadavg } from "node:os";
import { chart } from "./chart.ts";
import { commands } from "./commands.ts";
import { endpoints } from "./endpoints.ts";
import { exports } from "./export.ts";
import { intakeBatch } from "./intake-batch.ts";
import { intakeSingle } from "./intake-single.ts";
import { lateRevenue } from "./late-revenue.ts";
import { middleware } from "./middleware.ts";
import { mau } from "./mau.ts";
import { recompute } from "./recompute.ts";
import { table, type Section } from "./report.ts";
import { rollup } from "./rollup.ts";
import { summary } from "./summary.ts";
import { createShared, type Shared } from "./year.ts";

const SECTIONS: readonly Section[] = [
  intakeSingle,
  intakeBatch,
  rollup,
  mau,
  summary,
  recompute,
  lateRevenue,
  endpoints,
  exports,
  chart,
  middleware,
  commands,
];

/** Runs the sections whose names begin with one of the words given; all of them without a word. */
async function main(words: readonly string[]): Promise<void> {
  const unknown = words.find((word) => !SECTIONS.some((section) => section.name.startsWith(word)));
  if (unknown !== undefined) {
    console.error(`There is no section ${unknown}. There are: ${SECTIONS.map((section) => section.name).join(", ")}.`);
    process.exitCode = 1;
    return;
  }
  const chosen = SECTIONS.filter((one) => words.length === 0 || words.some((word) => one.name.startsWith(word)));
  console.log(`${cpus()[0]?.model ?? "unknown CPU"}, ${availableParallelism()} cores, Node ${process.versions.node}`);
  const shared = createShared();
  try {
    for (const section of chosen) await report(section, shared);
  } finally {
    await shared.stop();
  }
}

async function report({ name, about, run }: Section, shared: Shared): Promise<void> {
  const load = loadavg()[0] ?? 0;
  console.log(`\n${name}: ${about} (load before: ${load.toFixed(1)})`);
  const start = performance.now();
  const outcome = await run(shared);
  const seconds = Math.round((performance.now() - start) / 1_000);
  console.log(table(outcome));
  console.log(JSON.stringify({ section: name, seconds, load, ...outcome }));
  globalThis.gc?.();
}

await main(process.argv.slice(2));
