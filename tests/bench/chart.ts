import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { atMost, type Outcome, type Section } from "./report.ts";

interface Drawn {
  readonly firstMs: number;
  readonly warmMs: number;
  /** Of all threads, one picture warm. */
  readonly cpuMs: number;
  readonly startMegabytes: number;
  readonly endMegabytes: number;
  readonly mostMegabytes: number;
}

export const chart: Section = {
  name: "chart",
  about: "a PNG as chat gets it, 600 × 330 at double density, and memory after 1,000 of them",
  run,
};

async function run(): Promise<Outcome> {
  const script = fileURLToPath(new URL("chart-child.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const drawn = JSON.parse(stdout) as Drawn;
  return {
    ratios: [],
    figures: [
      { what: "a chart, warm, median", value: drawn.warmMs, unit: "ms", aim: atMost(25) },
      { what: "its CPU", value: drawn.cpuMs, unit: "ms" },
      { what: "the first chart", value: drawn.firstMs, unit: "ms" },
      { what: "memory after 1,000", value: drawn.endMegabytes, unit: "MB", aim: atMost(250) },
      { what: "memory at most", value: drawn.mostMegabytes, unit: "MB" },
      { what: "memory before the first", value: drawn.startMegabytes, unit: "MB" },
    ],
    notes: [],
  };
}
