import { startProgram } from "../support/program.ts";
import { httpLoad, type HttpLoadResult } from "./http-load.ts";
import { PEOPLE } from "./history.ts";
import type { Figure, Outcome, Ratio, Section } from "./report.ts";
import { createUnlimitedKey } from "./service.ts";
import { ROWS, type Shared } from "./year.ts";

const SECONDS = 5;
const WARM_UP_SECONDS = 1;

/** What only reads. An export is as long as its rows, so of requests one day is taken; section `export` has them all. */
const PATHS = [
  "/api/metrics",
  "/api/metrics/summary?days=30",
  "/api/metrics/summary?days=366",
  "/api/metrics/daily?days=30",
  "/api/metrics/daily?days=366",
  "/api/metrics/activation-funnel?days=30",
  "/api/metrics/activation-funnel?days=366",
  "/api/metrics/revenue-breakdown?days=30",
  "/api/metrics/revenue-breakdown?days=366",
  "/api/metrics/support-overview?days=30",
  "/api/metrics/support-overview?days=366",
  "/api/metrics/error-overview?days=7",
  "/api/metrics/error-overview?days=366",
  "/api/metrics/series/dau?days=366",
  "/api/metrics/series/mrr?days=366&by=plan",
  "/api/metrics/explain/mrr?days=30",
  "/api/analytics/export/usage?days=1",
  "/api/analytics/export/agent-sessions?days=30",
] as const;

export const endpoints: Section = {
  name: "endpoints",
  about: `each GET endpoint over a year of ${PEOPLE.toLocaleString("en-US")} people and ${ROWS.toLocaleString("en-US")} requests, one reader after the other`,
  run,
};

async function run(shared: Shared): Promise<Outcome> {
  const { database, rolledUp } = await shared.year();
  await rolledUp();
  const settings = { DATABASE_URL: database.url, TIMEZONE: "UTC", CURRENCY: "USD", ROLE: "api" };
  const program = await startProgram(settings);
  try {
    const headers = { authorization: `Bearer ${await createUnlimitedKey("read", settings)}` };
    const load = (path: string, seconds: number) =>
      httpLoad({ url: `${program.url}${path}`, headers, connections: 1, seconds });
    await load("/healthz", WARM_UP_SECONDS);
    const health = await load("/healthz", SECONDS);
    const answers: [string, HttpLoadResult][] = [];
    for (const path of PATHS) {
      await load(path, WARM_UP_SECONDS);
      const answer = await load(path, SECONDS);
      if (answer.failed > 0 || answer.ok === 0) throw new Error(`${path}: ${answer.failed} answers were refused`);
      answers.push([path, answer]);
    }
    return outcome(answers, health);
  } finally {
    await program.stop();
  }
}

function outcome(answers: readonly (readonly [string, HttpLoadResult])[], health: HttpLoadResult): Outcome {
  return {
    ratios: answers.map(([path, { p99Ms }]): Ratio => ({
      what: `${path} / GET /healthz, p99`,
      value: p99Ms / health.p99Ms,
    })),
    figures: [...answers, ["/healthz", health] as const].flatMap(([path, { p50Ms, p99Ms }]): Figure[] => [
      { what: `${path}, p50`, value: p50Ms, unit: "ms" },
      { what: `${path}, p99`, value: p99Ms, unit: "ms" },
    ]),
    notes: [],
  };
}
