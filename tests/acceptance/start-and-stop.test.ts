import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { stat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freshFolder, removeFolder, runProgram, startProgram, type Program } from "../support/program.ts";
import { postmasterPid, startOwnServer } from "../support/server.ts";
import { withDatabase } from "../../src/db/connect.ts";

async function ownFolder(): Promise<string> {
  const folder = await freshFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

async function started(settings: Readonly<Record<string, string>>): Promise<Program> {
  const program = await startProgram(settings);
  onTestFinished(
    async () => void (program.child.exitCode === null && program.child.signalCode === null && (await program.stop())),
  );
  return program;
}

async function post(
  program: Program,
  events: readonly unknown[],
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${program.url}/api/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${program.adminKey}` },
    body: JSON.stringify({ events }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function postUntilAccepted(program: Program, events: readonly unknown[]): Promise<Record<string, unknown>> {
  for (;;) {
    const { status, body } = await post(program, events);
    if (status === 200) return body;
    expect(status).toBe(503);
  }
}

const signups = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: "signup", id: `s-${from + n}`, user_id: `user-${from + n}` }));

async function today(settings: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const ran = await runProgram("cli", ["metrics", "summary", "--json"], settings);
  expect(ran.stderr).toBe("");
  return (JSON.parse(ran.stdout) as { today: Record<string, unknown> }).today;
}

function killByPid(pid: number | undefined): void {
  if (pid === undefined) throw new Error("there is no process to kill");
  process.kill(pid, "SIGKILL");
}

test("with no token and no database it starts, keeps its admin key in a file of its own and stops when told", async () => {
  const folder = await ownFolder();
  const program = await started({ DATA_DIR: folder, ADMIN_KEY: "" });
  expect(program.output()).toContain("embedded PostgreSQL 18.4");
  const path = join(folder, "admin-key");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const key = (await readFile(path, "utf8")).trim();
  expect(program.output()).not.toContain(key);
  const answer = await fetch(`${program.url}/api/metrics/summary`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(200);
  expect(await program.stop()).toBe(0);
  expect(postmasterPid(folder)).toBeUndefined();
});

test("a second start on the same folder says who runs there", async () => {
  const folder = await ownFolder();
  const program = await started({ DATA_DIR: folder });
  const second = await runProgram("main", [], { DATA_DIR: folder, PORT: "0" });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`already runs on this folder (process ${program.child.pid}`);
});

test("a port in use is told in a sentence with what to do", async () => {
  const folder = await ownFolder();
  const occupant = createServer().listen(0, "127.0.0.1");
  await once(occupant, "listening");
  onTestFinished(() => void occupant.close());
  const { port } = occupant.address() as AddressInfo;
  const ran = await runProgram("main", [], { DATA_DIR: folder, PORT: String(port) });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain(`Port ${port} is in use`);
  expect(ran.stderr).not.toContain("    at ");
  expect(postmasterPid(folder)).toBeUndefined();
});

test("nothing acknowledged is missing after node, PostgreSQL and both were killed", { timeout: 120_000 }, async () => {
  const folder = await ownFolder();
  const settings = { DATA_DIR: folder };
  const first = await started(settings);
  expect((await post(first, signups(0, 100))).body["accepted"]).toBe(100);

  await first.kill();
  const second = await started(settings);
  expect(second.output()).toContain("taken over");
  expect((await post(second, signups(100, 100))).body["accepted"]).toBe(100);

  killByPid(postmasterPid(folder));
  const afterCrash = await postUntilAccepted(second, signups(150, 100));
  expect([afterCrash["accepted"], afterCrash["duplicates"]]).toEqual([50, 50]);

  killByPid(postmasterPid(folder));
  await second.kill();
  const third = await started(settings);
  expect((await post(third, signups(0, 300))).body).toMatchObject({ accepted: 50, duplicates: 250 });
  expect(await today(settings)).toMatchObject({ signups: 300, total_users: 300 });
  expect(await third.stop()).toBe(0);
});

test(
  "it runs on a PostgreSQL named by DATABASE_URL, and refuses one that may lose what was committed",
  { timeout: 90_000 },
  async () => {
    const safe = await startOwnServer();
    const settings = { DATABASE_URL: withDatabase(safe.url, "bellwether"), DATA_DIR: await ownFolder() };
    const program = await started(settings);
    expect((await post(program, signups(0, 3))).body["accepted"]).toBe(3);
    expect(await today(settings)).toMatchObject({ signups: 3 });

    const careless = await startOwnServer({ settings: { fsync: "off" } });
    const refused = await runProgram("main", [], { DATABASE_URL: careless.url, PORT: "0" });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("fsync");
  },
);

test("an unreachable database and a wrong configuration end the start with sentences, all mistakes at once", async () => {
  const unreachable = await runProgram("main", [], {
    DATABASE_URL: "postgres://someone:a-secret-word@127.0.0.1:1/nothing",
  });
  expect(unreachable.code).toBe(1);
  expect(unreachable.stderr).toMatch(/^Bellwether cannot start\. .+\n$/);
  expect(unreachable.stderr).not.toContain("a-secret-word");

  const wrong = await runProgram("main", [], { PORT: "many", TIMEZONE: "Mars/Olympus", CURRENCY: "dollars" });
  expect(wrong.code).toBe(1);
  for (const name of ["PORT", "TIMEZONE", "CURRENCY"]) expect(wrong.stderr).toContain(`${name} must be`);
});

test(
  "another time zone later is refused until settings apply has recomputed every day",
  { timeout: 120_000 },
  async () => {
    const folder = await ownFolder();
    const before = await started({ DATA_DIR: folder, TIMEZONE: "UTC" });
    const justAfterMidnightUtc = `${new Date().toISOString().slice(0, 10)}T00:30:00Z`;
    await post(before, [
      {
        type: "signup",
        user_id: "u",
        occurred_at: new Date(Date.parse(justAfterMidnightUtc) - 86_400_000).toISOString(),
      },
    ]);
    await before.stop();

    const moved = { DATA_DIR: folder, TIMEZONE: "America/New_York" };
    const refused = await runProgram("main", [], moved);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("settings apply");
    expect((await runProgram("cli", ["settings", "apply"], moved)).code).toBe(0);

    const daily = async () => {
      const program = await started(moved);
      const response = await fetch(`${program.url}/api/metrics/daily?days=4`, {
        headers: { authorization: `Bearer ${program.adminKey}` },
      });
      const { days } = (await response.json()) as { days: { date: string; signups: number | null }[] };
      return days.filter((day) => day.signups === 1).map((day) => day.date);
    };
    const dayBeforeYesterday = new Date(Date.parse(justAfterMidnightUtc) - 2 * 86_400_000).toISOString().slice(0, 10);
    expect(await daily()).toEqual([dayBeforeYesterday]);
  },
);

test("the start script hands its process to node, so that a signal to npm's shell reaches it", () => {
  const script = JSON.parse(
    execFileSync(process.execPath, ["-p", "JSON.stringify(require('./package.json').scripts)"]).toString(),
  ) as Record<string, string>;
  expect(script["start"]).toMatch(/^exec node /);
});
