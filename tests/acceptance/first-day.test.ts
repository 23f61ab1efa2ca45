import { spawn } from "node:child_process";
import { once } from "node:events";
import { Temporal } from "temporal-polyfill";
import { expect, onTestFinished, test } from "vitest";
import type { Summary } from "../../src/metrics/answers.ts";
import type { MetricName } from "../../src/metrics/catalogue.ts";
import { formatValue } from "../../src/metrics/format.ts";
import { textOf } from "../bot/discord/reading.ts";
import { readBlocks } from "../bot/slack/support.ts";
import { runProgram, type Program } from "../support/program.ts";
import type { Route } from "../support/slack/slack.ts";
import {
  chatGround,
  deliveryStates,
  digestDueNow,
  digestsShown,
  httpRoute,
  ONE_EACH,
  started,
  ZONE,
  type Settings,
} from "./chat-ground.ts";

const DAYS = 30;

/** 65 days of a small company, and what happens today comes through its application. */
function history(): object[] {
  const today = Temporal.Now.zonedDateTimeISO(ZONE).startOfDay();
  return Array.from({ length: 65 }, (_, index) => index + 1).flatMap((ago) => {
    const at = (hour: number) => today.subtract({ days: ago }).add({ hours: hour }).toInstant().toString();
    const people = Array.from({ length: 3 + (ago % 4) }, (_, n) => `user-${(ago * 3 + n) % 40}`);
    const requests = people.map((userId, n) => ({
      type: "request",
      method: "GET",
      route: "/projects/:id",
      status: n === 4 ? 500 : 200,
      durationMs: 20 + n,
      userId,
      occurredAt: at(9 + n),
    }));
    const begun = { event: "subscription_started", plan: "pro", amount: "79.00", currency: "USD" };
    return [
      ...requests,
      { type: "signup", userId: `user-${ago}`, occurredAt: at(8) },
      { type: "health_check", service: "api", status: "healthy", occurredAt: at(12) },
      ...(ago % 6 === 0 ? [{ ...begun, type: "revenue", teamId: `team-${ago}`, occurredAt: at(10) }] : []),
      ...(ago % 2 === 0 ? [{ type: "nps", userId: `user-${ago}`, score: (ago / 2) % 11, occurredAt: at(11) }] : []),
      ...(ago % 9 === 0
        ? [{ type: "ticket", action: "opened", ticketId: `T${ago}`, subject: "Help", occurredAt: at(13) }]
        : []),
    ];
  });
}

/** The small application of a customer: people use it, and it tells Bellwether so. Resolves when all of it is rolled up. */
async function useApplication(program: Program, settings: Settings): Promise<void> {
  const past = history();
  const words = ["tests/acceptance/scripts/application.mjs", program.url, program.adminKey];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = line.toString().trim();
  const headers = { "x-user": "user-1", "content-type": "application/json" };
  await fetch(`${url}/history`, { method: "POST", headers, body: JSON.stringify(past) });
  await fetch(`${url}/people/newcomer`, { method: "POST", headers });
  for (let n = 0; n < 4; n += 1) await fetch(`${url}/projects/${n}`, { headers });
  await fetch(`${url}/broken`, { headers });
  const told = (await (await fetch(`${url}/told`)).json()) as Record<string, unknown>;
  // Seven requests through the middleware (this one is not over), a sign-up, an activation, and the past.
  const accepted = past.length + 7 + 2;
  expect(told).toMatchObject({ settled: true, accepted, rejected: 0, dropped: 0, waiting: 0 });
  expect((await runProgram("cli", ["rollup"], settings)).code).toBe(0);
}

async function summaryOf(program: Program): Promise<Summary> {
  const headers = { authorization: `Bearer ${program.adminKey}` };
  const answer = await fetch(`${program.url}/api/metrics/summary?days=${DAYS}`, { headers });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Summary;
}

/** What has to stand in chat, from the numbers of the API alone. */
function expectedWords(summary: Summary): string[] {
  const shown = (metric: MetricName, value: number | null) => formatValue(metric, value, summary);
  return [
    `Users ${shown("total_users", summary.total_users)}`,
    `${shown("signups", summary.new_signups)} new`,
    `${shown("dau", summary.active_users_daily)} active yesterday`,
    `${shown("mau", summary.active_users_monthly)} in 30 days`,
    `MRR ${shown("mrr", summary.mrr)}`,
    `ARPU ${shown("arpu", summary.arpu)}`,
    `API calls ${shown("api_calls", summary.total_api_calls)}`,
    `Error rate ${shown("error_rate", summary.error_rate)}`,
    `uptime ${shown("uptime", summary.api_uptime)}`,
    `NPS ${shown("score" as MetricName, summary.nps_score)}`,
    `${summary.nps_responses} answers`,
    `${shown("open_tickets", summary.open_tickets)} open tickets`,
  ];
}

test("an application's events are the numbers of `/metrics summary` in Slack (both modes) and in Discord", async () => {
  const ground = await chatGround();
  const { slack, discord, settings } = ground;
  const socketMode = await started(settings);
  const http = await httpRoute(ground, settings);
  await useApplication(socketMode, settings);
  const summary = await summaryOf(socketMode);
  expect(summary.total_api_calls).toBeGreaterThan(0);
  expect(summary.mrr).toBeGreaterThan(0);
  const expected = expectedWords(summary);
  expect(expected.join()).not.toContain("no data");

  const routes: Route[] = [{ kind: "socket" }, http];
  const texts = await Promise.all(
    routes.map(async (route) => {
      const answer = await slack.type(route, "/metrics", `summary --days ${DAYS}`).next();
      expect(answer.response_type).toBe("ephemeral");
      return readBlocks(answer.blocks);
    }),
  );
  const asked = discord.ask(["metrics", "summary"], [{ name: "days", value: DAYS }]);
  texts.push(textOf(await discord.until(() => asked.reply)));
  expect(asked.isPrivate).toBe(true);
  for (const text of texts) for (const words of expected) expect(text.replaceAll(" · ", " ")).toContain(words);
}, 180_000);

test("at the due time three instances post one digest with one picture to each platform", async () => {
  const ground = await chatGround();
  const first = await started(ground.settings);
  await useApplication(first, ground.settings);
  await first.stop();
  const settings = await digestDueNow(ground);
  const instances = [await started(settings), await started(settings), await started(settings)];
  for (const instance of instances) expect(instance.output()).toContain("Socket Mode");
  await expect.poll(() => deliveryStates(ground.db), { timeout: 30_000 }).toEqual(["sent", "sent"]);
  expect(await digestsShown(ground)).toEqual(ONE_EACH);
  for (const instance of instances) expect(await instance.stop()).toBe(0);
}, 180_000);

test("killed after both platforms took the digest and before it was written down, the next start posts no second", async () => {
  const ground = await chatGround();
  const { db, slack, discord } = ground;
  const first = await started(ground.settings);
  await useApplication(first, ground.settings);
  await first.stop();

  const settings = await digestDueNow(ground);
  const accepted = Promise.all([
    new Promise<void>((onDone) => slack.faults.add("chat.postMessage", { kind: "reply held", onDone })),
    new Promise<void>((onDone) =>
      discord.failNext("post /channels/{channel_id}/messages", { kind: "hold the answer", onDone }),
    ),
  ]);
  const dying = await started(settings);
  await accepted;
  await dying.kill();
  expect(await deliveryStates(db)).toEqual(["sending", "sending"]);
  expect(await digestsShown(ground)).toEqual(ONE_EACH);

  /** As if that much time had passed: the lease of whoever was killed has ended. */
  const pass = async () =>
    db.work.run((sql) => sql`update deliveries set claimed_until = now(), next_at = now(), recheck_at = now()`);
  await pass();
  const program = await started(settings);
  await expect.poll(() => deliveryStates(db), { timeout: 30_000 }).toEqual(["sent", "sent"]);
  expect(await digestsShown(ground)).toEqual(ONE_EACH);
  await program.stop();

  // Control: a sender that tries again what it has not heard of, as one without a look-up would.
  await db.work.run((sql) => sql`update deliveries set state = 'pending', next_at = now(), recheck_at = null`);
  await started(settings);
  await expect.poll(() => deliveryStates(db), { timeout: 30_000 }).toEqual(["sent", "sent"]);
  expect((await digestsShown(ground)).slack).toHaveLength(2);
}, 180_000);
