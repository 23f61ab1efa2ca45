import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import type { Summary } from "../../src/metrics/answers.ts";
import { formatValue } from "../../src/metrics/format.ts";
import { textOf } from "../bot/discord/reading.ts";
import { readBlocks } from "../bot/slack/support.ts";
import { runProgram, type Program } from "../support/program.ts";
import {
  chatGround,
  DISCORD_CHANNEL,
  digestsShown,
  ONE_EACH,
  started,
  ZONE,
  type ChatGround,
  type Settings,
} from "./chat-ground.ts";

const DAYS = 70;

/** Ten weeks of a small company up to a minute ago, which grows, and whose teams come every fourth day. */
function history(): object[] {
  const now = Temporal.Now.zonedDateTimeISO(ZONE);
  return Array.from({ length: DAYS }, (_, ago) => {
    const day = now.startOfDay().subtract({ days: ago });
    const occurred_at = (ago === 0 ? now.subtract({ minutes: 1 }) : day.add({ hours: 10 })).toInstant().toString();
    const people = Array.from({ length: 5 + (ago % 3) }, (_entry, n) => `user-${(ago + n) % 30}`);
    const calls = { type: "request", method: "GET", route: "/projects/:id", duration_ms: 20, occurred_at };
    return [
      ...people.map((user_id, n) => ({ ...calls, user_id, status: n === 4 ? 500 : 200 })),
      { type: "signup", user_id: `user-${ago}`, occurred_at },
      { type: "health_check", service: "api", status: "healthy", occurred_at },
      ...(ago % 4 === 1
        ? [
            {
              type: "revenue",
              event: "subscription_started",
              plan: "Pro",
              amount: 79,
              team_id: `Team ${ago}`,
              occurred_at,
            },
          ]
        : []),
    ];
  }).flat();
}

/** What the API says of the week, when all of that history is counted. */
async function summaryOfWeek({ url, adminKey }: Program, settings: Settings): Promise<Summary> {
  const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
  const body = JSON.stringify({ events: history() });
  const told = await fetch(`${url}/api/events`, { method: "POST", headers, body });
  expect(await told.json()).toMatchObject({ rejected: [], duplicates: 0 });
  expect((await runProgram("cli", ["rollup"], settings)).code).toBe(0);
  return (await (await fetch(`${url}/api/metrics/summary?days=7`, { headers })).json()) as Summary;
}

/** As if the weekly schedules had been made five minutes ago, and their time had come a minute ago. */
async function weeklyDueNow({ db }: ChatGround): Promise<void> {
  await db.work.run(
    (sql) => sql`
      update schedules set created_at = now() - interval '5 minutes',
        at = (now() at time zone ${ZONE} - interval '1 minute')::time,
        weekday = extract(isodow from now() at time zone ${ZONE} - interval '1 minute')
      where kind = 'weekly digest'`,
  );
}

test("a weekly digest that was asked for in the terminal is posted once by three instances, with the numbers of the API", async () => {
  const ground = await chatGround();
  const { db, slack, discord, slackChannel } = ground;
  const channels = [`slack:${slackChannel}`, `discord:${DISCORD_CHANNEL}`];
  const noon = Temporal.Now.zonedDateTimeISO(ZONE)
    .add({ hours: 12 })
    .toPlainTime()
    .toString({ smallestUnit: "minute" });
  const settings = { ...ground.settings, DIGEST_CHANNELS: channels.join(","), DIGEST_AT: noon };
  const first = await started(settings);
  const summary = await summaryOfWeek(first, settings);
  for (const channel of [`slack:${slackChannel}`, `discord:channel:${DISCORD_CHANNEL}`]) {
    const words = ["digest", "subscribe", "--edition", "weekly", "--day", "monday", "--channel", channel];
    expect(await runProgram("cli", words, settings)).toMatchObject({ code: 0 });
  }
  await first.stop();
  await weeklyDueNow(ground);

  const instances = [await started(settings), await started(settings), await started(settings)];
  const states = () =>
    db.read.run((sql) => sql<{ state: string }[]>`select state from deliveries where kind = 'weekly digest'`);
  await expect
    .poll(async () => (await states()).map(({ state }) => state), { timeout: 30_000 })
    .toEqual(["sent", "sent"]);
  expect(await digestsShown(ground)).toEqual(ONE_EACH);

  const [inSlack] = await slack.messages(slackChannel);
  const texts = [readBlocks(inSlack?.blocks ?? []), ...discord.world.messages.map(textOf)];
  const shown = [
    formatValue("mrr", summary.mrr, summary),
    formatValue("signups", summary.new_signups, summary),
    formatValue("api_calls", summary.total_api_calls, summary),
    formatValue("error_rate", summary.error_rate, summary),
  ];
  expect(shown).not.toContain("no data");
  for (const text of texts) {
    expect(text).toMatch(/Week \d/);
    for (const value of shown) expect(text).toContain(value);
    expect(text).toContain("Team 1 (Pro, $79)");
  }
  for (const instance of instances) expect(await instance.stop()).toBe(0);
}, 180_000);
