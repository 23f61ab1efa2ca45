import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { Problem, sentenceOf } from "../../src/core/problem.ts";

type Environment = Readonly<Record<string, string>>;

function mistakesOf(environment: Environment): string {
  try {
    readConfig(environment);
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.detail;
    throw thrown;
  }
  return "no mistake";
}

const SLACK = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };

describe("chat that is configured by halves", () => {
  test.each<[string, Environment, string]>([
    [
      "a bot token without a way in",
      { SLACK_BOT_TOKEN: "xoxb-1" },
      "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET",
    ],
    ["an app token alone", { SLACK_APP_TOKEN: "xapp-1" }, "SLACK_BOT_TOKEN is missing"],
    ["a signing secret alone", { SLACK_SIGNING_SECRET: "s" }, "SLACK_BOT_TOKEN is missing"],
    ["a server without a token", { DISCORD_GUILD_ID: "1" }, "DISCORD_TOKEN is missing"],
    [
      "a digest for Slack without Slack",
      { DIGEST_CHANNELS: "slack:C1" },
      "SLACK_BOT_TOKEN is missing: DIGEST_CHANNELS names a Slack channel",
    ],
    [
      "a digest for Discord without Discord",
      { ...SLACK, DIGEST_CHANNELS: "slack:C1,discord:2" },
      "DISCORD_TOKEN is missing: DIGEST_CHANNELS names a Discord channel",
    ],
    [
      "two tokens that were exchanged",
      { SLACK_BOT_TOKEN: "xapp-1", SLACK_APP_TOKEN: "xoxb-1" },
      "SLACK_BOT_TOKEN must start with xoxb-",
    ],
    ["a channel by its name", { ...SLACK, DIGEST_CHANNELS: "slack:#general" }, "`slack:#general` is neither"],
    ["a time that no clock shows", { DIGEST_AT: "24:00" }, "DIGEST_AT must be a time like 09:00"],
    ["an address that is not Slack's API", { SLACK_API_URL: "http://localhost:1" }, "SLACK_API_URL must end in /api/"],
  ])("%s is refused with what is missing", (_, environment, expected) => {
    expect(mistakesOf(environment)).toContain(expected);
  });

  test("all halves are told at once", () => {
    const told = mistakesOf({ SLACK_APP_TOKEN: "xapp-1", DISCORD_GUILD_ID: "1" });
    expect(told).toContain("SLACK_BOT_TOKEN is missing");
    expect(told).toContain("DISCORD_TOKEN is missing");
  });

  test("each mistake is a sentence on its own line, and so is what to do", () => {
    const said = (environment: Environment) => {
      try {
        readConfig(environment);
      } catch (error) {
        if (error instanceof Problem) return sentenceOf(error);
      }
      return "no mistake";
    };
    expect(said({ PORT: "many" })).toBe(
      "The configuration has a mistake:\n  PORT must be a whole number from 0 to 65535.\nFix it in the environment or in .env and start again.",
    );
    expect(said({ PORT: "many", DIGEST_AT: "24:00" })).toMatch(
      /mistakes:\n {2}PORT must be [^\n]+\.\n {2}DIGEST_AT must be [^\n]+\.\nFix them in /u,
    );
  });

  test("no token is ever repeated", () => {
    const told = mistakesOf({ SLACK_BOT_TOKEN: "secret-of-slack", SLACK_APP_TOKEN: "secret-of-app" });
    expect(told).not.toContain("secret-of");
  });
});

describe("chat that is configured", () => {
  test("channels are read by platform, each once", () => {
    const { DIGEST_CHANNELS } = readConfig({
      ...SLACK,
      DISCORD_TOKEN: "t",
      DIGEST_CHANNELS: " slack:C123, discord:456 ,slack:C123,",
    });
    expect(DIGEST_CHANNELS).toEqual([
      { platform: "slack", channel: "C123" },
      { platform: "discord", channel: "456" },
    ]);
  });

  test("nothing set is nothing missing", () => {
    expect(readConfig({})).toMatchObject({ DIGEST_AT: "09:00", DIGEST_CHANNELS: [] });
  });

  test("a time without its zero means the same", () => {
    expect(readConfig({ DIGEST_AT: "7:05" }).DIGEST_AT).toBe("07:05");
  });
});
