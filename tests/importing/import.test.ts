import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { importing } from "../../src/operations/import.ts";
import type { OperationParts } from "../../src/operations/operation.ts";
import { Problem } from "../../src/core/problem.ts";
import type { Intake } from "../../src/events/verdict.ts";
import { createTestWorld } from "../support/world.ts";

const NOW = "2026-11-20T09:00:00Z";

async function desk() {
  const world = await createTestWorld({ now: NOW });
  const folder = await mkdtemp(join(tmpdir(), "bw-import-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  let said = "";
  const path = (name: string) => join(folder, name);
  const run = (words: readonly string[], intake: Intake = world.intake) => {
    const progress = { write: (text: string) => void (said += text), isTerminal: false };
    const parts = { foundation: { db: world.db }, rooms: { intake }, write: () => {}, progress };
    return importing.run(words, parts as unknown as OperationParts);
  };
  const count = async (table: string) => {
    const [row] = await world.db.work.run((sql) => sql<{ n: number }[]>`select count(*)::int as n from ${sql(table)}`);
    return row?.n;
  };
  return {
    ...world,
    path,
    run,
    count,
    said: () => said,
    write: (name: string, text: string | Buffer) => writeFile(path(name), text),
  };
}

const request = (at: string, more: object = {}) =>
  JSON.stringify({
    type: "request",
    occurred_at: at,
    user_id: "u1",
    method: "GET",
    route: "/a",
    status: 200,
    duration_ms: 5,
    ...more,
  });

describe("an import of JSON Lines", () => {
  it("takes in what is older than any other way in accepts, equal lines apart", async () => {
    const { write, path, run, count } = await desk();
    const line = request("2019-03-01T10:00:00Z");
    await write("old.jsonl", `${line}\n${line}\n`);
    const done = await run([path("old.jsonl")]);
    expect(done).toMatchObject({ ok: true, data: { accepted: 2, duplicates: 0, refused: 0, skipped: 0 } });
    expect(await count("usage_logs")).toBe(2);
  });

  it("names the line and the code of what it refuses, and takes in the rest", async () => {
    const { write, path, run, said } = await desk();
    const lines = [
      `\uFEFF${request("2024-03-01T10:00:00Z")}\r`,
      "",
      "{broken",
      request("2024-03-01T10:00:00Z", { status: 700 }),
      '{"type":"signup","user_id":"u1"}',
      request("2027-03-01T10:00:00Z"),
      request("2024-03-01T11:00:00Z"),
      '{"type":"request","occurr',
    ];
    await write("mixed.jsonl", lines.join("\n"));
    const done = await run([path("mixed.jsonl"), "--refused", path("refused.jsonl")]);
    expect(done).toMatchObject({ ok: false, data: { accepted: 2, refused: 5 } });
    const report = (await readFile(path("refused.jsonl"), "utf8")).trim().split("\n");
    const refused = report.map((line) => JSON.parse(line) as { line: number; code: string });
    expect(refused.map(({ line, code }) => `${line} ${code}`).toSorted()).toEqual([
      "3 invalid_line",
      "4 invalid_field",
      "5 missing_field",
      "6 in_the_future",
      "8 invalid_line",
    ]);
    expect(said()).toContain("line 8  invalid_line: The line is not valid JSON; it may have been cut off.");
  });

  it("goes on where an earlier run stopped, and doubles nothing", async () => {
    const { write, path, run, count, intake } = await desk();
    const lines = Array.from({ length: 3_500 }, (_, at) => request("2024-03-01T10:00:00Z", { duration_ms: at % 7 }));
    await write("long.jsonl", lines.join("\n"));
    let calls = 0;
    const failing: Intake = {
      ...intake,
      accept(events, origin) {
        calls += 1;
        if (calls === 3) throw new Problem("database_unavailable", 503, "The database does not answer.");
        return intake.accept(events, origin);
      },
    };
    await expect(run([path("long.jsonl")], failing)).rejects.toMatchObject({ code: "database_unavailable" });
    expect(await run([path("long.jsonl")])).toMatchObject({ data: { accepted: 1_500, skipped: 2_000 } });
    expect(await count("usage_logs")).toBe(3_500);
    expect(await run([path("long.jsonl")])).toMatchObject({
      ok: true,
      data: { accepted: 0, skipped: 3_500 },
      text: "0 imported, 0 duplicates, 0 rejected.\nThe first 3,500 records were read by an earlier run and are skipped.",
    });
  });

  it("takes in only what was added to a file, and sends a changed file again without doubling", async () => {
    const { write, path, run, count } = await desk();
    const [one, two, three] = [1, 2, 3].map((hour) => request(`2024-03-01T0${hour}:00:00Z`));
    await write("growing.jsonl", `${one}\n${two}\n`);
    await run([path("growing.jsonl")]);
    await write("growing.jsonl", `${one}\n${two}\n${three}\n`);
    expect(await run([path("growing.jsonl")])).toMatchObject({ data: { accepted: 1, skipped: 2 } });
    await write("growing.jsonl", `${one}\n${three}\n${three}\n`);
    expect(await run([path("growing.jsonl")])).toMatchObject({ data: { accepted: 1, duplicates: 2, skipped: 0 } });
    expect(await count("usage_logs")).toBe(4);
  });

  it("unpacks gzip, and says when it was cut off", async () => {
    const { write, path, run } = await desk();
    const packed = gzipSync(Array.from({ length: 50 }, () => request("2024-03-01T10:00:00Z")).join("\n"));
    await write("packed.jsonl.gz", packed);
    expect(await run([path("packed.jsonl.gz")])).toMatchObject({ ok: true, data: { accepted: 50 } });
    await write("torn.jsonl.gz", packed.subarray(0, packed.length - 20));
    expect((await run([path("torn.jsonl.gz")])).text).toContain("cut off");
  });
});

describe("an import of CSV", () => {
  it("reads the fields that its first row names, with numbers, objects, quotes and empty cells", async () => {
    const { write, path, run, db } = await desk();
    const rows = [
      "\uFEFFtype,occurred_at,user_id,name,properties.plan,properties.note,metadata.from",
      'track,2020-01-01T00:00:00Z,u1,exported,pro,"two\r\nlines, ""quoted""",old',
      "track,2020-01-02T00:00:00Z,,exported,,,",
    ];
    await write("tracked.csv", rows.join("\r\n"));
    expect(await run([path("tracked.csv")])).toMatchObject({ ok: true, data: { accepted: 2 } });
    const found = await db.work.run(
      (sql) => sql`select properties, metadata, user_no from track_events order by occurred_at`,
    );
    expect(found).toEqual([
      {
        properties: { plan: "pro", note: 'two\r\nlines, "quoted"' },
        metadata: { from: "old" },
        user_no: expect.any(Number),
      },
      { properties: null, metadata: null, user_no: null },
    ]);
  });

  it("takes the type from the command line, and refuses rows by line", async () => {
    const { write, path, run, said } = await desk();
    const rows = [
      "occurred_at,method,route,status,duration_ms,failed",
      "2020-01-01T00:00:00Z,GET,/a,200,1.5,true",
      "2020-01-01T00:00:00Z,GET,/a,many,1.5,",
      "2020-01-01T00:00:00Z,GET",
      '2020-01-01T00:00:00Z,GET,/a,200,1,"never closed',
      "2020-01-01T00:00:00Z,GET,/a,200,1,",
    ];
    await write("requests.csv", rows.join("\n"));
    const done = await run([path("requests.csv"), "--type", "request", "--source", "old-system"]);
    expect(done).toMatchObject({ ok: false, data: { accepted: 1, refused: 3 } });
    expect(said()).toContain("line 3  invalid_field: `status`");
    expect(said()).toContain("line 4  invalid_line: The row has 2 cells, the first row names 6.");
    expect(said()).toContain("line 5  invalid_line: From here on it is no CSV: a quote is opened and never closed.");
  });
});

it.each([
  [["/no/such/file.jsonl"], "There is no file"],
  [["a.jsonl", "--format", "xml"], "`--format` must be"],
  [["a.jsonl", "--type", "visit"], "`--type` must be one of request"],
  [["a.jsonl", "--source", "My Source"], "`--source` is a short name"],
  [[], "import FILE|-"],
  [["a.jsonl", "--colour", "red"], "`import` does not take `--colour`"],
])("says what is wrong with %j", async (words, complaint) => {
  const done = await importing.run(words, {} as OperationParts);
  expect(done.ok).toBe(false);
  expect(done.text).toContain(complaint);
});
