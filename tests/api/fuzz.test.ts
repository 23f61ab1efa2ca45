import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { Api } from "../../src/api/api.ts";
import { json } from "../../src/api/reply.ts";
import { createTestDatabase } from "../support/database.ts";
import { readDescription, type Description, type Operation } from "./answers-check.ts";
import { openLiveApi, type LiveApi } from "./live-api.ts";
import { arbitraryOf, type Schema } from "./schema-arbitrary.ts";
import { ADMIN_KEY, createRig, NO_DATABASE } from "./support.ts";

interface Parameter {
  readonly name: string;
  readonly in: "query" | "path";
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Call {
  readonly operation: Operation;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

let described: Readonly<Record<string, Readonly<Record<string, Described>>>>;
let components: Readonly<Record<string, Schema>>;

beforeAll(async () => {
  const { api } = createRig(NO_DATABASE);
  const document = (await (await api.request("/openapi.json")).json()) as {
    paths: typeof described;
    components: { schemas: typeof components };
  };
  described = document.paths;
  components = document.components.schemas;
});

const oddText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    "",
    "0",
    "-1",
    "1e3",
    "366",
    "367",
    "7",
    "mrr",
    "dau",
    "nps",
    "plan",
    "sum",
    "toString",
    "__proto__",
    "%",
    "\0",
    "2026-11-19",
    "2026-11-21",
    "2026-02-30",
    "9999-12-31",
  ),
);

const headers = fc.record(
  {
    authorization: fc.oneof(
      { weight: 8, arbitrary: fc.constant(`Bearer ${ADMIN_KEY}`) },
      { weight: 1, arbitrary: fc.constantFrom("", "Bearer", "Basic eA==", "Bearer bw_x_y_z", `bearer  ${ADMIN_KEY}`) },
    ),
    "content-type": fc.constantFrom("application/json", "text/plain", "application/x-www-form-urlencoded", "x"),
    accept: fc.constantFrom("*/*", "application/json", "text/html", "image/png;q=0"),
    origin: fc.constantFrom("https://evil.example", "null"),
  },
  { requiredKeys: [] },
);

function valueOf({ schema, name }: Parameter): fc.Arbitrary<string> {
  const valid = arbitraryOf(schema, components).map(String);
  const known: Readonly<Record<string, readonly string[]>> = {
    metric: ["mrr", "dau", "nps", "errors", "latency_p95", "uptime", "ltv", "tickets_opened"],
    by: ["plan", "route", "service", "type", "priority"],
    date: ["2026-11-19", "2026-11-20"],
    format: ["csv", "json"],
    id: ["T1"],
    month: ["2026-10", "2026-11"],
    quarter: ["2026-Q3"],
    year: ["2025"],
    from: ["2026-11-01"],
    to: ["2026-11-19", "2026-11-30"],
    compare: ["previous", "year", "none"],
    step: ["day"],
  };
  return fc.oneof(
    { weight: 1, arbitrary: valid },
    { weight: 1, arbitrary: oddText },
    { weight: 4, arbitrary: fc.constantFrom(...(known[name] ?? ["7"])) },
  );
}

function bodyOf(about: Described): fc.Arbitrary<string | undefined> {
  const schema = about.requestBody?.content["application/json"]?.schema;
  if (schema === undefined) return fc.constant(undefined);
  return fc.oneof(
    { weight: 4, arbitrary: arbitraryOf(schema, components).map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.constantFrom("", "{", "[]", '{"events":[]}', "\u0000") },
  );
}

/** Halves of surrogate pairs cannot be in an address. */
const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, "\uFFFD");

/** Of the names for a window only one makes sense at a time. */
function absence({ name }: Parameter): number {
  return ["from", "to", "month", "quarter", "year"].includes(name) ? 8 : 1;
}

/** Valid and invalid ways to ask for an operation. */
function callsOf(operation: Operation): fc.Arbitrary<Call> {
  const about = described[operation.path]?.[operation.method.toLowerCase()] ?? {};
  const parameters = about.parameters ?? [];
  const given = fc.tuple(
    ...parameters.map((one) =>
      one.in === "path"
        ? valueOf(one)
        : fc.oneof({ weight: absence(one), arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: valueOf(one) }),
    ),
  );
  return fc
    .record({
      given,
      extra: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: oddText }),
      headers,
      body: bodyOf(about),
    })
    .map((call) => {
      const query = new URLSearchParams();
      let path = operation.path;
      parameters.forEach((one, place) => {
        const value = call.given[place];
        if (one.in === "path")
          path = path.replace(`{${one.name}}`, encodeURIComponent(wellFormed(value ?? "x")) || "x");
        else if (value !== undefined) query.append(one.name, wellFormed(value));
      });
      if (call.extra !== undefined) query.append("days", wellFormed(call.extra));
      return { operation, url: `${path}?${query.toString()}`, headers: call.headers, body: call.body };
    });
}

interface Judged {
  readonly status: number;
  /** What is wrong with the answer to the call; null when it is as described. */
  readonly objection: string | null;
}

async function judgeCall(api: Pick<Api, "request">, description: Description, call: Call): Promise<Judged> {
  const { operation, url, body } = call;
  const response = await api.request(url, {
    method: operation.method,
    headers: call.headers,
    ...(body === undefined || operation.method === "GET" ? {} : { body }),
  });
  const served = description.operationOf(operation.method, new URL(url, "http://x").pathname);
  // A path parameter that is empty, a dot or a slash leads elsewhere.
  const { status } = response;
  if (served !== operation) return { status, objection: null };
  const answer = { status, type: response.headers.get("content-type"), body: await response.text() };
  return { status, objection: description.judge(operation, answer) };
}

/** Time goes by between the calls, so that no limit of the rate hides what is behind it. */
const BETWEEN_CALLS_MS = 3_100;

/** Calls every operation `runs` times; answers how often each answered with which status. */
async function fuzz({ api, clock }: Pick<LiveApi, "api" | "clock">, runs: number): Promise<Map<string, number>> {
  const description = await readDescription(api);
  const statuses = new Map<string, number>();
  for (const operation of description.operations) {
    await fc.assert(
      fc.asyncProperty(callsOf(operation), async (call) => {
        clock.advance(BETWEEN_CALLS_MS);
        const { objection, status } = await judgeCall(api, description, call);
        const seen = `${operation.method} ${operation.path} ${status}`;
        statuses.set(seen, (statuses.get(seen) ?? 0) + 1);
        expect(objection).toBeNull();
      }),
      { numRuns: runs },
    );
  }
  return statuses;
}

it(
  "answers every operation, however it is asked for, with a status and a body that its description has",
  { timeout: 240_000 },
  async () => {
    const live = openLiveApi(await createTestDatabase());
    const signup = { type: "signup", id: "1", user_id: "u", occurred_at: "2026-11-18T09:00:00Z" };
    const ticket = { type: "ticket", action: "opened", ticket_id: "T1", id: "2" };
    await live.send("/api/events", JSON.stringify({ events: [signup, ticket] }));
    await live.roller.drain();
    const statuses = await fuzz(live, 60);
    const { operations } = await readDescription(live.api);
    for (const { method, path } of operations) {
      const refusal = path.startsWith("/api/metrics/") || path.startsWith("/api/track/") ? [400] : [];
      const answer = path === "/api/events/void" ? [404] : [200];
      for (const status of [...answer, ...refusal])
        expect([...statuses.keys()]).toContain(`${method} ${path} ${status}`);
    }
    expect([...statuses.keys()].filter((seen) => seen.endsWith(" 429"))).toEqual([]);
  },
);

it("finds an answer that is not as described, and one that nobody described", async () => {
  const { api } = openLiveApi(await createTestDatabase());
  const description = await readDescription(api);
  const answering = (status: number, value: unknown): Pick<Api, "request"> => ({
    request: () => {
      const reply = json(status, value);
      return new Response(reply.text, { status: reply.status, headers: reply.headers });
    },
  });
  const summary = description.operationOf("GET", "/api/metrics/summary");
  if (summary === undefined) throw new Error("the summary is not described");
  const objectionOf = async (broken: Pick<Api, "request">) => (await judgeCall(broken, description, call)).objection;
  const call = { operation: summary, url: "/api/metrics/summary", headers: {}, body: undefined };
  expect(await objectionOf(answering(200, { mrr: "much" }))).toContain("refuses");
  expect(await objectionOf(answering(418, {}))).toContain("418, which is not described");
  expect(await objectionOf(answering(400, {}))).toContain("as application/json, which is not described");
});
