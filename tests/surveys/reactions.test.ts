import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { createCommands } from "../../src/bot/commands/commands.ts";
import { scoreOfRound } from "../../src/bot/surveys/round-score.ts";
import { createPollster, type Pollster } from "../../src/bot/surveys/pollster.ts";
import { OPERATOR_VISIT } from "../../src/bot/permission/gate.ts";
import type { ChatPlatform } from "../../src/bot/platform.ts";
import { runText } from "../../src/bot/run-command.ts";
import { Temporal } from "../../src/core/time.ts";
import { createVoider } from "../../src/events/void.ts";
import { createSurveys, type Surveys } from "../../src/surveys/surveys.ts";
import { createWaveBook } from "../../src/surveys/wave-book.ts";
import { noRules, noSurveys } from "../bot/support/made-up-numbers.ts";
import { SILENT } from "../support/silent.ts";
import { createTestWorld, type World } from "../support/world.ts";
import { discordGround, slackGround, type Ground } from "./grounds.ts";
import { oracleOf, seeded, vote, VOTERS } from "./voting.ts";

const NOW = "2026-11-20T09:00:00Z";

/** One run of the program. After `kill` it does nothing more, as one that was ended by the kernel. */
interface Program {
  readonly platform: ChatPlatform;
  readonly pollster: Pollster;
  readonly surveys: Surveys;
  readonly readies: () => number;
  kill(): Promise<void>;
}

async function startProgram(ground: Ground, world: World): Promise<Program> {
  const { db, workspace, intake } = world;
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  let isDead = false;
  let readies = 0;
  const alive =
    <Given extends unknown[], T>(work: (...given: Given) => Promise<T>) =>
    (...given: Given): Promise<T> =>
      isDead ? Promise.reject(new Error("killed")) : work(...given);
  const pool = (of: "intake" | "work" | "read") => ({
    ...db[of],
    run: alive(db[of].run) as typeof db.work.run,
    transaction: alive(db[of].transaction) as typeof db.work.transaction,
  });
  const pools = { intake: pool("intake"), work: pool("work"), read: pool("read") };
  const voider = createVoider({ db, clock, workspace });
  const surveys = createSurveys({
    db: pools,
    intake: { accept: alive(intake.accept) },
    voider: { voidEvent: alive(voider.voidEvent) },
    clock,
    log: SILENT,
  });
  const { platform, begin } = ground.connect();
  const pollster = createPollster({
    pool: pools.work,
    surveys,
    waves: createWaveBook({ db: pools, clock }),
    followingUp: null,
    platforms: [platform],
    timeZone: workspace.timeZone,
    clock,
    log: SILENT,
  });
  const { ready, reactionsChanged } = pollster.events;
  await platform.start([], {
    reactionsChanged,
    async ready(name) {
      readies += 1;
      await ready(name);
    },
  });
  begin();
  return {
    platform,
    pollster,
    surveys,
    readies: () => readies,
    async kill() {
      isDead = true;
      await platform.stop();
      await ground.bury();
      await pollster.idle();
    },
  };
}

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await sleep(5);
}

async function createPoll(openGround: () => Promise<Ground>) {
  const ground = await openGround();
  const world = await createTestWorld({ now: NOW });
  let program = await startProgram(ground, world);
  onTestFinished(async () => {
    await program.kill();
    await ground.stop();
  });
  const { name } = program.platform;
  const { surveyId } = await program.surveys.open({
    question: "How likely?",
    openedBy: "slack:U9",
    days: 7,
    places: [{ platform: name, channel: ground.channel, person: null }],
  });
  await program.pollster.post();
  await program.pollster.idle();
  const [asked] = (await program.surveys.result(surveyId)).messages;
  const message = asked?.messageId ?? "";
  const stored = async () =>
    (await program.surveys.result(surveyId)).answers
      .map(({ person, publicScore }) => `${person} ${publicScore}`)
      .toSorted((one, other) => (one < other ? -1 : 1));
  /** The rule, applied to what the platform itself holds. */
  const held = () =>
    [...ground.held(message)]
      .map(([person, digits]) => `${name}:${person} ${Math.min(...digits)}`)
      .toSorted((one, other) => (one < other ? -1 : 1));
  return {
    ground,
    world,
    surveyId,
    message,
    stored,
    held,
    program: () => program,
    async restart() {
      await program.kill();
      program = await startProgram(ground, world);
    },
    async quiet() {
      await ground.settled();
      await program.pollster.idle();
    },
  };
}

type Poll = Awaited<ReturnType<typeof createPoll>>;

async function shownScores({ world, program }: Poll) {
  // A day later the answers are those of a complete day, as the summary shows them.
  world.moveClock("2026-11-21T09:00:00Z");
  await world.settle();
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const { surveys, pollster } = program();
  const commands = createCommands({
    ...noSurveys,
    ...world,
    clock,
    accessBook: noRules,
    firstEvent: "curl",
    surveys,
    pollster,
  });
  const told = await runText("nps results", { commands, prefix: "/", ...OPERATOR_VISIT });
  const summary = await world.reader.summary(1);
  return { chat: told.data as Record<string, unknown>, api: summary };
}

describe.each([
  ["Slack, Socket Mode", () => slackGround("socket")],
  ["Slack, HTTP", () => slackGround("http")],
  ["Discord", discordGround],
] as const)("answers by reactions on %s", (_, openGround) => {
  test(
    `${VOTERS} people vote, change and withdraw in a storm: what is stored is what the platform holds`,
    { timeout: 120_000 },
    async () => {
      const poll = await createPoll(openGround);
      const { ground, stored, held, quiet, world } = poll;
      const random = seeded(18);
      const counted = await ground.countEvents();
      ground.setWeather({ lost: 0.3, doubled: 0.3, delayed: 0.3, random });
      ground.react(poll.message, 0, ground.otherBot);
      let [broken, killed] = [false, false];
      await vote(ground, poll.message, random, async (share) => {
        if (share > 0.4 && !broken) {
          broken = true;
          await ground.breakSession();
        }
        if (share > 0.7 && !killed) {
          killed = true;
          await poll.restart();
        }
      });
      counted.stop();
      // The last disconnect: what was lost on the way is seen when the connection is back.
      ground.setWeather(null);
      await poll.restart();
      await until(() => poll.program().readies() > 0);
      await quiet();

      expect(held().length).toBeGreaterThan(VOTERS / 2);
      expect(await stored()).toEqual(held());
      const oracle = oracleOf(held().map((line) => Number(line.split(" ")[1])));
      const { chat, api } = await shownScores(poll);
      expect(chat).toMatchObject(oracle);
      expect(api.nps_responses).toBe(oracle.nps_responses);
      expect(api.nps_score).toBeCloseTo(oracle.nps_score ?? NaN, 9);
      const events = await world.db.read.run(
        (sql) => sql<{ n: number }[]>`select count(*)::int as n from nps_surveys where voided_at is null`,
      );
      expect(events[0]?.n).toBe(oracle.nps_responses);
      // Counting what was told does not converge.
      const believed = [...counted.held].flatMap(([person, digits]) =>
        digits.size === 0 || person === ground.otherBot ? [] : [`${person} ${Math.min(...digits)}`],
      );
      const there = [...ground.held(poll.message)].map(([person, digits]) => `${person} ${Math.min(...digits)}`);
      expect(new Set(believed)).not.toEqual(new Set(there));
    },
  );

  test("what no event told is read by the hourly sweep, and not before; the last of it at the end", async () => {
    const { ground, message, held, stored, quiet, program, world } = await createPoll(openGround);
    const tick = async () => {
      await program().pollster.tick();
      await quiet();
    };
    ground.setWeather({ lost: 1, doubled: 0, delayed: 0, random: () => 0.5 });
    ground.react(message, 9, ground.person(1));
    await world.db.work.run((sql) => sql`update survey_messages set read_at = now() - interval '59 minutes'`);
    await tick();
    expect(await stored()).toEqual([]);
    await world.db.work.run((sql) => sql`update survey_messages set read_at = now() - interval '61 minutes'`);
    await tick();
    expect(await stored()).toEqual(held());
    expect(await stored()).toHaveLength(1);
    ground.unreact(message, 9, ground.person(1));
    ground.react(message, 2, ground.person(2));
    ground.react(message, 7, ground.person(3));
    world.moveClock("2026-11-27T09:00:01Z");
    await tick();
    expect(await stored()).toEqual(held());
    expect(await stored()).toHaveLength(2);
    // What is put there later no longer counts.
    ground.react(message, 0, ground.person(4));
    await tick();
    expect(await stored()).toHaveLength(2);
  });

  test("a question from before the start, which the program does not remember, counts by the event alone", async () => {
    const { ground, message, held, stored, quiet, program, restart } = await createPoll(openGround);
    await restart();
    await until(() => program().readies() > 0);
    await quiet();
    ground.react(message, 4, ground.person(1));
    ground.react(message, 9, ground.person(2));
    ground.unreact(message, 9, ground.person(2));
    await until(async () => (await stored()).length === 1);
    await quiet();
    expect(await stored()).toEqual(held());
  });

  test("somebody who has left counts while their reaction is there", async () => {
    const { ground, message, held, stored, quiet, restart, program } = await createPoll(openGround);
    ground.react(message, 3, ground.person(1));
    ground.react(message, 10, ground.person(2));
    await quiet();
    ground.leave(ground.person(1));
    await restart();
    await until(() => program().readies() > 0);
    await quiet();
    expect(await stored()).toEqual(held());
    expect(await stored()).toHaveLength(2);
    ground.unreact(message, 3, ground.person(1));
    await quiet();
    expect(await stored()).toHaveLength(1);
  });

  test("people asked alone: who is closed or gone is not reached, who is silent is reminded once, reactions count", async () => {
    const { ground, world, quiet, program } = await createPoll(openGround);
    const { surveys, pollster, platform } = program();
    const [voter, silent] = ground.reachable;
    const [closed, gone] = [ground.person(13), ground.person(14)];
    for (const person of [voter, silent, gone]) ground.setDirect(person, true);
    ground.setDirect(closed, false);
    ground.leave(gone);
    const { surveyId } = await surveys.open({
      question: "How likely are you to recommend us? ".repeat(7).slice(0, 240),
      openedBy: "slack:U9",
      days: 7,
      places: [voter, silent, closed, gone].map((person) => ({ platform: platform.name, channel: null, person })),
    });
    ground.loseReply();
    await pollster.post();
    await quiet();
    await world.db.work.run((sql) => sql`update survey_messages set next_at = now() where state = 'uncertain'`);
    await pollster.post();
    await quiet();
    const placeOf = async (person: string) =>
      (await surveys.result(surveyId)).messages.find((message) => message.person === person);
    for (const person of [closed, gone]) expect(await placeOf(person)).toMatchObject({ state: "failed" });
    const asked = await placeOf(voter);
    for (const person of [voter, silent])
      expect(await ground.shownIn((await placeOf(person))?.channel ?? ""), "posted once").toBe(1);
    ground.react(asked?.messageId ?? "", 9, voter, asked?.channel ?? "");
    await until(async () => (await surveys.result(surveyId)).answers.length === 1);
    await quiet();
    const result = await surveys.result(surveyId);
    expect(scoreOfRound(result)).toMatchObject({ asked: 2, unreached: 2, nps_responses: 1 });
    expect(result.answers).toMatchObject([{ person: `${platform.name}:${voter}`, publicScore: 9 }]);

    world.moveClock("2026-11-23T21:00:01Z");
    for (let round = 0; round < 2; round += 1) {
      await pollster.tick();
      await quiet();
    }
    const reminders = await world.db.read.run(
      (sql) => sql`select person, state from survey_messages where about like ${`${surveyId}-%`}`,
    );
    expect([...reminders]).toEqual([{ person: silent, state: "posted" }]);
  });

  test("all reactions taken away at once withdraw all answers", async () => {
    const { ground, message, stored, quiet } = await createPoll(openGround);
    for (let index = 0; index < 5; index += 1) ground.react(message, index, ground.person(index));
    await quiet();
    expect(await stored()).toHaveLength(5);
    ground.clear(message);
    await quiet();
    expect(await stored()).toEqual([]);
  });

  test("a deleted message keeps the answers that were read, and results say so", async () => {
    const { ground, message, stored, quiet, program, surveyId, world } = await createPoll(openGround);
    ground.react(message, 9, ground.person(1));
    await quiet();
    await ground.remove(message);
    await quiet();
    expect(await stored()).toHaveLength(1);
    expect((await program().surveys.result(surveyId)).messages[0]).toMatchObject({ state: "gone" });
    const { surveys, pollster } = program();
    const clock = { now: () => Temporal.Instant.from(world.now()) };
    const commands = createCommands({
      ...noSurveys,
      ...world,
      clock,
      accessBook: noRules,
      firstEvent: "curl",
      surveys,
      pollster,
    });
    const told = await runText("nps results", { commands, prefix: "/", ...OPERATOR_VISIT });
    expect(JSON.stringify(told.message)).toContain("the message was deleted");
    expect((await runText("nps close", { commands, prefix: "/", ...OPERATOR_VISIT })).data).toMatchObject({
      closed: true,
    });
  });

  test("reactions over many pages are all read", { timeout: 120_000 }, async () => {
    const { ground, message, held, stored, quiet, program } = await createPoll(openGround);
    ground.setWeather({ lost: 1, doubled: 0, delayed: 0, random: () => 0.5 });
    for (let index = 0; index < 2_000; index += 1) {
      ground.react(message, index % 11, ground.person(index));
      ground.react(message, (index + 3) % 11, ground.person(index));
    }
    await program().pollster.events.ready(program().platform.name);
    await quiet();
    expect(held()).toHaveLength(2_000);
    expect(await stored()).toEqual(held());
  });
});
