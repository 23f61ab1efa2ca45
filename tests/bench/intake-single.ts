import { startHello } from "./hello.ts";
import { httpLoad, type HttpLoadResult } from "./http-load.ts";
import { findPgbench, runPgbench } from "./pgbench.ts";
import { cpuSeconds, familyCpuSeconds } from "./process-cpu.ts";
import { atLeast, type Figure, type Outcome, type Section } from "./report.ts";
import { requestEvent } from "./request-events.ts";
import { countRows, startService, type Service } from "./service.ts";

const CONNECTIONS = 64;
const SECONDS = 8;
const WARM_UP_SECONDS = 3;
/** More than a connection can send in the time. */
const EVENTS_A_CONNECTION_A_SECOND = 600;

export const intakeSingle: Section = {
  name: "intake-single",
  about: `one durable event a request, ${CONNECTIONS} connections`,
  run,
};

async function run(): Promise<Outcome> {
  const hello = await measureHello();
  const service = await startService({ scope: "ingest" });
  try {
    const warmUp = await post(service, "warm", WARM_UP_SECONDS);
    const events = await post(service, "run", SECONDS);
    const answered = warmUp.ok + events.ok;
    const rows = await countRows(service.bare, "usage_logs");
    // The client cuts its connections in the end: what is under way then is stored and not counted.
    if (rows < answered || rows > answered + 2 * CONNECTIONS)
      throw new Error(`${answered} events were acknowledged and ${rows} are stored`);
    const inserts = await measureInserts(service);
    return {
      ratios: [
        { what: "events / Hono's GET hello", value: events.perSecond / hello.perSecond, aim: atLeast(0.5) },
        ...(inserts === null
          ? []
          : [{ what: "events / pgbench's inserts", value: events.perSecond / inserts, aim: atLeast(1.2) }]),
      ],
      figures: [
        ...figures("hello", hello),
        ...figures("events", events),
        ...(inserts === null ? [] : [{ what: "pgbench", value: inserts, unit: "inserts/s" }]),
        { what: "refused or lost", value: warmUp.failed + events.failed, unit: "answers" },
      ],
      notes: inserts === null ? ["pgbench is not here"] : [],
    };
  } finally {
    await service.stop();
  }
}

function figures(what: string, result: HttpLoadResult): Figure[] {
  return [
    { what, value: result.perSecond, unit: "answers/s" },
    { what: `${what}, p50`, value: result.p50Ms, unit: "ms" },
    { what: `${what}, p99`, value: result.p99Ms, unit: "ms" },
    ...Object.entries(result.cpuMicros).map(([who, value]) => ({
      what: `${what}, CPU of the ${who} an answer`,
      value,
      unit: "µs",
    })),
  ];
}

async function measureHello(): Promise<HttpLoadResult> {
  const hello = await startHello();
  try {
    const load = { url: hello.url, connections: CONNECTIONS, cpu: { program: () => cpuSeconds(hello.pid) } };
    await httpLoad({ ...load, seconds: WARM_UP_SECONDS });
    return await httpLoad({ ...load, seconds: SECONDS });
  } finally {
    await hello.stop();
  }
}

function post({ url, headers, pid, server }: Service, name: string, seconds: number): Promise<HttpLoadResult> {
  const each = seconds * EVENTS_A_CONNECTION_A_SECOND;
  return httpLoad({
    url: `${url}/api/events`,
    connections: CONNECTIONS,
    seconds,
    headers,
    bodiesOf: (connection) =>
      Array.from({ length: each }, (_, at) => JSON.stringify({ events: [requestEvent(name, connection * each + at)] })),
    cpu: { program: () => cpuSeconds(pid), database: () => familyCpuSeconds(server.pid) },
  });
}

/** The same columns and index, and no more: what one client after the other costs the same server. */
async function measureInserts({ bare, server }: Service): Promise<number | null> {
  const binary = findPgbench();
  if (binary === null) return null;
  await bare`create table one_by_one (like usage_logs including defaults)`;
  await bare`create index on one_by_one (occurred_at)`;
  const script = `\\set no random(1, 1000000000)
insert into one_by_one (occurred_at, event_hash, user_no, feature_no, duration_ms, latency_bucket, status, source_no)
values (now(), :no, :no % 1000, :no % 200, 12.5, 126, 200, 1);
`;
  await runPgbench({ binary, server, script, clients: CONNECTIONS, seconds: WARM_UP_SECONDS });
  return await runPgbench({ binary, server, script, clients: CONNECTIONS, seconds: SECONDS });
}
