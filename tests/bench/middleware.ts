import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { httpLoad, type HttpLoadResult } from "./http-load.ts";
import { cpuSeconds } from "./process-cpu.ts";
import { atLeast, median, type Outcome, type Section } from "./report.ts";

const CONNECTIONS = 32;
const SECONDS = 2;
const WARM_UP_SECONDS = 2;
const ROUNDS = 7;
const WAYS = ["bare", "empty", "tracked"] as const;
type Way = (typeof WAYS)[number];

export const middleware: Section = {
  name: "middleware",
  about: `GET /hello/:name of a Hono application with and without trackRequests, ${CONNECTIONS} connections, ${ROUNDS} rounds in turn`,
  run,
};

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

/** The rounds take turns, and each compares with the bare one of the same round: a busy machine is busy for all. */
async function run(): Promise<Outcome> {
  const sink = await start("middleware-sink.mjs", []);
  const started: Started[] = [sink];
  try {
    const apps = {} as Record<Way, Started>;
    for (const way of WAYS) {
      apps[way] = await start("middleware-app.mjs", [way, `http://127.0.0.1:${sink.port}`]);
      started.push(apps[way]);
    }
    for (const way of WAYS) await load(apps[way], WARM_UP_SECONDS);
    const results: Record<Way, HttpLoadResult[]> = { bare: [], empty: [], tracked: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      const order = round % 2 === 0 ? WAYS : WAYS.toReversed();
      for (const way of order) results[way].push(await load(apps[way], SECONDS));
    }
    return outcome(results, await stats(apps.tracked));
  } finally {
    for (const { child } of started) child.kill("SIGKILL");
  }
}

function outcome(results: Record<Way, HttpLoadResult[]>, told: Stats): Outcome {
  const ratio = (way: Way, of: Way, figure: (result: HttpLoadResult) => number) =>
    median(results[way].map((result, round) => figure(result) / figure(results[of][round] ?? result)));
  const middle = (way: Way, figure: (result: HttpLoadResult) => number) => median(results[way].map(figure));
  const micros = (result: HttpLoadResult) => result.cpuMicros["program"] ?? Number.NaN;
  return {
    ratios: [
      { what: "tracked / bare", value: ratio("tracked", "bare", (one) => one.perSecond), aim: atLeast(0.95) },
      { what: "tracked / a middleware that does nothing", value: ratio("tracked", "empty", (one) => one.perSecond) },
      { what: "a middleware that does nothing / bare", value: ratio("empty", "bare", (one) => one.perSecond) },
    ],
    figures: [
      ...WAYS.flatMap((way) => [
        { what: way, value: middle(way, (one) => one.perSecond), unit: "answers/s" },
        { what: `${way}, CPU an answer`, value: middle(way, micros), unit: "µs" },
        { what: `${way}, p99`, value: middle(way, (one) => one.p99Ms), unit: "ms" },
      ]),
      {
        what: "added p99",
        value: middle("tracked", (one) => one.p99Ms) - middle("bare", (one) => one.p99Ms),
        unit: "ms",
      },
      { what: "recorded", value: told.recorded, unit: "requests" },
      { what: "of these brought", value: (100 * told.accepted) / told.recorded, unit: "%" },
      { what: "of these dropped", value: told.dropped, unit: "requests" },
    ],
    notes: [],
  };
}

interface Stats {
  readonly recorded: number;
  readonly accepted: number;
  readonly dropped: number;
}

async function stats({ child }: Started): Promise<Stats> {
  child.send("stats");
  const [told] = (await once(child, "message")) as [Stats];
  return told;
}

async function start(file: string, words: readonly string[]): Promise<Started> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), words, { execArgv: [] });
  const [port] = (await once(child, "message")) as [number];
  return { child, port };
}

function load({ port, child }: Started, seconds: number): Promise<HttpLoadResult> {
  return httpLoad({
    url: `http://127.0.0.1:${port}/hello/world`,
    connections: CONNECTIONS,
    seconds,
    cpu: { program: () => cpuSeconds(child.pid ?? 0) },
  });
}
