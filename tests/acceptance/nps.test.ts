import { describe, expect, test } from "vitest";
import { formatNps } from "../../src/metrics/format.ts";
import { runProgram, type Program } from "../support/program.ts";
import { discordGround, slackGround, type Ground } from "../surveys/grounds.ts";
import { oracleOf, seeded, vote, VOTERS } from "../surveys/voting.ts";
import { chatGround, started, type ChatGround, type Settings } from "./chat-ground.ts";

const PATIENCE = { timeout: 60_000 };

interface Poll {
  readonly ground: Ground;
  readonly db: ChatGround["db"];
  readonly settings: Settings;
  readonly message: string;
  readonly name: string;
  program(): Program;
  /** SIGKILL, and another start. */
  killAndStart(): Promise<void>;
}

async function beginPoll(name: string, open: (chat: ChatGround) => Promise<Ground>): Promise<Poll> {
  const chat = await chatGround();
  const ground = await open(chat);
  const { DATABASE_URL = "", TIMEZONE = "" } = chat.settings;
  const settings = { DATABASE_URL, TIMEZONE, ...ground.settings };
  let program = await started(settings);
  ground.serve(() => program.url);
  await ground.tell(["nps", "ask"], "days=7");
  const posted = () =>
    chat.db.read.run(
      (sql) =>
        sql<{ id: string }[]>`select message_id as id from survey_messages where state = 'posted' and has_digits`,
    );
  await expect.poll(posted, PATIENCE).toHaveLength(1);
  return {
    ground,
    settings,
    name,
    db: chat.db,
    message: (await posted())[0]?.id ?? "",
    program: () => program,
    async killAndStart() {
      await program.kill();
      program = await started(settings);
    },
  };
}

async function publicScores({ db }: Poll): Promise<string[]> {
  const rows = await db.read.run(
    (sql) => sql<{ line: string }[]>`
      select person || ' ' || public_score as line from survey_answers where public_score is not null
      order by person collate "C"`,
  );
  return rows.map(({ line }) => line);
}

/** The rule, applied to what the platform itself holds. */
function heldLines({ ground, message, name }: Poll): string[] {
  return [...ground.held(message)]
    .map(([person, digits]) => `${name}:${person} ${Math.min(...digits)}`)
    .toSorted((one, other) => (one < other ? -1 : 1));
}

async function todayOverHttp({ program }: Poll): Promise<{ nps: number | null; nps_responses: number | null }> {
  const { url, adminKey } = program();
  const answer = await fetch(`${url}/api/metrics/daily?days=1`, { headers: { authorization: `Bearer ${adminKey}` } });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { today: { nps: number | null; nps_responses: number | null } }).today;
}

describe.each([
  ["Slack, Socket Mode", "slack", ({ slack }: ChatGround) => slackGround("socket", slack)],
  ["Slack, HTTP", "slack", ({ slack }: ChatGround) => slackGround("http", slack)],
  ["Discord", "discord", ({ discord }: ChatGround) => discordGround(discord)],
] as const)("the program as people start it, on %s", (title, name, open) => {
  test(`${VOTERS} people vote in a storm and it is killed: stored = the platform's, API = chat = the oracle's`, async () => {
    const poll = await beginPoll(name, open);
    const { ground, message, db, settings } = poll;
    const random = seeded(181);
    const counted = await ground.countEvents();
    ground.setWeather({ lost: 0.3, doubled: 0.3, delayed: 0.3, random });
    ground.react(message, 0, ground.otherBot);
    let [broken, killed] = [false, false];
    await vote(ground, message, random, async (share) => {
      if (share > 0.4 && !broken) {
        broken = true;
        await ground.breakSession();
      }
      if (share > 0.7 && !killed) {
        killed = true;
        await poll.killAndStart();
      }
    });
    counted.stop();
    ground.setWeather(null);
    await ground.settled();
    expect(await poll.program().stop()).toBe(0);
    await poll.killAndStart();
    await expect.poll(() => publicScores(poll), PATIENCE).toEqual(heldLines(poll));
    expect(heldLines(poll).length).toBeGreaterThan(VOTERS / 2);

    // Somebody of those who react means something else, and says so in the form.
    const [person = ""] = [...ground.held(message).keys()];
    const thanks = await ground.answerPrivately(message, person, { score: "0", why: "too slow for us" });
    expect(thanks).toContain("Thank you: 0 of 10");
    const scores = heldLines(poll).map((line) =>
      line.startsWith(`${name}:${person} `) ? 0 : Number(line.split(" ")[1]),
    );
    const oracle = oracleOf(scores);

    await expect.poll(async () => (await todayOverHttp(poll)).nps_responses, PATIENCE).toBe(oracle.nps_responses);
    await expect.poll(async () => (await todayOverHttp(poll)).nps, PATIENCE).toBeCloseTo(oracle.nps_score ?? NaN, 9);
    expect(await ground.tell(["nps", "results"], "")).toContain(formatNps(oracle));
    const told = await runProgram("cli", ["nps", "results", "--json"], settings);
    expect(JSON.parse(told.stdout)).toMatchObject(oracle);
    const [standing] = await db.read.run(
      (sql) => sql<{ n: number }[]>`select count(*)::int as n from nps_surveys where voided_at is null`,
    );
    expect(standing?.n).toBe(oracle.nps_responses);

    // Control: adding up what was told does not converge.
    const believed = [...counted.held].flatMap(([who, digits]) =>
      digits.size === 0 || who === ground.otherBot ? [] : [`${name}:${who} ${Math.min(...digits)}`],
    );
    expect(new Set(believed)).not.toEqual(new Set(heldLines(poll)));
    console.log(JSON.stringify({ promise: "G18", platform: title, ...oracle, counting: believed.length }));
  }, 180_000);
});
