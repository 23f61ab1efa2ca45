import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOW, startBellwether, type Bellwether } from "../client/support.ts";
import {
  compile,
  installedVersion,
  npm,
  packAll,
  startApplication,
  strangersFolder,
  type Packages,
} from "./installing.ts";

let packages: Packages;

beforeAll(async () => {
  packages = await packAll();
}, 60_000);
afterAll(() => rm(packages.folder, { recursive: true, force: true }));

/** What is asked, as whom, and the row that must come of it. */
const REQUESTS = [
  ["GET", "/app/projects/7?token=hush", "u1", "/app/projects/:id", 200, false],
  ["GET", "/app/projects/8", "u2", "/app/projects/:id", 200, false],
  ["GET", "/app/projects/9", null, "/app/projects/:id", 200, false],
  ["POST", "/app/projects/7/files", "u1", "/app/projects/:id/files", 204, false],
  ["PUT", "/app/any/7", "u1", "/app/any/:thing", 200, false],
  ["GET", "/app/admin/users/7", "u1", "/app/admin/users/:id", 401, false],
  ["GET", "/app/admin/users/7", "admin", "/app/admin/users/:id", 200, false],
  ["GET", "/app/throws", "u1", "/app/throws", 500, true],
  ["GET", "/app/rejects", "u1", "/app/rejects", 500, true],
  ["GET", "/app/forbidden", "u1", "/app/forbidden", 403, false],
  ["GET", "/app/shops/1/shelves/2/items/3", "u1", "/app/shops/:shop/shelves/:shelf/items/:item", 200, false],
  ["GET", "/app/shops/1/burns", "u1", "/app/shops/:shop/burns", 503, true],
  ["GET", "/app/mounted/x/1", "u1", "/app/mounted/*", 200, false],
  ["GET", "/app/nowhere/7", "u1", "/app/*", 404, false],
] as const;

async function expectEveryRequest(bellwether: Bellwether, folder: string, names: readonly [string, string]) {
  const words = [...names, bellwether.url, bellwether.key, String(Date.parse(NOW))];
  const application = await startApplication(folder, words);
  for (const [method, path, user, , status] of REQUESTS) {
    const headers = user === null ? {} : { "x-user": user, "x-team": `team-of-${user}` };
    expect((await fetch(`${application.url}${path}`, { method, headers })).status, path).toBe(status);
  }
  const { lines, ...told } = await application.told();
  expect(lines.filter((line) => !/events go to|requests are recorded/.test(line))).toEqual([]);
  expect(told).toMatchObject({ settled: true, recorded: REQUESTS.length, accepted: REQUESTS.length });

  const rows = await bellwether.db.read.run(
    (sql) => sql<{ method: string; route: string; status: number; failed: boolean; person: string | null }[]>`
      select f.method, f.route, l.status, l.failed, u.user_id as person
      from usage_logs l join features f using (feature_no) left join users u using (user_no)`,
  );
  const inOrder = (list: readonly (readonly unknown[])[]) => list.map((row) => JSON.stringify(row)).toSorted();
  expect(
    inOrder(rows.map(({ method, route, status, failed, person }) => [method, route, status, failed, person])),
  ).toEqual(inOrder(REQUESTS.map(([method, , user, route, status, failed]) => [method, route, status, failed, user])));
}

describe.each(["4.0.0", "4.6.0", "^4"])("beside the application's own hono@%s, bellwether-client", (wanted) => {
  it("records every request under its route, and compiles", { timeout: 120_000 }, async () => {
    const bellwether = await startBellwether();
    const folder = await strangersFolder();
    await npm(folder, ["install", `hono@${wanted}`, "@hono/node-server@1", packages.client]);
    if (wanted !== "^4") expect(await installedVersion(folder, "hono")).toBe(wanted);
    const names = ["bellwether-client", "bellwether-client/hono"] as const;
    await compile(folder, names);
    await expectEveryRequest(bellwether, folder, names);
  });
});

it(
  "linked to a checkout, as `npm install <path>` links it, records every request too",
  { timeout: 120_000 },
  async () => {
    const bellwether = await startBellwether();
    const folder = await strangersFolder();
    await npm(folder, ["install", "hono@4.0.0", "@hono/node-server@1"]);
    await symlink(process.cwd(), join(folder, "node_modules", "bellwether"));
    await expectEveryRequest(bellwether, folder, ["bellwether/client", "bellwether/hono"]);
  },
);
