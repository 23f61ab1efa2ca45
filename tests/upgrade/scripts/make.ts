/**
 * Makes `before.sql.gz` and `answers.json` again: `tsx tests/upgrade/scripts/make.ts CHECKOUT`. CHECKOUT is a folder with the program
 * of the version before at its commit, with its packages installed and built. Needs root and Debian's PostgreSQL 15.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { Temporal } from "temporal-polyfill";
import { askEverything } from "../asking.ts";
import { calendarOf, companyEvents, RATES, REFUSED, ZONE } from "../company.ts";

const BIN = "/usr/lib/postgresql/15/bin";
const ADMIN_KEY = "an-admin-key-for-the-upgrade-of-a-test-database";
const checkout = resolve(process.argv[2] ?? "");
const folder = mkdtempSync(join(tmpdir(), "bw-upgrade-"));
const here = new URL("..", import.meta.url).pathname;

function asPostgres(program: string, ...words: string[]): Buffer {
  return execFileSync(
    "setpriv",
    ["--reuid=postgres", "--regid=postgres", "--clear-groups", `${BIN}/${program}`, ...words],
    {
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
}

function startServer(): void {
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "pg"));
  execFileSync("chown", ["postgres", join(folder, "pg")]);
  asPostgres(
    "initdb",
    "-D",
    join(folder, "pg/data"),
    "-U",
    "postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
  );
  const options = `-c listen_addresses= -c unix_socket_directories=${folder}/pg`;
  asPostgres("pg_ctl", "-D", join(folder, "pg/data"), "-w", "-o", options, "-l", join(folder, "pg/log"), "start");
  asPostgres("createdb", "-h", join(folder, "pg"), "-U", "postgres", "bellwether");
}

/** The parts of the checkout's own Slack double that are used here. */
interface SlackDouble {
  readonly botToken: string;
  readonly appToken: string;
  readonly apiUrl: string;
  channelId(name: string): Promise<string>;
  close(): Promise<void>;
}

async function startSlack(): Promise<SlackDouble> {
  const double = (await import(join(checkout, "tests/support/slack/slack.ts"))) as {
    startSlack(): Promise<SlackDouble>;
  };
  return double.startSlack();
}

const settings: Record<string, string> = {
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  DATA_DIR: folder,
  DATABASE_URL: `postgres://postgres@/bellwether?host=${encodeURIComponent(join(folder, "pg"))}`,
  TIMEZONE: ZONE,
  PORT: "3987",
  LOG_LEVEL: "warn",
  ADMIN_KEY,
};

const cli = (...words: string[]): string =>
  execFileSync(process.execPath, ["dist/cli.js", ...words], { cwd: checkout, env: settings, encoding: "utf8" });

async function startProgram(): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ["dist/main.js"], { cwd: checkout, env: settings, stdio: "inherit" });
  for (;;) {
    const ready = await fetch("http://127.0.0.1:3987/readyz").catch(() => null);
    if (ready?.ok === true) break;
    if (child.exitCode !== null) throw new Error("the old program did not start");
    await new Promise((later) => setTimeout(later, 100));
  }
  return async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
}

async function post(path: string, key: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const answer = await fetch(`http://127.0.0.1:3987${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** Asks the database until it answers `wanted`. */
async function waitFor(question: string, wanted: string): Promise<void> {
  for (let seconds = 0; seconds < 180; seconds += 1) {
    const answer = asPostgres("psql", "-h", join(folder, "pg"), "-U", "postgres", "-Atc", question, "bellwether");
    if (answer.toString().trim() === wanted) return;
    await new Promise((later) => setTimeout(later, 1_000));
  }
  throw new Error(`${question} never answered ${wanted}`);
}

/** A digest that has been posted, a survey that is open, and a ticket of the desk. */
async function useChat(channel: string): Promise<void> {
  cli("nps", "ask", `slack:${channel}`, "--days", "7");
  cli("ticket", "open", "The digest is late");
  await waitFor("select state from deliveries", "sent");
  await waitFor("select distinct state from survey_messages", "posted");
}

async function main(): Promise<void> {
  startServer();
  const slack = await startSlack();
  const channel = await slack.channelId("numbers");
  const now = Temporal.Now.zonedDateTimeISO(ZONE);
  const today = now.toPlainDate().toString();
  Object.assign(settings, {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    DIGEST_CHANNELS: `slack:${channel}`,
    DIGEST_AT: now.add({ minutes: 2 }).toPlainTime().toString({ smallestUnit: "minute" }),
  });
  const stop = await startProgram();
  const ingestKey = /bw_\S+/.exec(cli("keys", "create", "--scope", "ingest", "--source", "api"))?.[0] ?? "";
  const calendar = calendarOf(today);
  for (const { currency, rate, ago } of RATES) cli("rates", "set", currency, rate, calendar.day(ago));
  const events = companyEvents(today);
  for (let first = 0; first < events.length; first += 500) {
    const told = (await post("/api/events", ingestKey, { events: events.slice(first, first + 500) })) as {
      rejected: unknown[];
    };
    if (told.rejected.length > 0) throw new Error(JSON.stringify(told.rejected));
  }
  await post("/api/events", ingestKey, { events: REFUSED });
  await post("/api/events/void", ADMIN_KEY, { source: "api", id: "nps-9", reason: "sent twice by the app" });
  await useChat(channel);
  cli("rollup");
  cli("verify", "--days", "90");
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:3987${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.json() as Promise<never>;
  };
  const answers = { today, madeAt: Temporal.Now.instant().toString(), ingestKey, ...(await askEverything(ask)) };
  await stop();
  await slack.close();
  const dump = asPostgres(
    "pg_dump",
    "-h",
    join(folder, "pg"),
    "-U",
    "postgres",
    "--inserts",
    "--rows-per-insert=200",
    "--no-owner",
    "--no-privileges",
    "bellwether",
  );
  const statements = dump
    .toString("utf8")
    .split("\n")
    .filter((line) => !line.startsWith("\\"));
  writeFileSync(join(here, "before.sql.gz"), gzipSync(statements.join("\n"), { level: 9 }));
  writeFileSync(join(here, "answers.json"), `${JSON.stringify(answers)}\n`);
}

try {
  await main();
} finally {
  asPostgres("pg_ctl", "-D", join(folder, "pg/data"), "-m", "fast", "stop");
  rmSync(folder, { recursive: true, force: true });
}
