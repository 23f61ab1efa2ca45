import { execFileSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  compile,
  npm,
  packAll,
  runThere,
  startApplication,
  startThere,
  strangersFolder,
  type Packages,
} from "./installing.ts";

let packages: Packages;

beforeAll(async () => {
  packages = await packAll();
}, 60_000);
afterAll(() => rm(packages.folder, { recursive: true, force: true }));

test(
  "installed beside an old Hono and an old zod it serves, and its middleware records every request of the application",
  { timeout: 180_000 },
  async () => {
    const folder = await strangersFolder();
    await npm(folder, ["install", "hono@4.0.0", "zod@4.0.0", "@hono/node-server@1", packages.service]);
    const bellwether = join("node_modules", ".bin", "bellwether");
    const service = await startThere(folder, bellwether, ["start"]);
    expect(service.output()).toContain("in ./data (new)");
    const key = (await readFile(join(folder, "data", "admin-key"), "utf8")).trim();

    const names = ["bellwether/client", "bellwether/hono"] as const;
    await compile(folder, names);
    const application = await startApplication(folder, [...names, service.url, key]);
    for (let n = 0; n < 20; n += 1)
      await fetch(`${application.url}/app/projects/${n}`, { headers: { "x-user": `u${n}` } });
    expect(await application.told()).toMatchObject({ settled: true, recorded: 20, accepted: 20 });

    const summary = await runThere(folder, bellwether, ["metrics", "summary", "--json"]);
    expect([summary.code, summary.stderr]).toEqual([0, ""]);
    expect((JSON.parse(summary.stdout) as { today: object }).today).toMatchObject({ api_calls: 20, dau: 20 });
    // A chart needs the fonts, and history has complete days.
    await writeFile(
      join(folder, "history.jsonl"),
      '{"type":"signup","user_id":"u","occurred_at":"2026-01-01T00:00:00Z"}\n',
    );
    expect((await runThere(folder, bellwether, ["import", "history.jsonl"])).code).toBe(0);
    const drawn = await runThere(folder, bellwether, ["metrics", "show", "total_users", "--out", "chart.png"]);
    expect([drawn.code, drawn.stderr]).toEqual([0, ""]);
    expect(drawn.stdout).toContain("Chart written to `chart.png` (PNG).");
    expect((await readFile(join(folder, "chart.png"))).subarray(1, 4).toString()).toBe("PNG");
    expect(await service.stop()).toBe(0);
  },
);

test(
  "unpacked, `npm ci --omit=dev` and `npm start` are enough, with no compiler there",
  { timeout: 180_000 },
  async () => {
    const folder = await strangersFolder();
    execFileSync("tar", ["xzf", packages.service, "-C", folder]);
    const unpacked = join(folder, "package");
    await npm(unpacked, ["ci", "--omit=dev"]);
    const compilers = await runThere(unpacked, process.execPath, ["-e", 'require.resolve("typescript")']);
    expect(compilers.code).toBe(1);
    const service = await startThere(unpacked, "npm", ["start"]);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    await service.stop();
    const help = await runThere(unpacked, "npm", ["run", "-s", "cli", "--", "help"]);
    expect([help.code, help.stderr]).toEqual([0, ""]);
  },
);
