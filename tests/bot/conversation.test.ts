import { expect, test } from "vitest";
import { messageNamed, messageText } from "../../src/bot/conversation.ts";
import { DIGITS, plainEmoji } from "../../src/bot/emoji.ts";
import { plainWords as discordWords } from "../../src/bot/platforms/discord/plain-words.ts";
import { plainWords as slackWords } from "../../src/bot/platforms/slack/plain-words.ts";

test.each([
  { platform: "slack", channel: "C0123456789", id: "1700000000.000100" },
  { platform: "discord", channel: "500000000000000001", id: "1575173736431091713" },
] as const)("a message of $platform has a name that fits into a command and leads back to it", (message) => {
  const name = messageText(message);
  expect(name.length).toBeLessThan(60);
  expect(messageNamed(name)).toEqual(message);
});

test.each(["", "slack:", "irc:C1/1", "slack:C1/1 --force", "slack:c1/1", "discord:1"])(
  "`%s` names no message",
  (text) => {
    expect(messageNamed(text)).toBeNull();
  },
);

test("an emoji is the same with and without selectors and tones of skin", () => {
  expect(plainEmoji("1\u20e3")).toBe(DIGITS[1]);
  expect(plainEmoji("1\ufe0f\u20e3")).toBe(DIGITS[1]);
  expect(plainEmoji("👍🏽")).toBe("👍");
});

test("Slack's marks become words", () => {
  const text =
    "<@U1|dana> <@U2> <!channel> <!subteam^S1|@team> <#C1|general> <https://a.example|a> <https://b.example> 1 &lt; 2 &amp;amp;";
  expect(slackWords(text)).toBe(
    "@dana @U2 @channel @team #general a (https://a.example) https://b.example 1 < 2 &amp;",
  );
});

test("Discord's marks become words, and what stands in an embed is said too", () => {
  const content = "<@1> <@!2> <@&3> <#4> <a:party:5> </ticket open:6> <t:7:R> <https://a.example>";
  expect(discordWords({ content, embeds: [{ title: "T", description: "D" }] })).toBe(
    "@1 @2 @3 #4 :party: /ticket open 7 https://a.example\nT\nD",
  );
});
