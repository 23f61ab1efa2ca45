import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve } from "../../src/api/server.ts";
import { Temporal } from "../../src/core/time.ts";
import { openDatabase } from "../../src/db/client.ts";
import { createCopyOut, type CopyOutLimits } from "../../src/db/copy-out.ts";
import { createPartitions } from "../../src/db/partitions.ts";
import { createExporter } from "../../src/metrics/export/exporter.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { createTestWorld, type World } from "../support/world.ts";
import { ADMIN_KEY, bearer, createRig, NO_DATABASE, recordingLog } from "./support.ts";

const NOW = "2026-11-20T09:00:00Z";

async function world(timeZone = "UTC") {
  const made = await createTestWorld({ now: NOW, timeZone });
  const exporter = exporterOf(made.db, timeZone);
  const { api } = createRig(NO_DATABASE, { exporter });
  const ask = (path: string, init: RequestInit = {}) =>
    api.request(`/api/analytics/export/${path}`, { headers: bearer(ADMIN_KEY), ...init });
  return { ...made, ask };
}

function exporterOf(db: Pick<World["db"], "copyOut">, timeZone = "UTC") {
  const clock = { now: () => Temporal.Instant.from(NOW) };
  return createExporter({ db, clock, workspace: { timeZone, currency: "USD" }, log: recordingLog() });
}

const request = (occurred_at: string, fields: object = {}) => ({
  type: "request",
  occurred_at,
  user_id: "u1",
  method: "GET",
  route: "/users/:id",
  status: 200,
  duration_ms: 41.5,
  ...fields,
});

describe("the export of usage", () => {
  it("has one line a request with the columns of the contract, an empty cell where there is nothing", async () => {
    const { post, ask } = await world();
    await post([
      request("2026-11-18T10:00:00.25Z"),
      request("2026-11-18T10:00:00+05:00", { user_id: null, status: 503, duration_ms: 7 }),
    ]);
    const answer = await ask("usage?format=csv&days=7");
    expect(answer.headers.get("content-type")).toContain("text/csv");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="usage-2026-11-13-to-2026-11-19.csv"');
    const [head, ...rows] = (await answer.text()).trimEnd().split("\n");
    expect(head).toBe("timestamp,user_id,endpoint,method,status_code,response_time_ms");
    expect(rows.toSorted()).toEqual([
      '2026-11-18T05:00:00Z,,"/users/:id","GET",503,7',
      '2026-11-18T10:00:00.25Z,"u1","/users/:id","GET",200,41.5',
    ]);
  });

  it("is an array in JSON, also without a row, and CSV by default", async () => {
    const { post, ask } = await world();
    expect(await (await ask("usage?format=json")).json()).toEqual([]);
    expect(await (await ask("usage")).text()).toBe("timestamp,user_id,endpoint,method,status_code,response_time_ms\n");
    await post([request("2026-11-18T10:00:00Z", { user_id: '=1+"2"\n,' }), request("2026-11-18T11:00:00Z")]);
    const answer = await ask("usage?format=json");
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual([
      {
        timestamp: "2026-11-18T10:00:00Z",
        user_id: '=1+"2"\n,',
        endpoint: "/users/:id",
        method: "GET",
        status_code: 200,
        response_time_ms: 41.5,
      },
      expect.objectContaining({ timestamp: "2026-11-18T11:00:00Z", user_id: "u1" }),
    ]);
  });

  it("holds the complete local days that end yesterday, also where clocks change, and neither today nor the day before", async () => {
    const { post, ask } = await world("America/New_York");
    const edges = ["2026-10-21T03:59:59Z", "2026-10-21T04:00:00Z", "2026-11-20T04:59:59Z", "2026-11-20T05:00:00Z"];
    await post(edges.map((at) => request(at)));
    const rows = (await (await ask("usage?format=json&days=30")).json()) as { timestamp: string }[];
    expect(rows.map((row) => row.timestamp).toSorted()).toEqual(edges.slice(1, 3));
  });

  it("leaves out what was taken back", async () => {
    const { post, ask, db } = await world();
    await post([request("2026-11-18T10:00:00Z", { id: "r1" }), request("2026-11-18T11:00:00Z", { id: "r2" })]);
    await db.work.run((sql) => sql`update usage_logs set voided = true where occurred_at = '2026-11-18T10:00:00Z'`);
    expect(await (await ask("usage?format=json")).json()).toHaveLength(1);
  });

  it("refuses days and formats that it does not know, each with its code", async () => {
    const { ask } = await world();
    for (const [path, code] of [
      ["usage?days=0", "invalid_days"],
      ["agent-sessions?days=367", "invalid_days"],
      ["usage?format=xlsx", "invalid_format"],
      ["usage?format=csv&format=json", "invalid_format"],
    ]) {
      const answer = await ask(path ?? "");
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code });
    }
  });

  it("answers HEAD without asking the database", async () => {
    const exporter = { ...exporterOf({} as never), open: () => Promise.reject(new Error("it was asked")) };
    const { api } = createRig(NO_DATABASE, { exporter });
    const path = "/api/analytics/export/usage?format=json";
    const answer = await api.request(path, { method: "HEAD", headers: bearer(ADMIN_KEY) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-disposition")).toContain(".json");
  });
});

describe("the export of agent sessions", () => {
  it("has one row a session, folded from its events, in the order of their start", async () => {
    const { post, settle, ask } = await world();
    const session = { type: "agent_session", session_id: "s1", user_id: "u1", agent_id: "writer" };
    await post([
      { ...session, action: "ended", occurred_at: "2026-11-18T10:20:00Z", messages: 12, tokens: 3_400, status: "done" },
      { ...session, action: "started", occurred_at: "2026-11-18T10:00:00Z" },
      { ...session, session_id: "s2", action: "started", occurred_at: "2026-11-18T09:00:00Z" },
      { ...session, session_id: "s3", action: "ended", occurred_at: "2026-11-18T09:00:00Z" },
    ]);
    await settle();
    expect(await (await ask("agent-sessions?format=csv")).text()).toBe(
      [
        "session_id,user_id,agent_id,started_at,ended_at,messages_count,tokens_used,status",
        '"s2","u1","writer",2026-11-18T09:00:00Z,,,,',
        '"s1","u1","writer",2026-11-18T10:00:00Z,2026-11-18T10:20:00Z,12,3400,"done"',
        "",
      ].join("\n"),
    );
  });
});

describe("CSV", () => {
  const awkward = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    fc
      .array(
        fc.constantFrom(
          "=",
          "+",
          "-",
          "@",
          "\t",
          "\r",
          "\n",
          ";",
          " ",
          "\u200b",
          "\ufeff",
          "＝",
          "＠",
          "'",
          '"',
          ",",
          "a",
          "é",
          "\\",
          "\\.",
        ),
        {
          minLength: 1,
          maxLength: 8,
        },
      )
      .map((parts) => parts.join("")),
  );

  it("gives every text back, whatever it holds, and never one that a spreadsheet takes for a formula", async () => {
    const { ask, db } = await world();
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(awkward, { minLength: 1, maxLength: 30 }), async (names) => {
        const storable = names.filter((name) => !name.includes("\0"));
        await db.work.run(async (sql) => {
          await sql`truncate agent_sessions`;
          await sql`
            insert into agent_sessions (session_id, user_no, started_at, tokens)
            select name, 0, '2026-11-18T10:00:00Z', -5
            from json_array_elements_text(${JSON.stringify(storable)}::text::json) as name`;
        });
        const rows: string[][] = parse(await (await ask("agent-sessions?format=csv")).text(), { fromLine: 2 });
        const cells = rows.map(([id = ""]) => id);
        for (const cell of cells) {
          expect(cell).not.toMatch(/^[\t\r\n]/);
          for (const part of cell.split(/[;\t\r\n]/)) expect(part).not.toMatch(FORMULA);
        }
        expect(cells.map(withoutMarks).toSorted()).toEqual(storable.toSorted());
        expect(rows.every((row) => row[6] === "-5")).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

/** What Excel, LibreOffice and Google Sheets may take for a formula. */
const FORMULA = /^[ \u00a0\u00ad\u200b-\u200f\u2060-\u2064\u3000\ufeff]*[=+\-@＝＋－＠]/u;

function withoutMarks(cell: string): string {
  return cell
    .replaceAll(/(^|[;\t\r\n])'(?=[ '\u00a0\u00ad\u200b-\u200f\u2060-\u2064\u3000\ufeff]*[=+\-@＝＋－＠])/gu, "$1")
    .replace(/^'(?='*[\t\r\n])/u, "");
}

async function fill(db: TestDatabase, rows: number): Promise<void> {
  await createPartitions({ db }).ensureMonths(["2026-11"]);
  await db.work.run(async (sql) => {
    await sql`insert into sources (source) values ('api')`;
    await sql`insert into features (method, route) values ('GET', ${`/a/long/route/${"x".repeat(400)}`})`;
    await sql`
      insert into usage_logs (occurred_at, feature_no, duration_ms, latency_bucket, status, source_no)
      select timestamptz '2026-11-18T00:00:00Z' + n * interval '1 second', 2, n % 100, 5, 200, 1
      from generate_series(1, ${rows}::int) as n`;
  });
}

/** The real HTTP server over a database full of rows, and how to ask it. */
async function serving(db: Pick<TestDatabase, "copyOut">) {
  const { api, log } = createRig(NO_DATABASE, { exporter: exporterOf(db) });
  const server = await serve({ fetch: (asked, env) => api.fetch(asked, env), host: "127.0.0.1", port: 0, log });
  onTestFinished(async () => void (await server.close(0)));
  return async (path: string): Promise<IncomingMessage> => {
    const url = `http://127.0.0.1:${server.port}/api/analytics/export/${path}`;
    const asked = get(url, { headers: bearer(ADMIN_KEY), agent: false });
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    onTestFinished(() => void answer.destroy());
    answer.on("error", () => {});
    return answer;
  };
}

async function exportsUnderWay(db: TestDatabase): Promise<number> {
  const rows = await db.work.run(
    (sql) => sql`
      select from pg_stat_activity
      where datname = current_database() and application_name = 'bellwether export'`,
  );
  return rows.length;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

function limitedCopyOut(url: string, limits: Partial<CopyOutLimits>) {
  const copyOut = createCopyOut({ url, limits });
  onTestFinished(() => copyOut.close());
  return { copyOut };
}

describe("a long export", () => {
  it("arrives whole, and its connection is closed", async () => {
    const db = await createTestDatabase();
    await fill(db, 60_000);
    const ask = await serving(db);
    let lines = 0;
    for await (const chunk of await ask("usage?days=7")) lines += (chunk as Buffer).toString().split("\n").length - 1;
    expect(lines).toBe(60_001);
    await until(async () => (await exportsUnderWay(db)) === 0);
  });

  it("reads from the database no faster than it is taken, and ends the query when the reader leaves", async () => {
    const db = await createTestDatabase();
    await fill(db, 80_000);
    const ask = await serving(db);
    const answer = await ask("usage?days=7");
    await once(answer, "readable");
    const waiting = () =>
      db.work.run(
        (sql) => sql`
          select from pg_stat_activity where datname = current_database() and application_name = 'bellwether export'
            and wait_event = 'ClientWrite' and state = 'active'`,
      );
    await until(async () => (await waiting()).length === 1);
    answer.destroy();
    await until(async () => (await exportsUnderWay(db)) === 0);
  });

  it("is cut off when the reader stands still for too long", async () => {
    const db = await createTestDatabase();
    await fill(db, 80_000);
    const ask = await serving(limitedCopyOut(db.url, { stuckMs: 300 }));
    const answer = await ask("usage?days=7");
    await once(answer, "readable");
    await until(async () => (await exportsUnderWay(db)) === 0);
    await expect(async () => {
      for await (const _ of answer);
    }).rejects.toThrow(/aborted/);
  });

  it("ends without its last chunk when the database fails on the way, so that it never looks whole", async () => {
    const db = await createTestDatabase();
    await fill(db, 80_000);
    for (const format of ["csv", "json"]) {
      const answer = await (await serving(db))(`usage?format=${format}&days=7`);
      await once(answer, "readable");
      await db.work.run(
        (sql) => sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'bellwether export'`,
      );
      await expect(async () => {
        for await (const _ of answer);
      }).rejects.toThrow(/aborted/);
      expect(answer.complete).toBe(false);
    }
  });

  it("is refused with 503 while as many as may run are under way, and taken again when one is done", async () => {
    const db = await createTestDatabase();
    await fill(db, 80_000);
    const ask = await serving(limitedCopyOut(db.url, { atOnce: 1 }));
    const first = await ask("usage?days=7");
    const second = await ask("usage?days=7");
    expect(second.statusCode).toBe(503);
    expect(second.headers["retry-after"]).toBe("30");
    first.destroy();
    await until(async () => (await ask("usage?days=7")).statusCode === 200);
  });

  it("is refused to a key that has two under way, and not to another", async () => {
    const db = await createTestDatabase();
    const rows = "copy (select generate_series(1, 10000000)) to stdout";
    const { copyOut } = limitedCopyOut(db.url, {});
    const mine = [await copyOut.open(rows, "key a"), await copyOut.open(rows, "key a")];
    await expect(copyOut.open(rows, "key a")).rejects.toMatchObject({
      code: "too_many_exports",
      detail: "2 exports of yours are under way, which is as many as one key may run at once.",
    });
    const other = await copyOut.open(rows, "key b");
    expect((await other.next())?.length).toBeGreaterThan(0);
    mine[0]?.close();
    expect((await (await copyOut.open(rows, "key a")).next())?.length).toBeGreaterThan(0);
  });

  it("is ended when it is read too slowly in all, however steadily", async () => {
    const db = await createTestDatabase();
    const rows = "copy (select generate_series(1, 10000000)) to stdout";
    const slow = await limitedCopyOut(db.url, { slowAfterMs: 0, slowest: Infinity }).copyOut.open(rows);
    const readAll = async () => {
      while ((await slow.next()) !== null);
    };
    await expect(readAll()).rejects.toMatchObject({ code: "export_abandoned" });
    const fast = await limitedCopyOut(db.url, { slowAfterMs: 0, slowest: 1 }).copyOut.open(rows);
    let chunks = 0;
    for (; chunks < 50 && (await fast.next()) !== null; chunks += 1);
    expect(chunks).toBe(50);
  });

  it("is refused with 503 when the database does not answer", async () => {
    const db = await createTestDatabase();
    const proxy = await startFaultProxy(db.url);
    const { copyOut } = limitedCopyOut(proxy.url, { connectMs: 500 });
    await proxy.set("silence");
    const ask = await serving({ copyOut });
    const answer = await ask("usage?days=7");
    expect(answer.statusCode).toBe(503);
  });
});

it("cuts exports off when the database is closed", async () => {
  const { url } = await createTestDatabase();
  const db = await openDatabase(url, { allowFsyncOff: true });
  const text = await db.copyOut.open("copy (select generate_series(1, 10000000)) to stdout");
  await db.close();
  const readOn = async () => {
    while ((await text.next()) !== null);
  };
  await expect(readOn()).rejects.toMatchObject({ code: "database_unavailable" });
  await expect(db.copyOut.open("copy (select 1) to stdout")).rejects.toMatchObject({ code: "database_unavailable" });
});

describe("the export of daily metrics", () => {
  it("has a column for each metric of a day, one line a day since the first event, the same in CSV and JSON", async () => {
    const { post, settle, ask } = await world("Europe/Berlin");
    await post([
      { type: "signup", occurred_at: "2026-11-17T10:00:00Z", user_id: "u1" },
      request("2026-11-18T10:00:00Z"),
    ]);
    await settle();
    const json = (await (await ask("daily-metrics?format=json&days=7")).json()) as Record<string, unknown>[];
    expect(json.map(({ date, signups, api_calls, nps }) => ({ date, signups, api_calls, nps }))).toEqual([
      { date: "2026-11-17", signups: 1, api_calls: null, nps: null },
      { date: "2026-11-18", signups: 0, api_calls: 1, nps: null },
      { date: "2026-11-19", signups: 0, api_calls: 0, nps: null },
    ]);
    const csv = await (await ask("daily-metrics?days=7")).text();
    const rows: Record<string, string>[] = parse(csv, { columns: true });
    const told = json.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? "" : String(value)])),
    );
    expect(rows.map((row) => ({ ...row, partial: String(row["partial"] === "t") }))).toEqual(
      told.map((row) => expect.objectContaining({ date: row["date"], signups: row["signups"], nps: row["nps"] })),
    );
  });
});
