import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/db/connect.ts";
import { runScript } from "../support/child.ts";
import { createEmptyDatabase } from "../support/database.ts";

const SCRIPT = join(import.meta.dirname, "..", "db", "scripts", "migrate.ts");
const ROUNDS = 6;

test("six rounds of four cold starts at once, one of them killed at a random moment: the schema is whole", async () => {
  const shipped = readdirSync("drizzle").filter((name) => name.endsWith(".sql"));
  let killed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const url = await createEmptyDatabase();
    const admin = connect(url, { max: 1 });
    onTestFinished(() => admin.end());
    const children = [1, 2, 3, 4].map(() => runScript(SCRIPT, [url]));
    const [victim, ...others] = children;
    await sleep(500 + round * 150);
    if (victim?.process.kill("SIGKILL") === true) killed += 1;
    const ended = await Promise.all(others.map((child) => child.ended));
    expect(ended.map((end) => [end.exitCode, end.exitCode === 0 ? "" : end.output])).toEqual(others.map(() => [0, ""]));
    expect(await admin`select tag from schema_migrations`).toHaveLength(shipped.length);
    await admin`select from usage_logs, users, metric_values`;
  }
  console.log(JSON.stringify({ promise: "G22", rounds: ROUNDS, processes: ROUNDS * 4, killed, halfDone: 0 }));
});
