import { afterAll, beforeAll, expect, test } from "vitest";
import { complaintOf } from "../../src/complaint.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { freshFolder, removeFolder, runProgram } from "../support/program.ts";
import { startOwnServer } from "../support/server.ts";

let folder = "";
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => removeFolder(folder));

test.each([1, 2, 3])(
  "a database that goes away after connection %i ends the start in a sentence",
  async (connections) => {
    const proxy = await startFaultProxy((await startOwnServer()).url);
    const running = runProgram("main", [], { DATABASE_URL: proxy.url, DATA_DIR: folder, PORT: "0" });
    await expect.poll(() => proxy.connections(), { timeout: 20_000, interval: 1 }).toBeGreaterThanOrEqual(connections);
    await proxy.set("refuse");
    const { code, stderr } = await running;
    expect(code).toBe(1);
    const said = stderr.split("\n").filter((line) => line.startsWith("Bellwether cannot start."));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^Bellwether cannot start\. (The database|No PostgreSQL|Bellwether) /);
    expect(said[0]).not.toContain("{");
  },
);

test("what nobody foresaw is a sentence, too, and tells nothing of what it was about", () => {
  const said = complaintOf(Object.assign(new TypeError("the password is hunter2"), { code: "E_NEW" }));
  expect(said).toMatch(/^This is a bug in Bellwether \(TypeError E_NEW at .+\)\. Please report it with this line\.$/);
  expect(said).not.toContain("hunter2");
  expect(complaintOf(Object.assign(new Error("x"), { code: "CONNECTION_CLOSED" }))).toMatch(
    /^The database does not answer\./,
  );
});
