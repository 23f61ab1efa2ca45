/**
 * `tsx tests/upgrade/scripts/demo-year.ts CHECKOUT FOLDER`: the version before, built in CHECKOUT, fills its demo beside FOLDER
 * unless it is there; the present program, built in this checkout, opens it. Tells which numbers of 366 days changed, whether
 * each changed count and level is restated by as much, and what `verify` finds. Not part of `npm test`: it takes some minutes.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { Temporal } from "temporal-polyfill";
import { isMetricName, metricOf } from "../../../src/metrics/catalogue.ts";
import { connect } from "../../../src/db/connect.ts";
import { startEmbedded } from "../../../src/db/embedded/embedded.ts";
import { SILENT } from "../../support/silent.ts";
import { askEverything, type Answers } from "../asking.ts";
import { explainedBy, type Restated } from "../restated.ts";

const DAYS = 366;
const PORT = "3988";
const ADMIN_KEY = "an-admin-key-for-the-upgrade-of-the-demo-2026";
const [checkout = "", folder = ""] = process.argv.slice(2).map((path) => resolve(path));
const env = { PATH: process.env["PATH"] ?? "", HOME: "/tmp", DATA_DIR: folder, PORT, LOG_LEVEL: "warn", ADMIN_KEY };

/** Starts a built program on the folder's demo, lets `use` ask it, and stops it. */
async function withProgram<T>(cwd: string, use: () => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ["dist/main.js", "--demo"], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => null);
    if (ready?.ok === true) break;
    if (child.exitCode !== null) throw new Error(`the program in ${cwd} did not start`);
    await new Promise((later) => setTimeout(later, 500));
  }
  try {
    return await use();
  } finally {
    child.kill("SIGTERM");
    await exited;
  }
}

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json() as Promise<T>;
}

function cli(cwd: string, ...words: string[]): string {
  try {
    return execFileSync(process.execPath, ["dist/cli.js", ...words, "--demo"], {
      cwd,
      env,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (thrown) {
    return (thrown as { stdout?: string }).stdout ?? String(thrown);
  }
}

async function readRestatements(): Promise<Restated[]> {
  const server = await startEmbedded({ dataDir: `${folder}-demo`, log: SILENT, port: 0, purpose: "service" });
  const client = connect(server.url, { max: 1 });
  const rows = await client<Restated[]>`
    select metric, day::text, before::float8, after::float8, cause from restatements where by = '' order by metric, day`;
  await client.end();
  await server.stop();
  return [...rows];
}

function compare(then: Answers, now: Answers, restated: readonly Restated[]): void {
  let [same, restatedDays, unexplained] = [0, 0, 0];
  for (const [metric, was] of Object.entries(then.series)) {
    const is = now.series[metric];
    if (is === undefined || !isMetricName(metric)) {
      console.log(`${metric}: not told any more`);
      continue;
    }
    const days = was.days.map((_, index) => Temporal.PlainDate.from(then.firstDay).add({ days: index }).toString());
    const own = restated.filter((row) => row.metric === metric);
    const rounding = metricOf(metric).unit === "money" ? 0.011 * (1 + own.length) : 0;
    const changed = days.filter((_, index) => was.days[index] !== is.days[index]);
    const bare = changed.filter((day) => {
      const index = days.indexOf(day);
      const by = (is.days[index] ?? 0) - (was.days[index] ?? 0);
      return Math.abs(explainedBy(metric, day, own) - by) > rounding;
    });
    const isDerived = !["count", "level", "distinct"].includes(metricOf(metric).kind);
    same += days.length - changed.length;
    restatedDays += isDerived ? 0 : changed.length - bare.length;
    unexplained += isDerived ? 0 : bare.length;
    if (changed.length === 0) continue;
    const told = isDerived ? "follows from others" : `${changed.length - bare.length} restated or no longer known`;
    const index = days.indexOf(changed[0] ?? "");
    console.log(
      `${metric}: ${changed.length} days differ (${told}), first ${days[index]}: ${was.days[index]} → ${is.days[index]}`,
    );
  }
  console.log({ metrics: Object.keys(then.series).length, days: then.days, same, restatedDays, unexplained });
}

const then = await withProgram(checkout, () => askEverything(ask, { days: DAYS }));
const started = performance.now();
const now = await withProgram(process.cwd(), async () => {
  console.log(`ready after ${Math.round(performance.now() - started)} ms`);
  const verified = cli(process.cwd(), "verify", "--days", String(DAYS));
  console.log(`recomputed and verified after ${Math.round((performance.now() - started) / 1_000)} s`);
  console.log(verified.split("\n").slice(0, 40).join("\n"));
  return askEverything(ask, { days: DAYS, hasSteps: true });
});
const restated = await readRestatements();
console.log(`restatements: ${restated.length}, causes: ${[...new Set(restated.map(({ cause }) => cause))].join("; ")}`);
compare(then, now, restated);
