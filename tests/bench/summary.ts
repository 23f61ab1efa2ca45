import { httpLoad } from "./http-load.ts";
import { atMost, type Outcome, type Section } from "./report.ts";
import { countRows, startService } from "./service.ts";

const SECONDS = 8;
const WARM_UP_SECONDS = 2;

export const summary: Section = {
  name: "summary",
  about: "GET /api/metrics/summary?days=30 on the demo's year, one reader after the other",
  run,
};

async function run(): Promise<Outcome> {
  const started = performance.now();
  const service = await startService({ scope: "read", demo: true });
  const fillSeconds = (performance.now() - started) / 1_000;
  try {
    const load = { headers: service.headers, connections: 1 };
    const url = `${service.url}/api/metrics/summary?days=30`;
    await httpLoad({ ...load, url, seconds: WARM_UP_SECONDS });
    const answers = await httpLoad({ ...load, url, seconds: SECONDS });
    if (answers.failed > 0) throw new Error(`${answers.failed} summaries were refused`);
    const crowd = await httpLoad({ ...load, url, seconds: SECONDS, connections: 8 });
    const health = await httpLoad({ ...load, url: `${service.url}/healthz`, seconds: WARM_UP_SECONDS });
    return {
      ratios: [
        { what: "summary / GET /healthz, p50", value: answers.p50Ms / health.p50Ms },
        { what: "summary / GET /healthz, p99", value: answers.p99Ms / health.p99Ms },
      ],
      figures: [
        { what: "summary, p50", value: answers.p50Ms, unit: "ms" },
        { what: "summary, p99", value: answers.p99Ms, unit: "ms", aim: atMost(10) },
        { what: "summary, 8 readers at once, p50", value: crowd.p50Ms, unit: "ms" },
        { what: "summary, 8 readers at once, p99", value: crowd.p99Ms, unit: "ms" },
        { what: "summary, 8 readers at once", value: crowd.perSecond, unit: "answers/s" },
        { what: "healthz, p50", value: health.p50Ms, unit: "ms" },
        { what: "healthz, p99", value: health.p99Ms, unit: "ms" },
        { what: "requests in the demo", value: await countRows(service.bare, "usage_logs"), unit: "rows" },
        { what: "start with the demo's year", value: fillSeconds, unit: "s" },
      ],
      notes: [],
    };
  } finally {
    await service.stop();
  }
}
