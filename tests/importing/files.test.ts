import { chmod, copyFile, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { importing } from "../../src/operations/import.ts";
import type { OperationParts } from "../../src/operations/operation.ts";
import { valueOn } from "../golden/told.ts";
import { createTestWorld } from "../support/world.ts";

const NOW = "2026-11-28T12:00:00Z";
const REPORTED = new URL("../golden/reported/", import.meta.url).pathname;

async function desk() {
  const world = await createTestWorld({ now: NOW });
  const folder = await mkdtemp(join(tmpdir(), "bw-files-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  let said = "";
  const path = (name: string) => join(folder, name);
  const run = async (...words: readonly string[]) => {
    const progress = { write: (text: string) => void (said += text), isTerminal: false };
    const parts = { foundation: { db: world.db }, rooms: { intake: world.intake }, write: () => {}, progress };
    const done = await importing.run(words, parts as unknown as OperationParts);
    await world.settle();
    return done;
  };
  const write = async (name: string, text: string | Buffer) => {
    await writeFile(path(name), text);
    return path(name);
  };
  return { world, path, run, write, said: () => said };
}

test("rows in CRLF under a heading in LF are read without a stray CR (report 13)", async () => {
  const { world, run } = await desk();
  const done = await run(`${REPORTED}13-lf-header-crlf-rows.csv`, "--type", "revenue");
  expect(done.text).toContain("2 imported, 0 duplicates, 0 rejected.");
  const { tiers } = await world.overviews.revenueBreakdown(30);
  expect(tiers.map(({ plan, customers, mrr }) => [plan, customers, mrr])).toContainEqual(["pro", 2, 20]);
});

test("one person in a row with and one without a stray CR is one (report 14)", async () => {
  const { world, run } = await desk();
  expect((await run(`${REPORTED}14-people-crlf.csv`, "--type", "signup")).ok).toBe(true);
  expect(await valueOn(world, "total_users", "2026-11-26")).toBe(1);
});

test("a file in Latin-1 is refused whole, with the line, and nobody is merged (report 16)", async () => {
  const { world, run } = await desk();
  const done = await run(`${REPORTED}16-latin1.csv`, "--type", "signup");
  expect(done.ok).toBe(false);
  expect(done.text).toContain("Line 2 is not UTF-8");
  expect(done.text).toContain("iconv");
  expect(done.text).toContain("Nothing was imported.");
  expect(await world.db.work.run((sql) => sql`select from signups`)).toHaveLength(0);
});

test("equal lines of two files are different events, and each file again is none (report 17)", async () => {
  const { world, run } = await desk();
  expect(await run(`${REPORTED}17-host1.jsonl`)).toMatchObject({ data: { accepted: 2 } });
  expect(await run(`${REPORTED}17-host2.jsonl`)).toMatchObject({ data: { accepted: 3, duplicates: 0, skipped: 0 } });
  expect(await run(`${REPORTED}17-host1.jsonl`)).toMatchObject({ data: { accepted: 0, skipped: 2 } });
  expect(await run(`${REPORTED}17-host2.jsonl`)).toMatchObject({ data: { accepted: 0, skipped: 3 } });
  expect(await valueOn(world, "api_calls", "2026-11-26")).toBe(5);
});

test("the same ids by HTTP and by an import without a source are the same events (report 37)", async () => {
  const { world, run } = await desk();
  const lines = (await readFile(`${REPORTED}37-overlap.jsonl`, "utf8")).trim().split("\n");
  await world.post(lines.map((line) => JSON.parse(line) as Record<string, unknown>));
  expect((await run(`${REPORTED}37-overlap.jsonl`)).text).toContain("0 imported, 2 duplicates, 0 rejected.");
  expect(await valueOn(world, "api_calls", "2026-11-26")).toBe(1);
  expect(await valueOn(world, "errors", "2026-11-26")).toBe(1);
});

const request = (minute: number) =>
  JSON.stringify({
    type: "request",
    method: "GET",
    route: "/x",
    status: 200,
    duration_ms: 1,
    occurred_at: `2026-11-26T10:0${minute}:00Z`,
  });

test("a file that was moved is the same file; a copy beside it is another", async () => {
  const { path, run, write } = await desk();
  await run(await write("a.jsonl", `${request(1)}\n`));
  await rename(path("a.jsonl"), path("b.jsonl"));
  await writeFile(path("b.jsonl"), `${request(1)}\n${request(2)}\n`);
  expect(await run(path("b.jsonl"))).toMatchObject({ data: { accepted: 1, skipped: 1 } });
  await copyFile(path("b.jsonl"), path("c.jsonl"));
  expect(await run(path("c.jsonl"))).toMatchObject({ data: { accepted: 2, skipped: 0 } });
});

test("a new file at the path of an older one, as logs rotate, is another file", async () => {
  const { run, write } = await desk();
  const file = await write("app.jsonl", `${request(1)}\n${request(3)}\n`);
  await run(file);
  await write("app.jsonl", `${request(2)}\n${request(3)}\n`);
  expect(await run(file)).toMatchObject({ data: { accepted: 2, duplicates: 0, skipped: 0 } });
});

const REFUSED: [what: string, name: string, contents: string | Buffer, sentence: string][] = [
  [
    "a column that is named twice",
    "a.csv",
    "id,user_id,plan,user_id\n",
    "Line 1 names `user_id` twice, in columns 2 and 4.",
  ],
  ["a column of no field", "a.csv", "id,usr_id\n", "Did you mean `user_id`?"],
  ["semicolons", "a.csv", "id;occurred_at;user_id\n1;2026-11-26T10:00:00Z;u1\n", "separated by semicolons"],
  ["tabs", "a.csv", "id\toccurred_at\n", "separated by tabs"],
  ["an empty heading", "a.csv", ",,\na,b,c\n", "Line 1 is empty"],
  ["lines in CR alone", "a.csv", "id,user_id\r1,u1\r2,u2", "carriage return (CR) alone"],
  ["a NUL", "a.csv", "id,user_id\n1,u\0\n", "Line 2 holds a NUL byte"],
  ["UTF-16 with a mark", "a.csv", Buffer.from("\uFEFFid,user_id\n", "utf16le"), "UTF-16"],
  ["UTF-16 without a mark", "a.csv", Buffer.from("id,user_id\n", "utf16le"), "UTF-16"],
  ["UTF-16 as JSON Lines", "a.jsonl", Buffer.from('\uFEFF{"type":"signup"}\n', "utf16le"), "UTF-16"],
  ["a spreadsheet", "a.csv", Buffer.from("PK\u0003\u0004…"), ".xlsx"],
  ["JSON as CSV", "a.csv", '{"type":"signup"}\n', "`--format jsonl`"],
  ["CSV as JSON Lines", "a.jsonl", "id,occurred_at,user_id\n1,2,3\n", "`--format csv`"],
  ["a JSON array", "a.jsonl", ' [{"type":"signup"}]', "jq -c '.[]'"],
  ["a body of HTTP", "a.jsonl", '{"events": [{"type":"signup"}]}', "jq -c '.events[]'"],
  ["JSON over several lines", "a.jsonl", '{\n  "type": "signup"\n}\n', "spread over several lines"],
  ["a gzip that was cut off", "a.csv.gz", gzipSync("id,user_id\n1,u1\n").subarray(0, 20), "cut off"],
  ["no gzip", "a.csv.gz", "id,user_id\n1,u1\n", "no gzip"],
];

test.each(REFUSED)("%s is refused before anything is imported", async (_what, name, contents, sentence) => {
  const { world, run, write } = await desk();
  const done = await run(await write(name, contents), "--type", "signup");
  expect(done.ok).toBe(false);
  expect(done.text).toContain(sentence);
  expect(await world.db.work.run((sql) => sql`select from ingest_keys`)).toHaveLength(0);
});

test("a row is rejected for a lone CR, a decimal comma, or a cell without a name, and the rest are imported", async () => {
  const { run, write, said } = await desk();
  const file = await write(
    "rows.csv",
    [
      "id,occurred_at,user_id,event,plan,amount,",
      "1,2026-11-26T10:00:00Z,u1,subscription_started,pro,10.00,",
      "2,2026-11-26T10:00:00Z,u2,subscription_started,p\rro,10.00,",
      '3,2026-11-26T10:00:00Z,u3,subscription_started,pro,"10,00",',
      "4,2026-11-26T10:00:00Z,u4,subscription_started,pro,10.00,x",
      "5,2026-11-26T10:00:00Z,u5,subscription_started,pro,10.00,\r\r",
      "",
    ].join("\n"),
  );
  const done = await run(file, "--type", "revenue");
  expect(done.text).toContain("2 imported, 0 duplicates, 3 rejected.");
  expect(said()).toContain("line 3  invalid_line: The cell of `plan` holds a carriage return (CR)");
  expect(said()).toContain("line 4  invalid_line: `amount` is written with a comma. Write numbers with a point");
  expect(said()).toContain("line 5  invalid_line: Column 7 has a cell and no name.");
});

test("a gzip is unpacked by what it is, whatever it is called", async () => {
  const { run, write } = await desk();
  expect(await run(await write("log", gzipSync(`${request(1)}\n`)))).toMatchObject({ ok: true, data: { accepted: 1 } });
});

test(
  "a row of a hundred megabytes ends the reading of CSV, a line is rejected by itself",
  { timeout: 60_000 },
  async () => {
    const { run, write, said } = await desk();
    const huge = "x".repeat(100 * 1024 * 1024);
    const rows = `id,occurred_at,user_id\n1,2026-11-26T10:00:00Z,u1\n2,2026-11-26T10:00:00Z,${huge}\n`;
    expect(await run(await write("huge.csv", rows), "--type", "signup")).toMatchObject({
      data: { accepted: 1, refused: 1 },
    });
    expect(said()).toContain("line 3  invalid_line: From here on it is no CSV: the row is longer than 1 MB");
    const lines = `${request(1)}\n{"type":"${huge}"}\n${request(2)}\n`;
    expect(await run(await write("huge.jsonl", lines))).toMatchObject({ data: { accepted: 2, refused: 1 } });
  },
);

test("what is rejected is written where its owner alone can read it, also over an older file", async () => {
  const { path, run, write } = await desk();
  await write("refused.jsonl", "");
  await chmod(path("refused.jsonl"), 0o644);
  for (const name of ["refused.jsonl", "new.jsonl"]) {
    const done = await run(await write(`bad ${name}`, "no JSON\n"), "--refused", path(name));
    expect(done.text).toContain(`Rejected lines are listed in ${path(name)}.`);
    expect((await stat(path(name))).mode & 0o777).toBe(0o600);
  }
});

test("a file that the version before imported continues where it stopped, under the source of then", async () => {
  const { world, run, write } = await desk();
  const file = await write("old.jsonl", `${request(1)}\n`);
  await run(file, "--source", "import");
  // As it was written down then: known by its first record alone.
  const { createHash } = await import("node:crypto");
  const hashOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);
  const name = `import:${hashOf(JSON.stringify(["import", null, request(1)]))}`;
  await world.db.work.run(
    (sql) => sql`
    update settings set name = ${name}, value = value - 'path' - 'first' - 'key' where name like 'import:%'`,
  );
  await write("old.jsonl", `${request(1)}\n${request(2)}\n`);
  expect(await run(file)).toMatchObject({ data: { accepted: 1, skipped: 1 } });
  const sources = await world.db.work.run((sql) => sql<{ source: string }[]>`select source from sources`);
  expect(sources.map(({ source }) => source)).toEqual(["import"]);
});
