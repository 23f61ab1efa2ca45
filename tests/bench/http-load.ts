import autocannon from "autocannon";
import { quantile } from "./report.ts";

export interface HttpLoad {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The bodies that one connection posts, in turn; without it, it gets. They are built before the clock starts. */
  readonly bodiesOf?: (connection: number) => readonly string[];
  /** Whose CPU time is told besides the client's: each answers the seconds used so far. */
  readonly cpu?: Readonly<Record<string, () => number | null>>;
}

export interface HttpLoadResult {
  /** Answers with a status of 200 to 299. */
  readonly ok: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Microseconds of CPU an answer: of `client`, and of each of `cpu`; empty where it cannot be told. */
  readonly cpuMicros: Readonly<Record<string, number>>;
}

/** The same client for every server that is compared. The time counts from the first answer to the last. */
export async function httpLoad(load: HttpLoad): Promise<HttpLoadResult> {
  const { url, connections, seconds, headers = {}, bodiesOf, cpu = {} } = load;
  let connection = 0;
  const options: autocannon.Options = {
    url,
    connections,
    duration: seconds,
    headers: { ...headers },
    method: bodiesOf === undefined ? "GET" : "POST",
    setupClient(client) {
      if (bodiesOf === undefined) return;
      const { pathname } = new URL(url);
      const bodies = bodiesOf(connection++);
      const requests = bodies.map((body) => ({ body, path: pathname }));
      (client as unknown as { setRequests(requests: readonly object[]): void }).setRequests(requests);
    },
  };
  const durations: number[] = [];
  let failed = 0;
  let before: Used | undefined;
  let [first, last] = [0, 0];
  const { errors } = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (failure: unknown, result) =>
      failure instanceof Error ? reject(failure) : resolve(result),
    );
    instance.on("response", (_client, status, _bytes, durationMs) => {
      last = performance.now();
      before ??= used(cpu);
      first ||= last;
      if (status >= 200 && status < 300) durations.push(durationMs);
      else failed += 1;
    });
  });
  const answers = durations.length + failed;
  return {
    ok: durations.length,
    failed: failed + errors,
    perSecond: ((durations.length - 1) * 1_000) / (last - first),
    p50Ms: quantile(durations, 0.5),
    p99Ms: quantile(durations, 0.99),
    cpuMicros: before === undefined ? {} : spent(before, used(cpu), answers),
  };
}

type Used = Readonly<Record<string, number | null>>;

/** Seconds of CPU so far. */
function used(cpu: NonNullable<HttpLoad["cpu"]>): Used {
  const { user, system } = process.cpuUsage();
  const others = Object.entries(cpu).map(([name, seconds]) => [name, seconds()]);
  return { client: (user + system) / 1e6, ...Object.fromEntries(others) };
}

function spent(before: Used, after: Used, answers: number): Record<string, number> {
  const micros: Record<string, number> = {};
  for (const [name, end] of Object.entries(after)) {
    const start = before[name];
    if (typeof start === "number" && typeof end === "number") micros[name] = ((end - start) * 1e6) / answers;
  }
  return micros;
}
