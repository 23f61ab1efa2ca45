import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import { FREE } from "../../../src/bot/permission/need.ts";
import { createCommands } from "../../../src/bot/commands/commands.ts";
import { defineCommand, type Command } from "../../../src/bot/command.ts";
import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import { metricNames } from "../../../src/metrics/catalogue.ts";
import { allIsNews } from "../support/inbox.ts";
import type { Asked } from "../../support/discord/rest.ts";
import { startFakeDiscord, type FakeDiscord } from "../../support/discord/fake-discord.ts";
import { createJudge } from "../../support/discord/judge.ts";
import { listeningLog } from "../../support/silent.ts";
import {
  clock,
  madeUpReader,
  madeUpSummary,
  noDatabase,
  noRules,
  workspace,
  noSurveys,
} from "../support/made-up-numbers.ts";
import { textOf } from "./reading.ts";

const PNG = Buffer.from("89504e470d0a1a0a", "hex");
const PUT_COMMANDS = "put /applications/{application_id}/guilds/{guild_id}/commands";
const CALLBACK = "post /interactions/{interaction_id}/{interaction_token}/callback";

const judge = createJudge();
let fake: FakeDiscord;
beforeEach(async () => {
  fake = await startFakeDiscord({ judge });
});
afterEach(async () => {
  await fake.stop();
  expect(fake.faultsFound).toEqual([]);
  expect(fake.unknownFields).toEqual([]);
});

const reader = madeUpReader();
const commands = createCommands({
  ...noSurveys,
  db: noDatabase,
  accessBook: noRules,
  reader,
  clock,
  workspace,
  firstEvent: "curl …",
});

type Parts = Partial<Parameters<typeof createDiscord>[0]>;

function discord(parts: Parts = {}) {
  const { apiUrl, token, guildId } = fake;
  const log = listeningLog();
  const made = createDiscord({
    token,
    guildId,
    apiUrl,
    png: async () => PNG,
    gate: OPEN_GATE,
    isNews: allIsNews,
    log,
    ...parts,
  });
  onTestFinished(() => made.stop());
  return { ...made, said: log.said };
}

async function started(parts: Parts = {}, given: readonly Command[] = commands) {
  const made = discord(parts);
  await made.start(given);
  return made;
}

async function replyTo(asked: Asked) {
  return fake.until(() => asked.reply);
}

describe("a command in Discord", () => {
  test("is acknowledged privately and then shows the numbers of the reader", async () => {
    await started();
    const asked = fake.ask(["metrics", "summary"], [{ name: "days", value: 30 }]);
    const text = textOf(await replyTo(asked));
    expect(asked.isPrivate).toBe(true);
    const { mrr, total_api_calls } = madeUpSummary(30);
    expect(text).toContain(`$${mrr?.toLocaleString("en-US")}`);
    expect(text).toContain(String(total_api_calls?.toLocaleString("en-US")));
  });

  test("shows a metric with a picture, its words for screen readers and its numbers", async () => {
    await started();
    const reply = await replyTo(fake.ask(["metrics", "show"], [{ name: "metric", value: "mrr" }]));
    const [attachment] = reply.attachments;
    expect(attachment?.["description"]).toContain("MRR");
    const url = String(attachment?.["url"]);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(PNG);
    expect(reply.embeds[0]).toMatchObject({ image: { url } });
    expect(textOf(reply)).toContain("$129");
  });

  test("goes without the picture when it cannot be drawn", async () => {
    await started({ png: () => Promise.reject(new Error("no canvas")) });
    const reply = await replyTo(fake.ask(["metrics", "show"], [{ name: "metric", value: "mrr" }]));
    expect(reply.attachments).toEqual([]);
    expect(textOf(reply)).toContain("from $100");
  });

  test("is shared with the channel by a button, which names who pressed it and notifies nobody", async () => {
    await started();
    const reply = await replyTo(fake.ask(["metrics", "summary"], [{ name: "days", value: 7 }]));
    const buttons = reply.components.flatMap((row) => row["components"] as { label: string; custom_id: string }[]);
    const share = buttons.find(({ label }) => label === "Share");
    const asked = fake.press(share?.custom_id ?? "", reply);
    const shared = await replyTo(asked);
    expect(asked.isPrivate).toBe(false);
    expect(shared.content).toBe("<@700000000000000001> shows this.");
    expect(shared.allowed_mentions).toEqual({ parse: [] });
    expect(shared.embeds[0]?.["description"]).toBe(reply.embeds[0]?.["description"]);
  });

  test("has buttons that ask further, and answer privately", async () => {
    await started();
    const reply = await replyTo(fake.ask(["metrics", "summary"]));
    const buttons = reply.components.flatMap((row) => row["components"] as { label: string; custom_id: string }[]);
    const asked = fake.press(buttons.find(({ label }) => label === "Show MRR")?.custom_id ?? "", reply);
    expect(textOf(await replyTo(asked))).toContain("MRR, last 30 days");
    expect(asked.isPrivate).toBe(true);
  });

  test("with a misspelt metric is told the nearest", async () => {
    await started();
    const text = textOf(await replyTo(fake.ask(["metrics", "show"], [{ name: "metric", value: "mmr" }])));
    expect(text).toContain("There is no metric `mmr`. Did you mean `mrr`?");
  });

  test("completes metrics while they are typed", async () => {
    await started();
    const typed = fake.ask(["metrics", "show"], [{ name: "metric", value: "sign", focused: true }]);
    expect((await fake.until(() => typed.choices)).map(({ value }) => value)).toContain("signups");
    const all = fake.ask(["metrics", "show"], [{ name: "metric", value: "", focused: true }]);
    expect(await fake.until(() => all.choices)).toHaveLength(Math.min(25, metricNames.length));
  });

  test("is acknowledged before its handler answers, and told when that takes too long", async () => {
    const hanging = defineCommand({
      path: ["metrics", "summary"],
      description: "hangs",
      options: {},
      access: () => FREE,
      run: () => new Promise<never>(() => {}),
    });
    await started({ answerWithinMs: 50 }, [hanging]);
    const asked = fake.ask(["metrics", "summary"]);
    await fake.until(() => asked.acknowledgedAfterMs !== null);
    expect(asked.acknowledgedAfterMs).toBeLessThan(3_000);
    expect(textOf(await replyTo(asked))).toContain("The database does not answer.");
  });

  test("that fails by our mistake is told so without details, and logged", async () => {
    const failing = defineCommand({
      path: ["metrics", "summary"],
      description: "fails",
      options: {},
      access: () => FREE,
      run: () => Promise.reject(new Error("secret words")),
    });
    const { said } = await started({}, [failing]);
    const text = textOf(await replyTo(fake.ask(["metrics", "summary"])));
    expect(text).toContain("it is our mistake");
    expect(text).not.toContain("secret");
    expect(said).toEqual(["A command failed."]);
  });

  test("whose acknowledgement lost its answer is answered all the same", async () => {
    await started();
    fake.failNext(CALLBACK, { kind: "lose the answer" });
    expect(textOf(await replyTo(fake.ask(["metrics", "summary"])))).toContain("MRR");
  });

  test("is answered once when two instances hear it", async () => {
    await started();
    await started();
    const asked = fake.ask(["metrics", "summary"]);
    await replyTo(asked);
    await fake.until(() => fake.requests.filter((name) => name === CALLBACK).length === 2);
    expect(fake.requests.filter((name) => name.startsWith("patch"))).toHaveLength(1);
  });
});

describe("the connection to Discord", () => {
  test("registers the commands for the server when they have changed, and not again", async () => {
    await started();
    await started();
    expect(fake.requests.filter((name) => name === PUT_COMMANDS)).toHaveLength(1);
    await started({}, commands.slice(1));
    expect(fake.requests.filter((name) => name === PUT_COMMANDS)).toHaveLength(2);
  });

  test("registers the commands for all servers when none is named", async () => {
    await started({ guildId: null });
    await started({ guildId: null });
    expect(fake.requests.filter((name) => name === "put /applications/{application_id}/commands")).toHaveLength(1);
    expect(fake.world.commands.get("")?.map((command) => command["name"])).toEqual([
      "metrics",
      "digest",
      "nps",
      "link",
      "access",
    ]);
  });

  test("resumes after a lost socket and hears what was said meanwhile", async () => {
    await started();
    fake.gateway.drop();
    const asked = fake.ask(["metrics", "summary"]);
    expect(textOf(await replyTo(asked))).toContain("MRR");
    expect(fake.gateway.beginnings).toEqual(["identify", "resume"]);
  });

  test("begins anew when the session cannot be resumed", async () => {
    await started();
    fake.gateway.forget();
    fake.gateway.drop();
    await fake.until(() => fake.gateway.ready() === 1);
    expect(fake.gateway.beginnings.at(-1)).toBe("identify");
    expect(textOf(await replyTo(fake.ask(["metrics", "summary"])))).toContain("MRR");
  });

  test("survives dispatches that lack what they should have", async () => {
    const { said } = await started();
    fake.gateway.dispatch("INTERACTION_CREATE", { id: "1", type: 2, token: "x" });
    fake.gateway.dispatch("MESSAGE_CREATE", {});
    fake.gateway.dispatch("GUILD_CREATE", null);
    fake.gateway.dispatch("SOMETHING_NEW", null);
    expect(textOf(await replyTo(fake.ask(["metrics", "summary"])))).toContain("MRR");
    expect(said.length).toBeGreaterThan(0);
  });

  test("is made anew when the gateway is deaf, within 2 minutes", async () => {
    const { every, steadyNow, pass } = handTimer();
    const { said } = await started({ every, steadyNow });
    fake.gateway.silence();
    let noticedMs = 0;
    for (; said.length === 0 && noticedMs < 120_000; noticedMs += 10_000) await pass(10_000);
    console.log(JSON.stringify({ promise: "G26", platform: "discord", fault: "heartbeats only", noticedMs }));
    await fake.until(() => fake.gateway.beginnings.length === 2);
    expect(textOf(await replyTo(fake.ask(["metrics", "summary"])))).toContain("MRR");
    expect(said.join()).toContain("answers heartbeats and nothing else");
  });

  test("control: without the watch a deaf gateway is not noticed", async () => {
    const { every, steadyNow, pass } = handTimer();
    const { said } = await started({ every: () => () => {}, steadyNow });
    every(0, () => {});
    fake.gateway.silence();
    await pass(120_000);
    expect(fake.gateway.beginnings).toEqual(["identify"]);
    expect(said).toEqual([]);
  });

  test("is kept when the gateway is only quiet", async () => {
    const { every, steadyNow, pass } = handTimer();
    await started({ every, steadyNow });
    for (let minute = 0; minute < 5; minute += 1) await pass(60_000);
    expect(fake.gateway.beginnings).toEqual(["identify"]);
  });
});

/** Time that passes when told; after each check, what was asked of the gateway has come back. */
function handTimer() {
  let now = 0;
  let check = () => {};
  return {
    steadyNow: () => now,
    every: (_: number, given: () => void) => {
      check = given;
      return () => {};
    },
    async pass(ms: number) {
      for (const end = now + ms; now < end;) {
        now += 10_000;
        check();
        await fetch(`${fake.apiUrl}/v10/users/@me`, { headers: { authorization: `Bot ${fake.token}` } });
      }
    },
  };
}

test("when told to, the bot opens as many connections as Discord recommends", async () => {
  fake.world.shards = 2;
  await started({ sharding: true });
  expect(fake.gateway.beginnings).toEqual(["identify", "identify"]);
});

describe("Discord that does not let the bot in", () => {
  test("because of the token", async () => {
    await expect(started({ token: "d3Jvbmc=.x.y" })).rejects.toMatchObject({
      name: "Problem",
      code: "discord_wrong_token",
      next: expect.stringContaining("https://discord.com/developers/applications"),
    });
  });

  test("because of an intent", async () => {
    fake.gateway.refuseWith(4014);
    await expect(started()).rejects.toMatchObject({
      name: "Problem",
      code: "discord_missing_intent",
      next: expect.stringContaining("Message Content Intent"),
    });
  });

  test("because it is in too many servers for one connection", async () => {
    fake.gateway.refuseWith(4011);
    await expect(started()).rejects.toMatchObject({
      name: "Problem",
      code: "discord_sharding_required",
      next: expect.stringContaining("DISCORD_SHARDING=true"),
    });
  });

  test("because it was not invited to the server", async () => {
    fake.world.foreignGuilds.add(fake.guildId);
    await expect(started()).rejects.toMatchObject({
      name: "Problem",
      code: "discord_missing_access",
      next: expect.stringContaining("permissions=309238025280"),
    });
  });

  test("because nobody is there", async () => {
    await expect(started({ apiUrl: "http://127.0.0.1:9/api" })).rejects.toMatchObject({ code: "discord_unreachable" });
  });
});
